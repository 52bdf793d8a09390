import type { Attempt, AttemptReason, AttemptScope } from '../call/attempt.ts'
import type { Call } from '../call/call.ts'
import type { Awaitable } from '../call/operation.ts'
import type { RouterContext } from './router-context.ts'
import type { Target } from './target.ts'
import type { TargetQueue } from './target-queue.ts'

/** One request while it is being routed: what any operation's execution needs. */
export interface RouteExecution<Answer> {
  readonly context: RouterContext
  readonly call: Call
  readonly queue: TargetQueue
  /** Latencies of complete answers and of streams are kept apart. */
  readonly kind: 'plain' | 'stream'
  /** Whether a second attempt may race the first. */
  readonly hedged: boolean
  /** Sends the request to a target as one attempt. */
  readonly send: (target: Target, attempt: AttemptScope) => Awaitable<Answer>
  /** Takes what a target answered: ends the attempt, now or when its stream has ended. */
  readonly accept: (answer: Answer, attempt: AttemptScope, target: Target) => Awaitable<Answer>
  /** Enters usage and cost in an attempt's record. */
  readonly recordUsage: (attempt: Attempt, target: Target) => void
}

/** One attempt to be made. */
export interface PlannedAttempt {
  readonly target: Target
  readonly reason: AttemptReason
  /** Which attempt at this target it is, counted from 1. */
  readonly attemptNumber: number
  /** How long the request waited before it. */
  readonly backoffMs?: number | undefined
}

/** How an attempt ended. A failure names the attempt that it belongs to: with a hedge, that may be the hedge. */
export type AttemptResult<T> =
  | { readonly type: 'answer'; readonly answer: T }
  | { readonly type: 'failure'; readonly planned: PlannedAttempt; readonly error: unknown }
