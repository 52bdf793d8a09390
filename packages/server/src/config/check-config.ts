import type { ProviderDefinition } from '@proxyapi/core'
import type { CredentialSet, ProviderTable } from '@proxyapi/core/serving'
import type { ConfigIssue } from '../errors/config-issue.ts'
import { checkAlerting } from './check-alerting.ts'
import { checkAuth } from './check-auth.ts'
import { checkGuardrails } from './check-guardrails.ts'
import { checkSendable } from './check-sendable.ts'
import { checkTargets } from './check-targets.ts'
import type { GatewayConfig } from './config-schema.ts'
import { credentialFields } from './credential-fields.ts'

type ProviderConfig = GatewayConfig['providers'][number]
type Path = readonly (string | number)[]

function typeOf({ name, type }: ProviderConfig, { types }: ProviderTable): string | undefined {
  return type ?? types.find((known) => known === name)
}

function duplicates(names: readonly string[], list: string): readonly ConfigIssue[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: [list, index, 'name'], message: 'is there twice', found: JSON.stringify(name), allowed: 'a name of its own' }],
  )
}

function isComplete(provider: ProviderConfig, { required }: CredentialSet): boolean {
  return required.every((name) => provider[credentialFields[name]])
}

function checkCredential(provider: ProviderConfig, row: ProviderDefinition | undefined, path: Path): readonly ConfigIssue[] {
  if (row === undefined || row.keyless === true) return []
  const ways = row.credentials ?? [{ required: ['apiKey'] }]
  if (ways.some((way) => isComplete(provider, way))) return []
  const allowed = ways.map(({ required }) => required.map((name) => credentialFields[name]).join(' and ')).join(', or ')
  return [{ path: [...path, 'api_key'], message: 'is missing', found: 'nothing', allowed }]
}

function checkProvider(provider: ProviderConfig, path: Path, table: ProviderTable): readonly ConfigIssue[] {
  const type = typeOf(provider, table)
  if (type === undefined)
    return [
      {
        path: [...path, 'type'],
        message: 'is missing, and the name is no known type',
        found: 'nothing',
        allowed: table.types.join(', '),
      },
    ]
  const row = table.definitionOf(type)
  const needsUrl = row !== undefined && row.baseUrl === undefined && provider.base_url === undefined
  return [
    ...checkCredential(provider, row, path),
    ...(needsUrl ? [{ path: [...path, 'base_url'], message: 'is missing', found: 'nothing', allowed: 'an http or https URL' }] : []),
  ]
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
export function checkConfig(config: GatewayConfig, table: ProviderTable): readonly ConfigIssue[] {
  return [
    ...duplicates(
      config.providers.map((provider) => provider.name),
      'providers',
    ),
    ...duplicates(
      config.models.map((model) => model.name),
      'models',
    ),
    ...config.providers.flatMap((provider, index) => checkProvider(provider, ['providers', index], table)),
    ...checkTargets(config),
    ...checkAuth(config),
    ...checkSendable(config),
    ...checkAlerting({ alerting: config.alerting, providers: providersOf(config) }),
    ...checkFaults(config),
    ...checkSemantic(config),
    ...checkGuardrails(config.guardrails, providersOf(config)),
  ]
}
