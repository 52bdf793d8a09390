import type { CallRecord, UsageRecord } from '../record/call-record.ts'
import { toUsd } from '../record/money.ts'
import { upstreamMs } from '../record/upstream-ms.ts'

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

function usageFields(usage: UsageRecord | undefined): Readonly<Record<string, number | undefined>> {
  return {
    tokens: usage?.totalTokens,
    input_tokens: usage?.inputTokens,
    output_tokens: usage?.outputTokens,
    cached_tokens: usage?.cachedInputTokens,
    reasoning_tokens: usage?.reasoningTokens,
  }
}

/** A price that is not known is `null`, never 0. */
function moneyFields({ costNanoUsd, wastedNanoUsd, cache }: CallRecord): Readonly<Record<string, number | null | undefined>> {
  return {
    cost_usd: toUsd(costNanoUsd),
    wasted_usd: wastedNanoUsd === 0 ? undefined : toUsd(wastedNanoUsd),
    saved_usd: toUsd(cache?.savedNanoUsd),
  }
}

function faultsOf({ attempts }: CallRecord): readonly string[] | undefined {
  const faults = attempts.flatMap((attempt) => attempt.faults ?? [])
  return faults.length === 0 ? undefined : faults
}

function timeFields(receipt: CallRecord): Readonly<Record<string, number | undefined>> {
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
export function toRequestLogLine(receipt: CallRecord, surface: RequestSurface = {}): Readonly<Record<string, unknown>> {
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
