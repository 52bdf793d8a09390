import type { Deps } from '../deps.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { AttemptTimeouts } from './attempt-timeouts.ts'
import type { Abortion } from './abort-source.ts'
import type { Attempt, AttemptReason, Call } from './call.ts'
import { abortionOf, withSignal } from './with-signal.ts'

/** One attempt's life inside a call: its own leases and its own stop, both of which end with the call at the latest. */
export interface AttemptScope {
  readonly attempt: Attempt
  /** What the target's handler runs under. */
  readonly call: Call
  /** Ends the attempt, once: `undefined` is a success. */
  readonly end: (error?: unknown) => void
}

export interface AttemptPlan {
  readonly provider: string
  readonly model: string
  readonly reason: AttemptReason
  readonly limits?: Partial<AttemptTimeouts> | undefined
  /** Stops the attempt alone, or with its call: who opens the attempt ties the two together. */
  readonly abortion: Abortion
  /** Told once, when the attempt has ended and before its leases are given back. */
  readonly onEnd: (attempt: Attempt, error: unknown) => void
}

/** The reason of an attempt that was stopped although nothing was wrong with it: it lost a race, or its call ended. */
export function abandoned(message: string): ProxyApiError {
  return new ProxyApiError({ code: 'client_closed_request', message })
}

function outcomeOf(error: unknown): Attempt['outcome'] {
  if (error === undefined) return 'success'
  return isProviderError(error) ? error.failure : 'canceled'
}

/** The call as one attempt sees it: all of it is the call's own but what belongs to the attempt. */
function toAttemptCall(call: Call, own: Pick<Call, 'lease' | 'attempt' | 'limits'> & { readonly abortion: Abortion }): Call {
  const { abortion, lease, attempt, limits } = own
  return withSignal({
    [abortionOf]: abortion,
    id: call.id,
    principal: call.principal,
    startedAtMs: call.startedAtMs,
    deadlineAtMs: call.deadlineAtMs,
    onAbort: abortion.onAbort,
    throwIfAborted: abortion.throwIfAborted,
    overrides: call.overrides,
    tags: call.tags,
    user: call.user,
    outgoingHeaders: call.outgoingHeaders,
    cacheWishes: call.cacheWishes,
    attempts: call.attempts,
    dropped: call.dropped,
    marks: call.marks,
    lease,
    attempt,
    limits,
  })
}

/** Opens an attempt and puts it on the call's record. */
export function openAttempt(call: Call, plan: AttemptPlan, deps: Deps): AttemptScope {
  const { provider, model, reason } = plan
  const attempt: Attempt = { provider, model, reason, startedAtMs: deps.now(), outcome: 'pending' }
  const { abortion } = plan
  const held: (() => void)[] = []
  call.attempts.push(attempt)
  const end = (error?: unknown): void => {
    if (attempt.endedAtMs !== undefined) return
    attempt.endedAtMs = deps.now()
    attempt.outcome = outcomeOf(error)
    attempt.upstreamStatus = isProviderError(error) ? error.upstreamStatus : undefined
    try {
      plan.onEnd(attempt, error)
    } finally {
      for (let release = held.pop(); release !== undefined; release = held.pop()) release()
    }
  }
  const lease = (release: () => void): void => {
    if (attempt.endedAtMs !== undefined) release()
    else held.push(release)
  }
  call.lease(() => {
    // An error is dear to make, and mostly the attempt has ended before.
    if (attempt.endedAtMs === undefined) end(abandoned('The call has ended.'))
  })
  return { attempt, call: toAttemptCall(call, { abortion, lease, attempt, limits: plan.limits }), end }
}
