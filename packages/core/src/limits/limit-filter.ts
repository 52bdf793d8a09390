import type { Call } from '../call/call.ts'
import type { Awaitable, Filter, Operation } from '../call/operation.ts'
import type { Receipt } from '../call/receipt.ts'
import type { AnyAnswer } from '../chat/answer.ts'
import type { ProxyApiError } from '../errors/proxy-api-error.ts'
import { mostTokensOf } from './attempt-cost.ts'
import type { LimitStore, RateTake, Take, TakeResult } from './limit-store.ts'
import type { Taker } from './pacer.ts'

/** How many tokens a call may come to. */
export interface TokenEstimate {
  /** What is probable: its prompt as it is estimated, and as much of an answer as it asks for or is usual. */
  readonly likely: () => number
}

/** What calls take, from where, and who hears of it. */
export interface LimitFilterOptions {
  readonly store: LimitStore
  readonly taker: Taker
  /** What a call takes; nothing for who has no limit. */
  readonly takesOf: (call: Call, tokens: TokenEstimate) => readonly Take[]
  /** Which of the takes count tokens: they are settled by what the call has used. */
  readonly countsTokens: (take: RateTake) => boolean
  /** The lower, the sooner, where calls wait. */
  readonly priorityOf: (call: Call) => number
  /** Called with what is left after a call's takes, or after its refusal. Must not throw. */
  readonly onResult?: ((call: Call, takes: readonly Take[], result: TakeResult) => void) | undefined
  /** The error of a refused take. */
  readonly toError: (take: Take, result: TakeResult) => ProxyApiError
}

/** The tokens that a call probably comes to: its prompt as it is estimated, and a usual answer or as much as it asks for. */
export function likelyTokens<Request, Answer extends AnyAnswer>(request: Request, operation: Operation<Request, Answer>): number {
  const { expectedOutputTokens, maxOutputTokens } = operation.profileOf(request)
  const output = Math.min(expectedOutputTokens, maxOutputTokens ?? Number.POSITIVE_INFINITY)
  return Math.min(mostTokensOf(request, operation).inputTokens, operation.countTokens(request)) + output
}

/** What a call's attempts have used. */
function usedTokens({ attempts }: Pick<Receipt, 'attempts'>): number {
  let sum = 0
  for (const { usage } of attempts) if (usage !== undefined) sum += usage.inputTokens + usage.outputTokens
  return sum
}

/** Takes from limits for each call, and settles them when it has ended, however it ended: tokens by use, places by giving them back. */
export function createLimitFilter(options: LimitFilterOptions): Filter {
  const { store, taker, takesOf, countsTokens, priorityOf, onResult, toError } = options
  const settle = (takes: readonly Take[], receipt: Receipt): void => {
    let isMore = false
    for (const take of takes) {
      if (take.type === 'parallel') isMore = true
      else if (countsTokens(take)) {
        const rest = usedTokens(receipt) - Math.min(take.amount, take.rate.burst)
        if (rest !== 0) store.adjust(take, rest)
        isMore ||= rest < 0
      }
    }
    store.release(takes)
    if (isMore) taker.wake()
  }
  const enter = (call: Call, takes: readonly Take[], result: TakeResult): void => {
    onResult?.(call, takes, result)
    const refused = result.refused === undefined ? undefined : takes[result.refused]
    if (refused !== undefined) throw toError(refused, result)
    call.hold((receipt) => settle(takes, receipt))
    // It may have ended while it waited.
    call.workAbort.throwIfAborted()
  }
  return (next, operation) => (request, call) => {
    const takes = takesOf(call, { likely: () => likelyTokens(request, operation) })
    if (takes.length === 0) return next(request, call)
    const who = { priority: priorityOf(call), deadlineAtMs: call.deadlineAtMs, abort: call.workAbort }
    const result: Awaitable<TakeResult> = taker.take(takes, who)
    if (result instanceof Promise) {
      return result.then((late) => {
        enter(call, takes, late)
        return next(request, call)
      })
    }
    enter(call, takes, result)
    return next(request, call)
  }
}
