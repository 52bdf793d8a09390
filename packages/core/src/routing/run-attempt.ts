import { hedgeDelayMs, raceWithHedge } from './hedge.ts'
import type { AttemptResult, PlannedAttempt, RouteExecution } from './route-execution.ts'
import { startAttempt } from './start-attempt.ts'

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
