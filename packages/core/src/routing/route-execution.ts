import type { AttemptScope } from '../call/attempt-scope.ts'
import type { Attempt, AttemptReason, Call } from '../call/call.ts'
import type { TargetQueue } from './target-queue.ts'
import type { RouterContext } from './router-context.ts'
import type { Target } from './target.ts'

/** One request on its way to whichever target answers it, chat or embeddings. */
export interface RouteExecution<T> {
  readonly world: RouterContext
  readonly call: Call
  readonly queue: TargetQueue
  /** What kind of answer is asked for: their speeds are kept apart. */
  readonly kind: 'plain' | 'stream'
  /** Whether a second attempt may race the first. */
  readonly hedged: boolean
  /** Sends the request to a target, under the attempt's own call. */
  readonly send: (target: Target, call: Call) => Promise<T>
  /** Takes what a target answered: ends the attempt, now or when its stream has ended. */
  readonly accept: (answer: T, scope: AttemptScope, target: Target) => T | Promise<T>
  /** Puts on an attempt's record what it consumed and cost. */
  readonly account: (attempt: Attempt, target: Target) => void
}

/** One attempt to be made. */
export interface PlannedAttempt {
  readonly target: Target
  readonly reason: AttemptReason
  /** Which attempt at this target it is, counted from 1. */
  readonly attemptNumber: number
}
