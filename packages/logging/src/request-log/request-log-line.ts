import { upstreamMs } from './upstream-ms.ts'

/** What became of a request, as far as its log line tells it; a receipt of `@proxyapi/core` fits. */
export interface RequestReceipt {
  readonly id: string
  /** Who asked: the name of the key, never the key. */
  readonly principal?: { readonly name: string } | undefined
  readonly requestedModel: string
  /** The model that answered; `undefined` when none did. */
  readonly model?: string | undefined
  readonly provider?: string | undefined
  readonly stream: boolean
  readonly outcome: 'complete' | 'error' | 'canceled'
  readonly error?: { readonly code: string } | undefined
  /** Upstream tries. Unix milliseconds. */
  readonly attempts: readonly RequestAttempt[]
  readonly usage?: RequestUsage | undefined
  /** Billionths of a dollar that the answer cost; `null` when its price is not known. */
  readonly costNanoUsd?: number | null | undefined
  /** What failed and losing attempts cost on top. */
  readonly wastedNanoUsd?: number | undefined
  readonly cache?: { readonly status: string; readonly savedNanoUsd?: number | null | undefined } | undefined
  readonly condensation?: { readonly fromTokens: number; readonly toTokens: number } | undefined
  /** Parameters that the provider had no place for. */
  readonly dropped: readonly string[]
  readonly startedAtMs: number
  readonly firstContentAtMs?: number | undefined
  readonly endedAtMs: number
}

/** One upstream try. Unix milliseconds. */
export interface RequestAttempt {
  readonly startedAtMs: number
  readonly endedAtMs?: number | undefined
  /** Faults that an experiment put into it. */
  readonly faults?: readonly string[] | undefined
}

/** Tokens of a request. */
export interface RequestUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly totalTokens: number
  readonly cachedInputTokens?: number | undefined
  readonly reasoningTokens?: number | undefined
}

/** How the request came in and what status went out. */
export interface RequestSurface {
  readonly method?: string | undefined
  /** The route, such as `/v1/chat/completions`, without its query. */
  readonly endpoint?: string | undefined
  readonly status?: number | undefined
  /** The wire language that the client speaks. */
  readonly clientDialect?: string | undefined
  /** The trace that the request belongs to. */
  readonly traceId?: string | undefined
}

const outcomes = { complete: 'complete', error: 'error', canceled: 'client_closed' } as const

function usageFields(usage: RequestUsage | undefined): Readonly<Record<string, number | undefined>> {
  return {
    tokens: usage?.totalTokens,
    input_tokens: usage?.inputTokens,
    output_tokens: usage?.outputTokens,
    cached_tokens: usage?.cachedInputTokens,
    reasoning_tokens: usage?.reasoningTokens,
  }
}

function usd(nanoUsd: number | null | undefined): number | null | undefined {
  return typeof nanoUsd === 'number' ? nanoUsd / 1e9 : nanoUsd
}

/** A price that is not known is `null`, never 0. */
function moneyFields({ costNanoUsd, wastedNanoUsd, cache }: RequestReceipt): Readonly<Record<string, number | null | undefined>> {
  return {
    cost_usd: usd(costNanoUsd),
    wasted_usd: wastedNanoUsd === 0 ? undefined : usd(wastedNanoUsd),
    saved_usd: usd(cache?.savedNanoUsd),
  }
}

function faultsOf({ attempts }: RequestReceipt): readonly string[] | undefined {
  const faults = attempts.flatMap((attempt) => attempt.faults ?? [])
  return faults.length === 0 ? undefined : faults
}

function timeFields(receipt: RequestReceipt): Readonly<Record<string, number | undefined>> {
  const { startedAtMs, firstContentAtMs, endedAtMs, attempts } = receipt
  const latency = endedAtMs - startedAtMs
  const upstream = attempts.length === 0 ? undefined : upstreamMs(receipt)
  return {
    latency_ms: latency,
    ttft_ms: firstContentAtMs === undefined ? undefined : firstContentAtMs - startedAtMs,
    upstream_ms: upstream,
    overhead_ms: upstream === undefined ? undefined : latency - upstream,
  }
}

/**
 * The data of the one log line that a request gets. It holds no prompt, no answer, no key and no error text, which may quote a prompt; fields
 * without a value are `undefined` and not written. Pure.
 */
export function toRequestLogLine(receipt: RequestReceipt, surface: RequestSurface = {}): Readonly<Record<string, unknown>> {
  return {
    request_id: receipt.id,
    key: receipt.principal?.name,
    method: surface.method,
    endpoint: surface.endpoint,
    status: surface.status,
    client_dialect: surface.clientDialect,
    provider: receipt.provider,
    model: receipt.model ?? receipt.requestedModel,
    attempts: receipt.attempts.length,
    stream: receipt.stream,
    outcome: outcomes[receipt.outcome],
    error_code: receipt.error?.code,
    cache: receipt.cache?.status,
    condensed: receipt.condensation && `${receipt.condensation.fromTokens}/${receipt.condensation.toTokens}`,
    ...usageFields(receipt.usage),
    ...moneyFields(receipt),
    ...timeFields(receipt),
    injected_faults: faultsOf(receipt),
    trace_id: surface.traceId,
    dropped_params: receipt.dropped.length === 0 ? undefined : receipt.dropped,
  }
}
