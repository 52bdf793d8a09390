import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageRoot = fileURLToPath(new URL('../../../', import.meta.url))
const root = fileURLToPath(new URL('../../../../../', import.meta.url))

export interface Built {
  /** Inside the package, so that what is built finds its dependencies. */
  readonly directory: string
  readonly remove: () => void
}

/** Builds sources of this package as programs: threads and processes of a test run JavaScript. Each is found by its own name. */
export function buildPrograms(sources: readonly string[]): Built {
  const cache = join(packageRoot, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const directory = mkdtempSync(join(cache, 'programs-'))
  const entries = sources.map((source) => join(packageRoot, 'src', source))
  const build = ['--no-config', '--silent', '--format', 'esm', '--out-dir', directory, ...entries]
  execFileSync(process.execPath, [join(root, 'node_modules/tsup/dist/cli-default.js'), ...build], { cwd: packageRoot })
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) }
}
