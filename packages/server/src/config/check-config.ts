import type { ConfigIssue } from '../errors/config-issue.ts'
import { type CredentialSet, providerRow, providerTypes } from '@proxyapi/core'
import { checkAlerting } from './check-alerting.ts'
import type { GatewayConfig } from './config-schema.ts'

type ProviderConfig = GatewayConfig['providers'][number]

export function typeOf(provider: ProviderConfig): string | undefined {
  return provider.type ?? providerTypes.find((type) => type === provider.name)
}

function duplicates(names: readonly string[], list: string): readonly ConfigIssue[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: [list, index, 'name'], message: 'is there twice', found: JSON.stringify(name), allowed: 'a name of its own' }],
  )
}

/** The credentials in the words of the configuration. */
const credentialFields = {
  apiKey: 'api_key',
  accessKeyId: 'access_key_id',
  secretAccessKey: 'secret_access_key',
  sessionToken: 'session_token',
  credentials: 'credentials',
} as const satisfies Readonly<Record<CredentialSet['required'][number], keyof ProviderConfig>>

function isComplete(provider: ProviderConfig, { required }: CredentialSet): boolean {
  return required.every((name) => provider[credentialFields[name]])
}

function checkCredential(provider: ProviderConfig, type: string, path: readonly (string | number)[]): readonly ConfigIssue[] {
  const row = providerRow(type)
  if (row === undefined || row.keyless === true) return []
  const ways = row.credentials ?? [{ required: ['apiKey'] }]
  if (ways.some((way) => isComplete(provider, way))) return []
  const allowed = ways.map(({ required }) => required.map((name) => credentialFields[name]).join(' and ')).join(', or ')
  return [{ path: [...path, 'api_key'], message: 'is missing', found: 'nothing', allowed }]
}

function checkProvider(provider: ProviderConfig, index: number): readonly ConfigIssue[] {
  const path = ['providers', index]
  const type = typeOf(provider)
  if (type === undefined)
    return [
      {
        path: [...path, 'type'],
        message: 'is missing, and the name is no known type',
        found: 'nothing',
        allowed: providerTypes.join(', '),
      },
    ]
  const row = providerRow(type)
  const needsUrl = row !== undefined && row.baseUrl === undefined && provider.base_url === undefined
  return [
    ...checkCredential(provider, type, path),
    ...(needsUrl ? [{ path: [...path, 'base_url'], message: 'is missing', found: 'nothing', allowed: 'an http or https URL' }] : []),
  ]
}

type Fallbacks = GatewayConfig['routing']['fallbacks'][string]
type Path = readonly (string | number)[]

/** Every model name of a list or a mapping of lists, with the place where it stands. */
function namesIn(fallbacks: Fallbacks | undefined, path: Path): readonly { readonly name: string; readonly path: Path }[] {
  if (fallbacks === undefined) return []
  if (Array.isArray(fallbacks)) return fallbacks.map((name, index) => ({ name, path: [...path, index] }))
  return Object.entries(fallbacks).flatMap(([kind, names]) => namesIn(names, [...path, kind]))
}

function checkTargets(config: GatewayConfig): readonly ConfigIssue[] {
  const providers = providersOf(config)
  const names = new Set(config.models.map((model) => model.name))
  const written = [
    ...config.models.flatMap((model, index) => [
      ...namesIn(model.targets, ['models', index, 'targets']),
      ...namesIn(model.fallbacks, ['models', index, 'fallbacks']),
    ]),
    ...Object.entries(config.routing.fallbacks).flatMap(([model, fallbacks]) => namesIn(fallbacks, ['routing', 'fallbacks', model])),
  ]
  return written
    .filter(({ name }) => name.includes('/') && !names.has(name) && !isTarget(name, providers))
    .map(({ name, path }) => ({
      path,
      message: 'names no configured provider',
      found: JSON.stringify(name),
      allowed: providers.map((provider) => `${provider}/…`).join(', '),
    }))
}

function checkKeys(config: GatewayConfig): readonly ConfigIssue[] {
  return config.auth.api_keys.flatMap((key, index) => {
    if (typeof key === 'string') return []
    const path = ['auth', 'api_keys', index]
    const count = [key.key, key.key_sha256].filter((value) => value !== undefined && value !== '').length
    const expires = key.expires === undefined || !Number.isNaN(new Date(key.expires).getTime())
    return [
      ...(count === 1
        ? []
        : [
            {
              path: [...path, 'key'],
              message: count === 0 ? 'is missing' : 'stands beside key_sha256',
              found: count === 0 ? 'nothing' : 'both',
              allowed: 'exactly one of key and key_sha256',
            },
          ]),
      ...(expires
        ? []
        : [
            {
              path: [...path, 'expires'],
              message: 'has a wrong value',
              found: JSON.stringify(key.expires),
              allowed: 'a date such as 2027-01-01',
            },
          ]),
    ]
  })
}

/** The demo provider is always there. */
function providersOf(config: GatewayConfig): readonly string[] {
  return [...new Set([...config.providers.map((provider) => provider.name), 'demo'])]
}

/** Whether a fault's target or a blast radius' is a provider, or a model of one. */
export function isTarget(name: string, providers: readonly string[]): boolean {
  return providers.some((provider) => name === provider || name.startsWith(`${provider}/`))
}

function checkFaults(config: GatewayConfig): readonly ConfigIssue[] {
  const providers = providersOf(config)
  return config.chaos_engineering.faults.flatMap(({ target }, index) =>
    target === undefined || isTarget(target, providers)
      ? []
      : [
          {
            path: ['chaos_engineering', 'faults', index, 'target'],
            message: 'names no configured provider',
            found: JSON.stringify(target.slice(0, 60)),
            allowed: `${providers.join(', ')}, or one of their models as provider/model`,
          },
        ],
  )
}

function checkSemantic(config: GatewayConfig): readonly ConfigIssue[] {
  const { enabled, model } = config.caching.semantic
  const providers = providersOf(config)
  if (!enabled || (model !== undefined && providers.some((provider) => model.startsWith(`${provider}/`)))) return []
  return [
    {
      path: ['caching', 'semantic', 'model'],
      message: model === undefined ? 'is missing' : 'names no configured provider',
      found: model === undefined ? 'nothing' : JSON.stringify(model.slice(0, 60)),
      allowed: `an embedding model as ${providers.map((provider) => `${provider}/…`).join(', ')}`,
    },
  ]
}

/** What no single field shows: names that clash, references that lead nowhere, credentials that are missing. */
export function checkConfig(config: GatewayConfig): readonly ConfigIssue[] {
  return [
    ...duplicates(
      config.providers.map((provider) => provider.name),
      'providers',
    ),
    ...duplicates(
      config.models.map((model) => model.name),
      'models',
    ),
    ...config.providers.flatMap(checkProvider),
    ...checkTargets(config),
    ...checkKeys(config),
    ...checkAlerting({ alerting: config.alerting, providers: providersOf(config) }),
    ...checkFaults(config),
    ...checkSemantic(config),
  ]
}
