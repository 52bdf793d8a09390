import { toGenAiProvider } from '../gen-ai/provider-name.ts'
import type { UsageRecord } from '../record/call-record.ts'
import type { CounterCell, HistogramCell } from './cells.ts'
import type { Registry } from './registry.ts'

/** Everything counted of one model of one provider, found once and kept: counting is then a row of additions. */
export interface TargetCells {
  readonly requests: (status: string) => CounterCell
  readonly attempts: (reason: string) => CounterCell
  readonly input: CounterCell
  readonly output: CounterCell
  readonly detail: (kind: TokenKind) => CounterCell
  readonly cost: CounterCell
  readonly wasted: CounterCell
  readonly unknownPrice: CounterCell
  readonly estimated: (reason: string) => CounterCell
  readonly duration: HistogramCell
  readonly firstToken: HistogramCell
  readonly genAi: (operation: string) => GenAiCells
}

/** The same in the words of OpenTelemetry's GenAI conventions, of one operation. */
export interface GenAiCells {
  readonly input: HistogramCell
  readonly output: HistogramCell
  readonly duration: (errorType: string) => HistogramCell
  readonly firstToken: HistogramCell
  readonly perToken: HistogramCell
}

export interface Target {
  readonly provider: string
  readonly model: string
}

/** Kinds of tokens that are priced apart, and the field of the usage that counts them. */
export const tokenKinds = [
  ['cached_input', 'cachedInputTokens'],
  ['cache_write', 'cacheWriteTokens'],
  ['cache_write_one_hour', 'cacheWriteOneHourTokens'],
  ['reasoning', 'reasoningTokens'],
  ['audio_input', 'audioInputTokens'],
  ['audio_output', 'audioOutputTokens'],
] as const satisfies readonly (readonly [string, keyof UsageRecord])[]

export type TokenKind = (typeof tokenKinds)[number][0]

/** Makes a value once for each key and keeps it. For keys of a closed set only. */
function keep<Key, Value>(create: (key: Key) => Value): (key: Key) => Value {
  const kept = new Map<Key, Value>()
  return (key) => {
    const known = kept.get(key)
    if (known !== undefined) return known
    const value = create(key)
    kept.set(key, value)
    return value
  }
}

function createGenAiCells(registry: Registry, operation: string, { provider, model }: Target): GenAiCells {
  const labels = [operation, toGenAiProvider(provider), model]
  return {
    input: registry.histogram('gen_ai_client_token_usage', [...labels, 'input']),
    output: registry.histogram('gen_ai_client_token_usage', [...labels, 'output']),
    duration: keep((errorType) => registry.histogram('gen_ai_client_operation_duration_seconds', [...labels, errorType])),
    firstToken: registry.histogram('gen_ai_server_time_to_first_token_seconds', labels),
    perToken: registry.histogram('gen_ai_server_time_per_output_token_seconds', labels),
  }
}

export function createTargetCells(registry: Registry, target: Target): TargetCells {
  const labels = [target.provider, target.model]
  return {
    requests: keep((status) => registry.counter('llm_requests_total', [...labels, status])),
    attempts: keep((reason) => registry.counter('llm_attempts_total', [target.provider, reason])),
    input: registry.counter('llm_tokens_total', [...labels, 'input']),
    output: registry.counter('llm_tokens_total', [...labels, 'output']),
    detail: keep((kind) => registry.counter('llm_token_details_total', [...labels, kind])),
    cost: registry.counter('llm_cost_usd_total', labels),
    wasted: registry.counter('llm_wasted_usd_total', labels),
    unknownPrice: registry.counter('llm_unknown_price_calls_total', labels),
    estimated: keep((reason) => registry.counter('llm_usage_estimated_total', [...labels, reason])),
    duration: registry.histogram('llm_request_duration_seconds', labels),
    firstToken: registry.histogram('llm_time_to_first_token_seconds', labels),
    genAi: keep((operation) => createGenAiCells(registry, operation, target)),
  }
}
