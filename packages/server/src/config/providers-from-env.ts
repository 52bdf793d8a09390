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

/** `OLLAMA_HOST` may be a bare `host:port`, as Ollama's own tools take it. */
function withScheme(url: string): string {
  return /^https?:\/\//.test(url) ? url : `http://${url}`
}

function valuesOf(env: Env, names: ProviderEnv, options: readonly EnvOption[]): ProviderEntry {
  const values: Record<string, string> = {}
  for (const option of options) {
    const value = given(env, names[option])
    if (value !== undefined) values[fields[option]] = option === 'baseUrl' ? withScheme(value) : value
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
  return [{ name: row.type, ...valuesOf(env, names, options) }]
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
