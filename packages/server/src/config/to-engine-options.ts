import { createHash } from 'node:crypto'
import type { AttemptTimeouts, EngineOptions, ProviderOptions } from '@proxyapi/core'
import type { ConfiguredKey } from '../auth/keys.ts'
import { typeOf } from './check-config.ts'
import type { GatewayConfig } from './config-schema.ts'
import { toConfiguredModel } from './to-configured-model.ts'

type ProviderConfig = GatewayConfig['providers'][number]

function toTimeouts({ timeout_seconds: seconds, timeouts }: ProviderConfig): Partial<AttemptTimeouts> {
  const all: Readonly<Record<keyof AttemptTimeouts, number | undefined>> = {
    connectMs: timeouts?.connect_ms,
    firstTokenMs: timeouts?.first_token_ms,
    idleMs: timeouts?.idle_ms,
    plainMs: seconds === undefined ? undefined : seconds * 1000,
    totalMs: timeouts?.total_ms,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function toProvider(provider: ProviderConfig): ProviderOptions {
  return {
    name: provider.name,
    type: typeOf(provider) ?? provider.name,
    apiKey: provider.api_key,
    baseUrl: provider.base_url,
    models: provider.models?.map(toConfiguredModel),
    useCase: provider.use_case,
    priority: provider.priority,
    weight: provider.weight,
    timeouts: toTimeouts(provider),
    headers: provider.headers,
    apiVersion: provider.api_version,
    region: provider.region,
    project: provider.project,
    credentials: provider.credentials,
    accessKeyId: provider.access_key_id,
    secretAccessKey: provider.secret_access_key,
    sessionToken: provider.session_token,
  }
}

/** The engine's part of a configuration. The demo provider is always there. */
export function toEngineOptions(config: GatewayConfig): Pick<EngineOptions, 'providers' | 'models'> {
  const providers = config.providers.map(toProvider)
  const demo: readonly ProviderOptions[] = providers.some((provider) => provider.name === 'demo')
    ? []
    : [{ name: 'demo', type: 'demo', priority: 1_000 }]
  return { providers: [...providers, ...demo], models: config.models }
}

/** The configured keys. A bare key is named by the beginning of its digest, so that logs can tell keys apart. */
export function toKeys(config: GatewayConfig): readonly ConfiguredKey[] {
  return config.auth.api_keys.map((key) => {
    if (typeof key === 'string') {
      return { name: `key-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`, key, role: 'user', models: ['*'] }
    }
    const { name, role, models, expires } = key
    return {
      name,
      key: key.key,
      keySha256: key.key_sha256,
      role,
      models,
      expiresAtMs: expires === undefined ? undefined : new Date(expires).getTime(),
    }
  })
}
