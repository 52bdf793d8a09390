import type { AttemptScope } from '@proxyapi/core'
import { type Attempt, type Call, ProviderError, type Target, type TargetFilter } from '@proxyapi/core'
import { type LimitStore, likelyTokens, noteWait, type TakeResult, type Taker } from '@proxyapi/core/limits'
import { principalOf } from '../auth/principal.ts'
import type { LimitRules } from '../auth/rules.ts'
import { type LimitTake, limitReached, requestTakes, tokenTakes } from './limit-take.ts'
import { priorityOf } from './request-limiter.ts'

export interface TargetLimitDeps {
  readonly store: LimitStore
  readonly taker: Taker
  /** By the name of a provider. */
  readonly providers: ReadonlyMap<string, LimitRules>
  /** By `provider/model`. */
  readonly models: ReadonlyMap<string, LimitRules>
}

function usedTokens({ usage }: Attempt): number {
  return usage === undefined ? 0 : usage.inputTokens + usage.outputTokens
}

/** A target that has had enough is passed over as if it had said so itself: others are tried, and it rests. */
function reached(target: Target, take: LimitTake, retryAfterMs: number): ProviderError {
  const { message } = limitReached(take, retryAfterMs)
  return new ProviderError({ failure: 'rate_limit', provider: target.provider.name, message, retryAfterMs })
}

/** Limits of providers and models, for each attempt at them: other targets are tried where one is used up. `undefined` where there are none. */
export function targetLimitFilter({ store, taker, providers, models }: TargetLimitDeps): TargetFilter | undefined {
  if (providers.size === 0 && models.size === 0) return undefined
  const settle = (takes: readonly LimitTake[], record: Attempt): void => {
    for (const take of takes) {
      if (take.type === 'rate' && take.kind === 'tokens') store.adjust(take, usedTokens(record) - Math.min(take.amount, take.rate.burst))
    }
    store.release(takes)
    taker.wake()
  }
  const enter = (
    result: TakeResult,
    takes: readonly LimitTake[],
    { target, attempt }: { readonly target: Target; readonly attempt: AttemptScope },
  ): void => {
    const refused = result.refused === undefined ? undefined : takes[result.refused]
    if (refused !== undefined) throw reached(target, refused, result.retryAfterMs)
    attempt.hold((record) => settle(takes, record))
    attempt.abort.throwIfAborted()
  }
  const pacing = (call: Call, attempt: AttemptScope) => ({
    priority: priorityOf(principalOf(call)?.criticality),
    deadlineAtMs: call.deadlineAtMs,
    abort: attempt.abort,
  })
  return (next, { target, operation }) => {
    const { name } = target.provider
    const ofProvider = { scope: 'provider', id: name, name } as const
    const ofModel = { scope: 'model', id: target.key, name: target.key } as const
    const [provider, model] = [providers.get(name), models.get(target.key)]
    if (provider === undefined && model === undefined) return next
    const requests = [...requestTakes(ofProvider, provider), ...requestTakes(ofModel, model)]
    return (request, call, attempt) => {
      const likely = (): number => likelyTokens(request, operation)
      const takes = [...requests, ...tokenTakes(ofProvider, provider, likely), ...tokenTakes(ofModel, model, likely)]
      const result = taker.take(takes, pacing(call, attempt))
      if (result instanceof Promise) {
        return result.then((late) => {
          noteWait(attempt.record, 'limit', call.now())
          enter(late, takes, { target, attempt })
          return next(request, call, attempt)
        })
      }
      enter(result, takes, { target, attempt })
      return next(request, call, attempt)
    }
  }
}
