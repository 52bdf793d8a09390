import { supersededError } from '../call/attempt-scope.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError } from '../errors/provider-error.ts'
import type { RouteExecution, PlannedAttempt } from './route-execution.ts'
import { type Started, startAttempt } from './start-attempt.ts'

/** Nineteen of twenty answers are there by then: what takes longer is worth a second attempt. */
const hedgeShare = 0.95

/** How a step ended. A failure names the step that it belongs to: with a hedge, that may be another than was taken. */
export type Outcome<T> =
  | { readonly type: 'answer'; readonly answer: T }
  | { readonly type: 'failure'; readonly step: PlannedAttempt; readonly error: unknown }

type Failure = Extract<Outcome<unknown>, { type: 'failure' }>

/** When a second attempt may set out; `undefined` for never. */
function hedgeDelayMs<T>(step: PlannedAttempt, execution: RouteExecution<T>): number | undefined {
  const { hedge, retry } = execution.world.options
  if (!hedge.enabled || !execution.hedged || step.reason !== 'first' || retry.maxAttempts < 2) return undefined
  const usual = execution.world.health.of(step.target.key).latencies[execution.kind].quantile(hedgeShare)
  return usual === undefined ? undefined : Math.max(hedge.minDelayMs, usual)
}

/** Where the second attempt goes: another target where there is one, else the same again, as its second attemptNumber. */
function hedgeStep<T>(step: PlannedAttempt, execution: RouteExecution<T>): PlannedAttempt {
  const other = execution.queue.next()
  return other === undefined ? { ...step, reason: 'hedge', attemptNumber: step.attemptNumber + 1 } : { target: other, reason: 'hedge', attemptNumber: 1 }
}

/** The target of a hedge that never set out is as good as before. */
function cancelHedge<T>(hedge: PlannedAttempt, first: PlannedAttempt, execution: RouteExecution<T>): void {
  if (hedge.target !== first.target) execution.queue.release(hedge.target)
}

/** Whether a failure speaks of the request rather than of the target: it holds wherever it came from. */
function isVerdict({ error }: Failure): boolean {
  return isProviderError(error) && failurePolicies[error.failure].nextTarget !== 'yes'
}

/** Of two failures the one that policy goes on from: a verdict on the request, else the later attemptNumber at one target, else the first step's own. */
function pickFailure(first: Failure, hedge: Failure): Failure {
  if (isVerdict(hedge)) return hedge
  const isSameTarget = hedge.step.target.key === first.step.target.key
  return isSameTarget && !isVerdict(first) ? { ...first, step: { ...first.step, attemptNumber: hedge.step.attemptNumber } } : first
}

async function single<T>(step: PlannedAttempt, execution: RouteExecution<T>): Promise<Outcome<T>> {
  try {
    return { type: 'answer', answer: await startAttempt(step, execution).answer }
  } catch (error) {
    return { type: 'failure', step, error }
  }
}

/** Two attempts at most, of which the first good answer wins. */
function race<T>(step: PlannedAttempt, execution: RouteExecution<T>, delayMs: number): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const lost = supersededError('Another attempt was quicker.')
    let cancelTimer: () => void = () => undefined
    let hedge: { readonly started: Started<T>; readonly step: PlannedAttempt } | undefined
    let firstFailure: Failure | undefined
    let hedgeFailure: Failure | undefined
    let settled = false

    const settle = (outcome: Outcome<T>, loser: Started<T> | undefined): void => {
      if (settled) return
      settled = true
      cancelTimer()
      loser?.abort(lost)
      resolve(outcome)
    }
    const lose = (): void => {
      if (firstFailure === undefined) return
      if (hedge === undefined) settle(firstFailure, undefined)
      else if (!hedge.started.hasBegun()) {
        // A hedge that still waits for a slot was only meant to be quicker: policy knows better what comes next.
        cancelHedge(hedge.step, step, execution)
        settle(firstFailure, hedge.started)
      } else if (hedgeFailure !== undefined) settle(pickFailure(firstFailure, hedgeFailure), undefined)
    }
    const onHedgeTime = (): void => {
      if (settled || !execution.world.hedges.take()) return
      const second = hedgeStep(step, execution)
      const started = startAttempt(second, execution)
      hedge = { started, step: second }
      started.answer.then(
        (answer) => (settled ? started.abort(lost) : settle({ type: 'answer', answer }, first)),
        (error: unknown) => {
          hedgeFailure = { type: 'failure', step: second, error }
          lose()
        },
      )
    }
    const first = startAttempt(step, execution, () => {
      cancelTimer = execution.world.deps.setTimer(onHedgeTime, delayMs)
    })
    first.answer.then(
      (answer) => (settled ? first.abort(lost) : settle({ type: 'answer', answer }, hedge?.started)),
      (error: unknown) => {
        firstFailure = { type: 'failure', step, error }
        lose()
      },
    )
  })
}

/**
 * Takes a step: one attempt, and a second when the first takes unusually long: the first good answer wins and the other
 * is stopped (Dean and Barroso, "The Tail at Scale", 2013). Never rejects.
 */
export function runAttempt<T>(step: PlannedAttempt, execution: RouteExecution<T>): Promise<Outcome<T>> {
  const delayMs = hedgeDelayMs(step, execution)
  return delayMs === undefined ? single(step, execution) : race(step, execution, delayMs)
}
