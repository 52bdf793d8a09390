import type { Attempt, Call, Receipt, Usage } from '@proxyapi/core'
import type { ClientRequest } from './client-request.ts'

/** Tokens as a recording writes them: the parts are contained in `input` and `output`. */
export interface RecordedUsage {
  readonly input: number
  readonly output: number
  readonly cached_input?: number | undefined
  readonly cache_write?: number | undefined
  readonly cache_write_1h?: number | undefined
  readonly reasoning?: number | undefined
  readonly search_units?: number | undefined
  readonly web_searches?: number | undefined
}

/** One upstream try of a recorded request. */
export interface RecordedAttempt {
  readonly provider: string
  readonly model: string
  readonly reason: string
  /** `success`, `superseded`, `pending`, or the class of the failure. */
  readonly outcome: string
  readonly status: number | null
  /** From its start to its end. */
  readonly latency_ms: number | null
  /** From its start to the answer's headers, or a stream's first content. */
  readonly answered_ms: number | null
  readonly usage: RecordedUsage | null
  /** Billionths of a dollar. */
  readonly cost_nano_usd: string | null
}

/** A line of a recording: one request with what became of it. */
export interface RecordedRequest {
  readonly object: 'recorded_request'
  readonly id: string
  readonly at_ms: number
  readonly key: { readonly id: string; readonly name: string } | null
  /** A pseudonym of the end user. */
  readonly user: string | null
  readonly endpoint: string | null
  readonly operation: string
  readonly requested_model: string
  readonly stream: boolean
  readonly tags: readonly string[]
  /** What the client asked of the gateway's routing and cache. */
  readonly controls: {
    readonly provider?: string
    readonly strategy?: string
    readonly fallbacks?: readonly string[]
    readonly no_cache?: true
  }
  readonly outcome: string
  readonly error_code: string | null
  readonly provider: string | null
  readonly model: string | null
  readonly cache: string | null
  readonly latency_ms: number
  readonly first_content_ms: number | null
  readonly usage: RecordedUsage | null
  readonly cost_nano_usd: string | null
  readonly wasted_nano_usd: string
  readonly attempts: readonly RecordedAttempt[]
  /** Masked; `null` where it was too large or can't be told. */
  readonly request: ClientRequest | null
  /** As a client of OpenAI would get it, masked; `null` where there was none, it was too large, or it holds vectors. */
  readonly response: unknown
}

function toUsage(usage: Usage | undefined): RecordedUsage | null {
  if (usage === undefined) return null
  return {
    input: usage.inputTokens,
    output: usage.outputTokens,
    cached_input: usage.cachedInputTokens,
    cache_write: usage.cacheWriteTokens,
    cache_write_1h: usage.cacheWriteOneHourTokens,
    reasoning: usage.reasoningTokens,
    search_units: usage.searchUnits,
    web_searches: usage.webSearches,
  }
}

function toNano(cost: number | null | undefined): string | null {
  return cost === null || cost === undefined ? null : String(cost)
}

function toAttempt(attempt: Attempt): RecordedAttempt {
  const { provider, model, reason, outcome, upstreamStatus, startedAtMs, answeredAtMs, endedAtMs, usage, costNanoUsd } = attempt
  return {
    ...{ provider, model, reason, outcome, status: upstreamStatus ?? null },
    latency_ms: endedAtMs === undefined ? null : endedAtMs - startedAtMs,
    answered_ms: answeredAtMs === undefined ? null : answeredAtMs - startedAtMs,
    usage: toUsage(usage),
    cost_nano_usd: toNano(costNanoUsd),
  }
}

function toControls({ overrides, cacheDirectives }: Pick<Call, 'overrides' | 'cacheDirectives'>): RecordedRequest['controls'] {
  const { provider, strategy, fallbacks } = overrides
  return {
    ...(provider !== undefined && { provider }),
    ...(strategy !== undefined && { strategy }),
    ...(fallbacks !== undefined && { fallbacks }),
    ...(cacheDirectives?.lookup === false && { no_cache: true as const }),
  }
}

/** What is written of a request besides what the receipt tells. Bodies are masked already. */
export interface RecordedBodies {
  readonly user: string | undefined
  readonly request: ClientRequest | undefined
  readonly response: unknown
}

/** The line of a request that has ended. Pure. */
export function toRecordedRequest(receipt: Receipt, call: Call, { user, request, response }: RecordedBodies): RecordedRequest {
  const { id, principal, startedAtMs, endedAtMs, firstContentAtMs } = receipt
  return {
    object: 'recorded_request',
    id,
    at_ms: startedAtMs,
    key: principal === undefined ? null : { id: principal.id, name: principal.name },
    user: user ?? null,
    endpoint: call.endpoint ?? null,
    operation: receipt.operation,
    requested_model: receipt.requestedModel,
    stream: receipt.stream,
    tags: receipt.tags,
    controls: toControls(call),
    outcome: receipt.outcome,
    error_code: receipt.error?.code ?? null,
    provider: receipt.provider ?? null,
    model: receipt.model ?? null,
    cache: receipt.cache?.status ?? null,
    latency_ms: endedAtMs - startedAtMs,
    first_content_ms: firstContentAtMs === undefined ? null : firstContentAtMs - startedAtMs,
    usage: toUsage(receipt.usage),
    cost_nano_usd: toNano(receipt.costNanoUsd),
    wasted_nano_usd: String(receipt.wastedNanoUsd),
    attempts: receipt.attempts.map(toAttempt),
    request: request ?? null,
    response: response ?? null,
  }
}
