import { hedgeDelayMs, raceWithHedge } from './hedge.ts'
import type { PlannedAttempt, RouteExecution } from './route-execution.ts'
import { startAttempt } from './start-attempt.ts'

/** How an attempt ended. A failure names the attempt that it belongs to: with a hedge, that may be the hedge. */
export type AttemptResult<T> =
  | { readonly type: 'answer'; readonly answer: T }
  | { readonly type: 'failure'; readonly planned: PlannedAttempt; readonly error: unknown }

function runAlone<T>(planned: PlannedAttempt, execution: RouteExecution<T>): Promise<AttemptResult<T>> {
  const started = startAttempt(planned, execution)
  return started.answer.then(
    (answer) => {
      started.win()
      return { type: 'answer', answer }
    },
    (error: unknown) => ({ type: 'failure', planned, error }),
  )
}

/** Makes an attempt, and a second one when the first takes unusually long. Never rejects. */
export function runAttempt<T>(planned: PlannedAttempt, execution: RouteExecution<T>): Promise<AttemptResult<T>> {
  const delayMs = hedgeDelayMs(planned, execution)
  return delayMs === undefined ? runAlone(planned, execution) : raceWithHedge(planned, execution, delayMs)
}
