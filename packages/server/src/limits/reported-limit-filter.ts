import { ProviderError, type Target, type TargetFilter } from '@proxyapi/core'
import { noteWait, type ReportedLimits, type Take, type TakeResult, type Taker } from '@proxyapi/core/limits'
import { principalOf } from '../auth/principal.ts'
import { priorityOf } from './request-limiter.ts'

export interface ReportedLimitDeps {
  readonly limits: ReportedLimits
  /** Over these limits. */
  readonly taker: Taker
  readonly now: () => number
}

/** Only its key counts: how much there is, providers say. */
const oneRequest = { type: 'rate', rate: { limit: 1, windowMs: 1, burst: 1 }, amount: 1 } as const

function usedUp({ provider, key }: Target, { retryAfterMs }: TakeResult): ProviderError {
  const message = `The limit that "${provider.name}" reports for "${key}" is used up. Try again in ${Math.max(0.001, retryAfterMs / 1_000)} s.`
  return new ProviderError({ failure: 'rate_limit', provider: provider.name, message, retryAfterMs })
}

/** Keeps to what providers report of their limits: who has nothing left is not asked before the moment that it named, and others are tried. */
export function reportedLimitFilter({ limits, taker, now }: ReportedLimitDeps): TargetFilter {
  return (next, { target }) => {
    const takes: readonly Take[] = [{ ...oneRequest, key: target.key }]
    const onHeaders = (headers: Readonly<Record<string, string>>): void => {
      if (limits.note(target.key, headers)) taker.wake()
    }
    const assertTaken = (result: TakeResult): void => {
      if (result.refused !== undefined) throw usedUp(target, result)
    }
    return (request, call, attempt) => {
      attempt.onHeaders = onHeaders
      // Most providers report nothing, or plenty.
      if (!limits.knows(target.key)) return next(request, call, attempt)
      const result = taker.take(takes, {
        priority: priorityOf(principalOf(call)?.criticality),
        deadlineAtMs: call.deadlineAtMs,
        abort: attempt.abort,
      })
      if (result instanceof Promise) {
        return result.then((late) => {
          noteWait(attempt.record, 'limit', now())
          assertTaken(late)
          attempt.abort.throwIfAborted()
          return next(request, call, attempt)
        })
      }
      assertTaken(result)
      return next(request, call, attempt)
    }
  }
}
