import type { FailureClass } from '@proxyapi/core'
import type { RecordedAttempt, RecordedRequest, RecordedUsage } from '@proxyapi/server'

/**
 * What a target would have done with a request, as far as a recording tells. In this order: what it did with this very request; what it did with
 * others, drawn at the rates of the recording; and for a target that was never asked, what is assumed.
 */
export type Basis = 'recorded' | 'target' | 'assumed'

export interface PredictedOutcome {
  readonly basis: Basis
  /** `undefined` is an answer. */
  readonly failure: FailureClass | undefined
  readonly status: number | undefined
  readonly latencyMs: number
  /** Until the first content of a stream. */
  readonly answeredMs: number
  /** `null` where nothing is known of the request's tokens. */
  readonly usage: RecordedUsage | null
}

/** What is assumed of a target that the recording never asked. */
export interface Assumptions {
  /** Share of attempts that fail, 0 to 1. */
  readonly failureRate: number
  /** `undefined` takes the request's own. */
  readonly latencyMs: number | undefined
}

/** Says what a target does with a request at its `nth` attempt there, from 0. */
export type PredictOutcome = (request: RecordedRequest | undefined, target: string, nth: number) => PredictedOutcome

const failureClasses: Readonly<Record<FailureClass, true>> = {
  connection: true,
  timeout: true,
  server: true,
  rate_limit: true,
  quota: true,
  budget: true,
  authentication: true,
  unknown_model: true,
  retired_model: true,
  invalid_request: true,
  context_length: true,
  content_policy: true,
  invalid_response: true,
  canceled: true,
}

/** Neither says anything of the target: a budget is our own caller's, and whoever left did not wait for the end. */
const ours: ReadonlySet<string> = new Set(['budget', 'canceled'])

function failureOf({ outcome }: RecordedAttempt): FailureClass | undefined {
  return Object.hasOwn(failureClasses, outcome) && !ours.has(outcome) ? (outcome as FailureClass) : undefined
}

/** Whether an attempt came to an end that tells something of its target. */
function isTelling(attempt: RecordedAttempt): boolean {
  return attempt.outcome === 'success' || failureOf(attempt) !== undefined
}

function keyOf({ provider, model }: Pick<RecordedAttempt, 'provider' | 'model'>): string {
  return `${provider}/${model}`
}

/** Figures of a provider's own prompt cache mean nothing at another one. */
function withoutCacheParts(usage: RecordedUsage | null): RecordedUsage | null {
  return usage && { ...usage, cached_input: undefined, cache_write: undefined, cache_write_1h: undefined }
}

function toOutcome(attempt: RecordedAttempt, basis: Basis, usage: RecordedUsage | null): PredictedOutcome {
  const latencyMs = attempt.latency_ms ?? attempt.answered_ms ?? 0
  const answeredMs = Math.min(attempt.answered_ms ?? latencyMs, latencyMs)
  const failure = failureOf(attempt)
  return { basis, failure, status: attempt.status ?? undefined, latencyMs, answeredMs, usage: failure === undefined ? usage : null }
}

/** What the recording knows of each target. */
function toHistory(requests: readonly RecordedRequest[]): ReadonlyMap<string, readonly RecordedAttempt[]> {
  const history = new Map<string, RecordedAttempt[]>()
  for (const attempt of requests.flatMap(({ attempts }) => attempts)) {
    if (!isTelling(attempt)) continue
    const known = history.get(keyOf(attempt))
    if (known === undefined) history.set(keyOf(attempt), [attempt])
    else known.push(attempt)
  }
  return history
}

/** The tokens of a request, whoever answered it. */
function usageOf(request: RecordedRequest | undefined): RecordedUsage | null {
  return request?.usage ?? request?.attempts.findLast(({ usage }) => usage !== null)?.usage ?? null
}

function assume(request: RecordedRequest | undefined, { failureRate, latencyMs: assumedMs }: Assumptions, draw: number): PredictedOutcome {
  const latencyMs = assumedMs ?? request?.latency_ms ?? 0
  const answeredMs = Math.min(latencyMs, request?.first_content_ms ?? latencyMs)
  const told = { basis: 'assumed', latencyMs, answeredMs } as const
  if (draw < failureRate) return { ...told, failure: 'server', status: 500, usage: null }
  return { ...told, failure: undefined, status: undefined, usage: withoutCacheParts(usageOf(request)) }
}

/** What a target did with this very request: one that is asked more often than it was does what it did last. */
function ownAttempt(request: RecordedRequest | undefined, target: string, nth: number): RecordedAttempt | undefined {
  const own = request?.attempts.filter((attempt) => keyOf(attempt) === target && isTelling(attempt)) ?? []
  return own[nth] ?? own.at(-1)
}

/** Predicts from a recording. The same seed draws the same. */
export function createPrediction(requests: readonly RecordedRequest[], assumptions: Assumptions, random: () => number): PredictOutcome {
  const history = toHistory(requests)
  return (request, target, nth) => {
    const same = ownAttempt(request, target, nth)
    if (same !== undefined) return toOutcome(same, 'recorded', same.usage ?? usageOf(request))
    const others = history.get(target) ?? []
    const drawn = others[Math.floor(random() * others.length)]
    if (drawn !== undefined) return toOutcome(drawn, 'target', withoutCacheParts(usageOf(request)))
    return assume(request, assumptions, random())
  }
}
