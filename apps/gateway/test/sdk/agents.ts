import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What a coding agent sent in the last step of a tool loop: see the README of the fixtures. */
export interface Recorded {
  /** The agent's package and version. */
  readonly client: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

const folder = new URL('./__fixtures__/agents/', import.meta.url)
const files = readdirSync(fileURLToPath(folder)).filter((file) => file.endsWith('.json'))

/** Every agent by its name. */
export const agents: Readonly<Record<string, Recorded>> = Object.fromEntries(
  files.map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recorded]),
)
