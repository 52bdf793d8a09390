import { isProviderError } from '../errors/provider-error.ts'
import { isProxyApiError, ProxyApiError } from '../errors/proxy-api-error.ts'
import { isTransportError } from '../transport/transport-error.ts'
import { type AbortSource, createAbortSource } from './abort-source.ts'
import type { Attempt, AttemptReason, AttemptScope, SentExchange } from './attempt.ts'
import type { AttemptTimeouts } from './attempt-timeouts.ts'
import type { Call } from './call.ts'

export interface AttemptPlan {
  readonly provider: string
  readonly model: string
  readonly reason: AttemptReason
  readonly timeouts: AttemptTimeouts
  readonly abort: AbortSource
  readonly waitedMs?: number | undefined
  readonly waitedFor?: Attempt['waitedFor']
  /** Called once when the attempt has ended, before its holds are released. */
  readonly onEnd: (attempt: Attempt, error: unknown) => void
}

/**
 * The reason of an attempt that was stopped although nothing was wrong with it. Creating an Error captures a stack trace, so there is one
 * for all: it is only the reason of a stop, never thrown to a caller.
 */
export const superseded: ProxyApiError = new ProxyApiError({
  code: 'client_closed_request',
  message: 'Another attempt was quicker.',
  cause: 'superseded',
})

function outcomeOf(error: unknown): Attempt['outcome'] {
  if (error === undefined) return 'success'
  if (isProviderError(error)) return error.failure
  return isProxyApiError(error) && error.cause === 'superseded' ? 'superseded' : 'canceled'
}

/** What never reached a provider: it could not be connected to. */
function isUnsent(error: unknown): boolean {
  const cause = isProviderError(error) ? error.cause : undefined
  return isTransportError(cause) && (cause.fault === 'connect' || cause.fault === 'connect-timeout')
}

/** Whether a provider may have worked on a request that has no answer: it was written, as far as is known, and not refused. */
function mayBeBilled(error: unknown, exchange: SentExchange | undefined): boolean {
  if (exchange === undefined) return false
  if (isProviderError(error) && (error.upstreamStatus ?? error.upstreamType ?? error.upstreamCode) !== undefined) return false
  return exchange.wasSent?.() ?? !isUnsent(error)
}

type Release = (attempt: Attempt) => void

/* A class: every upstream attempt has one (bench/router.mjs). */
class RunningAttempt implements AttemptScope {
  private holds: Release[] | undefined = undefined
  readonly record: Attempt
  readonly abort: AbortSource
  readonly timeouts: AttemptTimeouts
  exchange: SentExchange | undefined = undefined
  onHeaders: AttemptScope['onHeaders'] = undefined
  private readonly onEnd: AttemptPlan['onEnd']
  private readonly now: Call['now']

  constructor(plan: AttemptPlan, now: Call['now']) {
    this.record = { provider: plan.provider, model: plan.model, reason: plan.reason, startedAtMs: now(), outcome: 'pending' }
    if (plan.waitedMs !== undefined) {
      this.record.waitedMs = plan.waitedMs
      this.record.waitedFor = plan.waitedFor
    }
    this.abort = plan.abort
    this.timeouts = plan.timeouts
    this.onEnd = plan.onEnd
    this.now = now
  }

  hold(release: Release): void {
    if (this.record.endedAtMs !== undefined) {
      release(this.record)
      return
    }
    this.holds ??= []
    this.holds.push(release)
  }

  end(error?: unknown): void {
    const { record } = this
    if (record.endedAtMs !== undefined) return
    record.endedAtMs = this.now()
    record.outcome = outcomeOf(error)
    if (error !== undefined) record.mayBeBilled = mayBeBilled(error, this.exchange)
    if (isProviderError(error)) {
      record.upstreamStatus = error.upstreamStatus
      record.limit = error.limit
      record.causeCode = error.causeCode
    }
    try {
      this.onEnd(record, error)
    } finally {
      const { holds } = this
      this.holds = undefined
      if (holds !== undefined) for (let index = holds.length - 1; index >= 0; index--) holds[index]?.(record)
    }
  }
}

/** Opens an attempt and enters it in the call's record. The call ends it, if nobody does before. */
export function openAttempt(call: Pick<Call, 'attempts' | 'enter' | 'now'>, plan: AttemptPlan): AttemptScope {
  const scope = new RunningAttempt(plan, call.now)
  call.attempts.push(scope.record)
  call.enter(scope)
  return scope
}

/** An abort source that is also aborted with its call. */
export function createAttemptAbort(call: Pick<Call, 'workAbort'>): AbortSource {
  const source = createAbortSource()
  call.workAbort.onAbort((reason) => source.abort(reason))
  return source
}
