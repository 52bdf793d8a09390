import type {
  AttemptTimeouts,
  ConfiguredModel,
  Deadlines,
  EngineOptions,
  ModelLimits,
  ModelOverrides,
  ProviderOptions,
  RoutingSettings,
  VirtualModel,
} from '@proxyapi/core'
import type { GatewayConfig } from './config-schema.ts'

type ProviderConfig = GatewayConfig['providers'][number]

interface WrittenLimits {
  readonly timeout_seconds?: number | undefined
  readonly timeouts?: ProviderConfig['timeouts']
  readonly deadline_seconds?: { readonly plain?: number | undefined; readonly stream?: number | undefined } | undefined
  readonly recovery?: ModelLimits['recovery']
}

function toTimeouts({ timeout_seconds: seconds, timeouts }: WrittenLimits): Partial<AttemptTimeouts> {
  const all: Readonly<Record<keyof AttemptTimeouts, number | undefined>> = {
    connectMs: timeouts?.connect_ms,
    firstTokenMs: timeouts?.first_token_ms,
    idleMs: timeouts?.idle_ms,
    plainMs: seconds === undefined ? undefined : seconds * 1000,
    totalMs: timeouts?.total_ms,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function toDeadlines(written: WrittenLimits['deadline_seconds']): Partial<Deadlines> | undefined {
  if (written === undefined) return undefined
  const { plain, stream } = written
  return { ...(plain !== undefined && { plain: plain * 1000 }), ...(stream !== undefined && { stream: stream * 1000 }) }
}

function toLimits(written: WrittenLimits): ModelLimits {
  const hasTimeouts = written.timeouts !== undefined || written.timeout_seconds !== undefined
  return {
    timeouts: hasTimeouts ? toTimeouts(written) : undefined,
    deadlineMs: toDeadlines(written.deadline_seconds),
    recovery: written.recovery,
  }
}

type ModelConfig = NonNullable<ProviderConfig['models']>[number]

type ModelFactsConfig = Omit<GatewayConfig['model_overrides'][number], 'model'>

function toOverrides(facts: ModelFactsConfig): ModelOverrides {
  return {
    name: facts.name,
    description: facts.description,
    capabilities: facts.capabilities,
    contextLength: facts.context_length,
    maxOutputTokens: facts.max_output_tokens,
    inputUsdPerMillion: facts.input_usd_per_million,
    cachedInputUsdPerMillion: facts.cached_input_usd_per_million,
    cacheWriteUsdPerMillion: facts.cache_write_usd_per_million,
    cacheWriteOneHourUsdPerMillion: facts.cache_write_one_hour_usd_per_million,
    outputUsdPerMillion: facts.output_usd_per_million,
    reasoningUsdPerMillion: facts.reasoning_usd_per_million,
    audioInputUsdPerMillion: facts.audio_input_usd_per_million,
    audioOutputUsdPerMillion: facts.audio_output_usd_per_million,
    imageInputUsdPerMillion: facts.image_input_usd_per_million,
    imageOutputUsdPerMillion: facts.image_output_usd_per_million,
    searchUnitsUsdPerMillion: facts.search_units_usd_per_million,
    webSearchesUsdPerMillion: facts.web_searches_usd_per_million,
  }
}

function toModel(model: ModelConfig): string | ConfiguredModel {
  if (typeof model === 'string') return model
  const { id, deployment } = model
  return { id, deployment, ...toLimits(model), overrides: toOverrides(model) }
}

/** By name; of two about one model the later wins. */
function toModelOverrides({ model_overrides: all }: GatewayConfig): Readonly<Record<string, ModelOverrides>> {
  return Object.fromEntries(all.map(({ model, ...facts }) => [model, toOverrides(facts)]))
}

function toProvider(provider: ProviderConfig): ProviderOptions {
  return {
    name: provider.name,
    type: provider.type ?? provider.name,
    apiKey: provider.api_key,
    baseUrl: provider.base_url,
    models: provider.models?.map(toModel),
    recovery: provider.recovery,
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

function toVirtualModel(model: GatewayConfig['models'][number]): VirtualModel {
  const { name, targets, strategy, fallbacks, regions } = model
  return { name, targets, strategy, fallbacks, regions, ...toLimits(model) }
}

function toRouting(config: GatewayConfig): RoutingSettings {
  const { routing, circuit_breaker: breaker, http_client: client, server } = config
  const { strategy, fallbacks, retry, hedge } = routing
  return {
    strategy,
    fallbacks,
    retry: {
      maxAttempts: retry.max_attempts,
      attemptsPerTarget: retry.attempts_per_target,
      baseDelayMs: retry.base_delay_ms,
      maxDelayMs: retry.max_delay_ms,
      budgetRatio: retry.budget_percent / 100,
    },
    hedge: { enabled: hedge.enabled, streams: hedge.streams, minDelayMs: hedge.min_delay_ms, maxRatio: hedge.max_percent / 100 },
    breaker: {
      enabled: breaker.enabled,
      failureThreshold: breaker.failure_threshold,
      failureRate: breaker.failure_rate,
      minimumCalls: breaker.minimum_calls,
      windowMs: breaker.window_seconds * 1000,
      recoveryTimeoutMs: breaker.recovery_timeout * 1000,
      halfOpenMaxCalls: breaker.half_open_max_calls,
    },
    adaptiveTimeouts: breaker.adaptive_timeout,
    // Whoever is let in finds a connection, unless the configuration says otherwise.
    slots: { maxConcurrent: client.pool_limits.max_connections ?? server.max_in_flight },
  }
}

/** The engine's part of a configuration. The demo provider is always there. */
export function toEngineOptions(
  config: GatewayConfig,
): Pick<EngineOptions, 'providers' | 'models' | 'modelOverrides' | 'routing' | 'deadlines'> {
  const providers = config.providers.map(toProvider)
  const demo: readonly ProviderOptions[] = providers.some((provider) => provider.name === 'demo')
    ? []
    : [{ name: 'demo', type: 'demo', priority: 1_000 }]
  return {
    providers: [...providers, ...demo],
    models: config.models.map(toVirtualModel),
    modelOverrides: toModelOverrides(config),
    routing: toRouting(config),
    deadlines: toDeadlines(config.server.deadline_seconds),
  }
}
