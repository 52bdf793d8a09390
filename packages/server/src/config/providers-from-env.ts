import type { ProviderDefinition, ProviderEnv } from '@proxyapi/core'
import { type CredentialSet, createProviderTable, type EnvOption } from '@proxyapi/core/serving'
import { credentialFields } from './credential-fields.ts'

type Env = Readonly<Record<string, string | undefined>>

/** A provider as the configuration file would have it. */
export type ProviderEntry = Readonly<Record<string, string>>

/** The options in the words of the configuration. */
const fields = {
  ...credentialFields,
  baseUrl: 'base_url',
  apiVersion: 'api_version',
  region: 'region',
  project: 'project',
} as const satisfies Readonly<Record<EnvOption, string>>

const settings: readonly EnvOption[] = ['baseUrl', 'apiVersion', 'region', 'project']

function given(env: Env, names: readonly string[] = []): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '')
}

/**
 * `OLLAMA_HOST` may be a bare host with or without a port, as Ollama's own tools take it: 11434 is meant then, and an address that a
 * server binds to reach everybody is reached on this machine (github.com/ollama/ollama, envconfig/config.go, 2026-10).
 */
function withScheme(given: string, { baseUrl: usual }: ProviderDefinition): string {
  if (/^https?:\/\//.test(given)) return given
  const written = `http://${given}`
  if (!URL.canParse(written)) return written
  const url = new URL(written)
  const port = typeof usual === 'string' && URL.canParse(usual) ? new URL(usual).port : ''
  if (port !== '' && url.port === '' && !/:\d+(?:\/|$)/.test(given)) url.port = port
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.hostname === '[::]') url.hostname = '[::1]'
  return url.href.replace(/\/$/, given.endsWith('/') ? '/' : '')
}

function valuesOf(env: Env, row: ProviderDefinition, options: readonly EnvOption[]): ProviderEntry {
  const values: Record<string, string> = {}
  for (const option of options) {
    const value = given(env, row.env?.[option])
    if (value !== undefined) values[fields[option]] = option === 'baseUrl' ? withScheme(value, row) : value
  }
  return values
}

/** The first set of credentials that the environment completes. A server without keys needs none. */
function credentialOf(env: Env, names: ProviderEnv, { keyless, credentials }: ProviderDefinition): CredentialSet | undefined {
  if (keyless === true) return { required: [] }
  const ways = credentials ?? [{ required: ['apiKey'] }]
  return ways.find(({ required }) => required.every((option) => given(env, names[option]) !== undefined))
}

function entryOf(env: Env, row: ProviderDefinition): readonly ProviderEntry[] {
  const names = row.env
  const credential = names && credentialOf(env, names, row)
  if (names === undefined || credential === undefined) return []
  const needsUrl = row.keyless === true || row.baseUrl === undefined
  if (needsUrl && given(env, names.baseUrl) === undefined) return []
  const options = [...credential.required, ...(credential.optional ?? []), ...settings]
  return [{ name: row.type, ...valuesOf(env, row, options) }]
}

/**
 * The providers that the environment enables, as a configuration lists them: those whose credentials are complete, and local servers whose address
 * is given. `definitions` are looked up as the built-in kinds are.
 *
 * @example
 * createGateway({ providers: providersFromEnv(process.env, [acme]) }, { definitions: [acme] })
 */
export function providersFromEnv(env: Env, definitions?: readonly ProviderDefinition[]): readonly ProviderEntry[] {
  return createProviderTable(definitions).definitions.flatMap((row) => entryOf(env, row))
}

/** What of a way to authenticate a written provider lacks and the environment has; nothing where it would not complete it. */
function missingCredentials(written: Readonly<Record<string, unknown>>, env: Env, row: ProviderDefinition): readonly EnvOption[] {
  const isWritten = (option: EnvOption): boolean => written[fields[option]] !== undefined && written[fields[option]] !== ''
  const ways = row.credentials ?? [{ required: ['apiKey'] }]
  if (ways.some(({ required }) => required.every(isWritten))) return []
  const way = ways.find(({ required }) => required.every((option) => isWritten(option) || given(env, row.env?.[option]) !== undefined))
  return [...(way?.required ?? []), ...(way?.optional ?? [])].filter((option) => !isWritten(option))
}

/**
 * A provider of a configuration file with what the file leaves out and the environment has: its key, its address, the version of its API, its region.
 * What is not the entry of a known kind is left as it is.
 */
export function withProviderEnv(entry: unknown, env: Env, definitions?: readonly ProviderDefinition[]): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry
  const written = entry as Readonly<Record<string, unknown>> // an object, just checked
  const type = written['type'] ?? written['name']
  const row = typeof type === 'string' ? createProviderTable(definitions).definitionOf(type) : undefined
  if (row?.env === undefined) return entry
  const absent = settings.filter((option) => written[fields[option]] === undefined)
  return { ...written, ...valuesOf(env, row, [...missingCredentials(written, env, row), ...absent]) }
}
