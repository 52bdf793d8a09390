import type { AttemptRecord, CallRecord, GuardrailRecord, UsageRecord } from '../record/call-record.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { toUsd } from '../record/money.ts'
import { toTokenClasses } from '../record/token-classes.ts'
import { upstreamMs } from '../record/upstream-ms.ts'

/** Tokens: `input_tokens` and `output_tokens` are whole, the others parts of them. */
export interface ReceiptTokens {
  readonly input_tokens: number
  readonly output_tokens: number
  readonly total_tokens: number
  readonly cached_input_tokens: number
  readonly cache_write_tokens: number
  readonly cache_write_one_hour_tokens: number
  readonly reasoning_tokens: number
  readonly audio_tokens: number
  /** Searches of the web by the provider's own tool. */
  readonly web_searches: number
}

/** The price that a cost was made of. */
export interface ReceiptPrice {
  /** A vendor's page with its date, `configuration`, or `provider` for what the provider said. */
  readonly source: string
  /** As the provider said that it served the call; `null` for the standard tier, and where inference was kept nowhere. */
  readonly service_tier: string | null
  readonly geo: string | null
  /** Dollars per million, by the classes of `cost_by_class`; `null` where the provider told the sum alone. */
  readonly usd_per_million: Readonly<Record<string, number>> | null
}

/** Money: dollars for people, billionths for sums; `null` when the price is not known. */
interface ReceiptCost {
  readonly cost_usd: number | null
  /** A text, so that no reader rounds it. */
  readonly cost_nano_usd: string | null
}

/** One attempt as a receipt shows it. */
export interface ReceiptAttempt extends ReceiptCost {
  readonly provider: string
  readonly model: string
  readonly reason: string
  /** HTTP status of the provider; `null` when it gave none. */
  readonly status: number | null
  /** Why no answer came, as a code of the system or of TLS: `ECONNREFUSED`, `CERT_HAS_EXPIRED`; `null` when there was none. */
  readonly cause: string | null
  /** `success`, `pending` when the caller left first, or the class of the failure. */
  readonly outcome: string
  /** From the call's beginning to the attempt's. */
  readonly started_ms: number
  /** How long it waited before, and for what; `null` when it did not. */
  readonly waited_ms: number | null
  readonly waited_for: string | null
  readonly ms: number
  /** The time limit that ended it. */
  readonly limit: { readonly name: string; readonly ms: number } | null
  /** Until the answer's headers or a stream's first content. */
  readonly answered_ms: number | null
  readonly tokens: ReceiptTokens | null
  /** Whether `tokens` is our estimate. */
  readonly tokens_estimated: boolean
  /** `not_reported`, `implausible`, `broke_off` or `not_answered`; `null` when the provider's figures stand. */
  readonly estimate_reason: string | null
  /** `null` when it is not known, or nothing was consumed. */
  readonly price: ReceiptPrice | null
  /** What each class of tokens cost: `input`, `cached_input`, `output`, …; `null` where only the sum is known. */
  readonly cost_by_class: Readonly<Record<string, { readonly usd: number; readonly nano_usd: string }>> | null
  /** Faults that a chaos experiment put into it. */
  readonly faults: readonly string[]
}

/** How targets were chosen. */
export interface ReceiptRoute {
  /** `null` where there was one target. */
  readonly strategy: string | null
  readonly candidates: readonly {
    readonly provider: string
    readonly model: string
    /** `first`, `fallback`, `hedge`, `continuation` or `left_out`. */
    readonly verdict: string
    /** `circuit_open`, `cooling_down`, `saturated`, `context` or `capability`; `null` for a target that was asked. */
    readonly why: string | null
    /** When that was expected to end; `null` when it does not end by itself. */
    readonly until: string | null
  }[]
}

/** What `GET /v1/receipts/{id}` answers. Holds no prompt, no answer, no key and no error text, which may quote a prompt. */
export interface ReceiptBody extends ReceiptCost {
  readonly object: 'receipt'
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  /** The same in ISO 8601, to the millisecond. */
  readonly at: string
  readonly operation: string
  /** The route; `null` for a call that the gateway made by itself. */
  readonly endpoint: string | null
  readonly status: number | null
  /** Name of the key. */
  readonly key: string | null
  readonly requested_model: string
  readonly model: string | null
  readonly provider: string | null
  readonly stream: boolean
  readonly outcome: string
  readonly error_code: string | null
  readonly attempts: readonly ReceiptAttempt[]
  readonly tokens: ReceiptTokens | null
  /** On top of `cost_usd`: what failed, abandoned and losing attempts cost. */
  readonly wasted_usd: number
  readonly wasted_nano_usd: string
  /** What the cache and condensation saved, as far as it is known. */
  readonly saved_usd: number
  readonly saved_nano_usd: string
  readonly cache: Readonly<Record<string, string | number | null>> | null
  readonly condensation: Readonly<Record<string, number | null>> | null
  /** What guardrails found: their names, and kinds of finds; never a text of the call. */
  readonly guardrails: readonly GuardrailRecord[]
  /** Which targets were considered: those that were passed over, and those that were asked, by why they were. */
  readonly route: ReceiptRoute
  /** What trying two providers at once came to; `null` when that was not done. */
  readonly hedge: { readonly attempts: number; readonly won: boolean; readonly wasted_usd: number; readonly wasted_nano_usd: string } | null
  readonly dropped_params: readonly string[]
  readonly changed_params: readonly string[]
  readonly tags: readonly string[]
  readonly latency_ms: number
  readonly first_content_ms: number | null
  /** In which at least one attempt was open. */
  readonly upstream_ms: number | null
  /** How long the parts of the request took before its upstream was called; `null` where it did not pass one, or was not measured. */
  readonly phases: Readonly<Record<'auth_ms' | 'queue_ms' | 'cache_ms' | 'condense_ms', number | null>>
  /** Latencies of the same provider and model over the last day. */
  readonly usual: UsualLatency
}

export interface UsualLatency {
  readonly p50_ms: number | null
  readonly p95_ms: number | null
}

function toCost(nanoUsd: number | null): ReceiptCost {
  return { cost_usd: toUsd(nanoUsd), cost_nano_usd: nanoUsd === null ? null : String(nanoUsd) }
}

function toTokens(usage: UsageRecord | undefined): ReceiptTokens | null {
  if (usage === undefined) return null
  const classes = toTokenClasses(usage)
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    total_tokens: usage.totalTokens,
    cached_input_tokens: classes.cachedInputTokens,
    cache_write_tokens: classes.cacheWriteTokens + classes.cacheWriteOneHourTokens,
    cache_write_one_hour_tokens: classes.cacheWriteOneHourTokens,
    reasoning_tokens: classes.reasoningTokens,
    audio_tokens: classes.audioInputTokens + classes.audioOutputTokens,
    web_searches: usage.webSearches ?? 0,
  }
}

/** The words of wire bodies for core's names. */
function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

const nanoUsdPerUsd = 1e9

function toPrice({ priced, usage }: AttemptRecord): ReceiptPrice | null {
  if (priced === undefined) return null
  const { source, parts, rates = {} } = priced
  // Only the classes that the call was billed for.
  const used = Object.keys(parts ?? {}).flatMap((name) => {
    const rate = parts?.[name] === 0 ? undefined : rates[name]
    return rate === undefined ? [] : [[toSnakeCase(name), rate / nanoUsdPerUsd] as const]
  })
  return {
    source,
    service_tier: usage?.served?.tier ?? null,
    geo: usage?.served?.geo ?? null,
    usd_per_million: parts === undefined ? null : Object.fromEntries(used),
  }
}

function toCostByClass(priced: AttemptRecord['priced']): ReceiptAttempt['cost_by_class'] {
  if (priced?.parts === undefined) return null
  const lines = Object.entries(priced.parts).filter(([, cost]) => cost !== 0)
  return Object.fromEntries(lines.map(([name, cost]) => [toSnakeCase(name), { usd: toUsd(cost), nano_usd: String(cost) }]))
}

function toAttempt(attempt: AttemptRecord, call: CallRecord): ReceiptAttempt {
  const { startedAtMs, endedAtMs = call.endedAtMs, answeredAtMs, costNanoUsd } = attempt
  return {
    provider: attempt.provider,
    model: attempt.model,
    reason: attempt.reason,
    status: attempt.upstreamStatus ?? null,
    cause: attempt.causeCode ?? null,
    outcome: attempt.outcome,
    started_ms: startedAtMs - call.startedAtMs,
    waited_ms: attempt.waitedMs ?? null,
    waited_for: attempt.waitedFor ?? null,
    ms: endedAtMs - startedAtMs,
    limit: attempt.limit ?? null,
    answered_ms: answeredAtMs === undefined ? null : answeredAtMs - startedAtMs,
    tokens: toTokens(attempt.usage),
    tokens_estimated: attempt.usageEstimated !== undefined,
    estimate_reason: attempt.usageEstimated ?? null,
    price: toPrice(attempt),
    cost_by_class: toCostByClass(attempt.priced),
    ...toCost(costNanoUsd === undefined ? 0 : costNanoUsd),
    faults: attempt.faults ?? [],
  }
}

function toCache({ cache }: CallRecord): ReceiptBody['cache'] {
  if (cache === undefined) return null
  const { status, level = null, ageSeconds = null, similarity = null, savedNanoUsd = null } = cache
  return { status, level, age_seconds: ageSeconds, similarity, saved_usd: savedNanoUsd === null ? null : toUsd(savedNanoUsd) }
}

function toCondensation({ condensation }: CallRecord): ReceiptBody['condensation'] {
  if (condensation === undefined) return null
  const { fromTokens, toTokens: tokens, preservation = null, savedNanoUsd = null } = condensation
  const saved = savedNanoUsd === null ? null : toUsd(savedNanoUsd)
  return { from_tokens: fromTokens, to_tokens: tokens, saved_tokens: fromTokens - tokens, preservation, saved_usd: saved }
}

function toRoute({ route, attempts }: CallRecord): ReceiptRoute {
  const asked = attempts
    .filter(({ reason }) => reason !== 'retry')
    .map(({ provider, model, reason }) => ({ provider, model, verdict: reason, why: null, until: null }))
  const leftOut = (route?.leftOut ?? []).map(({ provider, model, why, untilMs }) => ({
    ...{ provider, model, verdict: 'left_out', why },
    until: untilMs === undefined ? null : new Date(untilMs).toISOString(),
  }))
  return { strategy: route?.strategy ?? null, candidates: [...leftOut, ...asked] }
}

function isOpenTogether(one: AttemptRecord, other: AttemptRecord): boolean {
  const endOf = ({ endedAtMs = Number.POSITIVE_INFINITY }: AttemptRecord): number => endedAtMs
  return one === other || (one.startedAtMs < endOf(other) && other.startedAtMs < endOf(one))
}

function toHedge({ attempts, winner: index }: CallRecord): ReceiptBody['hedge'] {
  const hedges = attempts.filter((attempt) => attempt.reason === 'hedge')
  if (hedges.length === 0) return null
  const winner = index === undefined ? undefined : attempts[index]
  // Of the attempts that lost, those that ran at the same time as a hedge; one that had failed before cost what it cost without hedging.
  const rivals = attempts.filter((attempt) => attempt !== winner && hedges.some((hedge) => isOpenTogether(attempt, hedge)))
  const wasted = rivals.reduce((sum, attempt) => sum + (attempt.costNanoUsd ?? 0), 0)
  return { attempts: hedges.length, won: winner?.reason === 'hedge', wasted_usd: toUsd(wasted), wasted_nano_usd: String(wasted) }
}

function timesOf(receipt: CallRecord): Pick<ReceiptBody, 'created' | 'at' | 'latency_ms' | 'first_content_ms' | 'upstream_ms'> {
  const { startedAtMs, endedAtMs, firstContentAtMs, attempts } = receipt
  return {
    created: Math.floor(startedAtMs / 1000),
    at: new Date(startedAtMs).toISOString(),
    latency_ms: endedAtMs - startedAtMs,
    first_content_ms: firstContentAtMs === undefined ? null : firstContentAtMs - startedAtMs,
    upstream_ms: attempts.length === 0 ? null : upstreamMs(receipt),
  }
}

function moneyOf(
  receipt: CallRecord,
): Pick<ReceiptBody, keyof ReceiptCost | 'wasted_usd' | 'wasted_nano_usd' | 'saved_usd' | 'saved_nano_usd'> {
  const { costNanoUsd, wastedNanoUsd, cache, condensation } = receipt
  const saved = (cache?.savedNanoUsd ?? 0) + (condensation?.savedNanoUsd ?? 0)
  return {
    ...toCost(costNanoUsd),
    wasted_usd: toUsd(wastedNanoUsd),
    wasted_nano_usd: String(wastedNanoUsd),
    saved_usd: toUsd(saved),
    saved_nano_usd: String(saved),
  }
}

/** How long the cache was looked through: until the first target was wanted, or until there was an answer. Who waited for another's work did not look. */
function cacheMsOf({ cache, attempts, startedAtMs, firstContentAtMs, endedAtMs }: CallRecord, condenseMs: number): number | null {
  if (cache === undefined || cache.status === 'bypass' || cache.status === 'coalesced') return null
  const [first] = attempts
  const untilMs = first === undefined ? (firstContentAtMs ?? endedAtMs) : first.startedAtMs - (first.waitedMs ?? 0)
  return Math.max(0, untilMs - startedAtMs - condenseMs)
}

function requestOf({ method, endpoint, status, phases, call }: CompletedRequest): Pick<ReceiptBody, 'endpoint' | 'status' | 'phases'> {
  const { authMs = null, queueMs = null, condenseMs = null } = phases ?? {}
  const cacheMs = phases?.cacheMs ?? (call === undefined ? null : cacheMsOf(call, condenseMs ?? 0))
  return {
    endpoint: method === '' ? null : endpoint,
    status: method === '' ? null : status,
    phases: { auth_ms: authMs, queue_ms: queueMs, cache_ms: cacheMs, condense_ms: condenseMs },
  }
}

/** A receipt in the words of the HTTP answer; `undefined` for a request that made no call. Pure. */
export function toReceiptBody(request: CompletedRequest, usual: UsualLatency): ReceiptBody | undefined {
  const receipt = request.call
  if (receipt === undefined) return undefined
  return {
    object: 'receipt',
    id: receipt.id,
    operation: receipt.operation,
    key: receipt.principal?.name ?? null,
    requested_model: receipt.requestedModel,
    model: receipt.model ?? null,
    provider: receipt.provider ?? null,
    stream: receipt.stream,
    outcome: receipt.outcome,
    error_code: receipt.error?.code ?? null,
    attempts: receipt.attempts.map((attempt) => toAttempt(attempt, receipt)),
    tokens: toTokens(receipt.usage),
    ...moneyOf(receipt),
    cache: toCache(receipt),
    condensation: toCondensation(receipt),
    guardrails: receipt.guardrails ?? [],
    route: toRoute(receipt),
    hedge: toHedge(receipt),
    dropped_params: receipt.dropped,
    changed_params: receipt.changed ?? [],
    tags: receipt.tags,
    ...timesOf(receipt),
    ...requestOf(request),
    usual,
  }
}
