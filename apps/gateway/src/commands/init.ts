import { randomBytes } from 'node:crypto'
import { providersFromEnv } from '@proxyapi/server'
import { initialConfig } from '../config/initial-config.ts'
import { loadText } from '../config/load-config.ts'
import type { CliContext } from '../process.ts'
import { toJson } from '../terminal.ts'
import { writeNewFile } from '../write-new-file.ts'
import { readFlags, UsageError } from './arguments.ts'

export const initHelp = `proxyapi init [--file FILE] [--providers LIST] [--network] [--port PORT] [--force] [--json]

Writes a commented configuration that starts as it is. On a terminal it asks three questions, unless a flag has answered
them; elsewhere it takes what the flags say.

  --file FILE       where it goes (gateway.yaml)
  --providers LIST  names of providers, by comma (those whose keys are in the environment)
  --network         clients are on other machines: binds to all addresses, and makes a key
  --port PORT       the port to listen on (8000)
  --force           replaces FILE
  --json            {"file", "providers", "host", "port", "key"}
`

const flags = {
  file: { type: 'string' },
  providers: { type: 'string' },
  network: { type: 'boolean' },
  port: { type: 'string' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

interface Answers {
  readonly providers: readonly string[]
  readonly isOpen: boolean
  readonly port: number
}

function readPort(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value)
  throw new UsageError(`the port is "${value.slice(0, 40)}"; allowed: a whole number from 1 to 65535`)
}

function toNames(list: string): readonly string[] {
  const names = list.split(',').map((name) => name.trim())
  return [...new Set(names.filter((name) => name !== ''))]
}

interface Given {
  readonly providers?: string | undefined
  readonly network?: boolean | undefined
  readonly port?: string | undefined
}

/** What the flags say, and what the person at the terminal says to the rest. */
async function answer({ providers, network, port }: Given, { env, ask }: CliContext): Promise<Answers> {
  const known = providersFromEnv(env).flatMap(({ name }) => name ?? [])
  const asked = async (question: string, usual: string): Promise<string> => (await ask?.(`${question} [${usual}] `))?.trim() || usual
  const list = providers ?? (await asked('Which providers, by comma?', known.length === 0 ? 'demo' : known.join(',')))
  const isOpen =
    network ?? /^(y|yes|n|network)$/i.test(await asked('Where are the clients: on this machine (m) or in the network (n)?', 'm'))
  const number = port ?? (await asked('Which port?', '8000'))
  return { providers: toNames(list), isOpen, port: readPort(number) }
}

function problemOf(error: unknown, file: string): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return error.code === 'EEXIST' ? `${file} is there already; --force replaces it` : error.message
}

export async function init(args: readonly string[], context: CliContext): Promise<number> {
  const values = readFlags(args, flags)
  if (values.help === true) {
    context.out(initHelp)
    return 0
  }
  const file = values.file ?? 'gateway.yaml'
  const { providers, isOpen, port } = await answer(values, context)
  const key = isOpen ? `px-${randomBytes(24).toString('base64url')}` : undefined
  const host = isOpen ? '0.0.0.0' : '127.0.0.1'
  const text = initialConfig({ providers, host, port, key, env: context.env })
  const loaded = loadText(text, file, { env: context.env, readFile: context.readFile })
  if (!loaded.ok) throw new UsageError(`--providers: ${loaded.issues[0]?.message ?? 'these can’t be used'}`)
  try {
    writeNewFile(file, text, { replace: values.force === true })
  } catch (error) {
    const problem = problemOf(error, file)
    if (problem === undefined) throw error
    context.err(`proxyapi init: ${problem}\n`)
    return 1
  }
  if (values.json === true) context.out(toJson({ file, providers, host, port, key: key ?? null }))
  else context.out(`${file} is written.${key === undefined ? '' : ` Its key is in it: ${key}`}\nNext: proxyapi start --config ${file}\n`)
  return 0
}
