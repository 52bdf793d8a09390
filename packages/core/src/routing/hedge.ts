import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError } from '../errors/provider-error.ts'
import type { AttemptResult, PlannedAttempt, RouteExecution } from './route-execution.ts'
import { type StartedAttempt, startAttempt } from './start-attempt.ts'

/** A hedge starts when 95 % of the usual answers would have arrived. */
const hedgeShare = 0.95

type Failure = Extract<AttemptResult<unknown>, { type: 'failure' }>

/** When a second attempt may start; `undefined` for never. */
export function hedgeDelayMs<T>({ reason, target }: PlannedAttempt, execution: RouteExecution<T>): number | undefined {
  const { hedge, retry } = execution.context.options
  if (!hedge.enabled || !execution.hedged || reason !== 'first' || retry.maxAttempts < 2) return undefined
  const usual = execution.context.health.of(target.key).latencies[execution.kind].quantile(hedgeShare)
  return usual === undefined ? undefined : Math.max(hedge.minDelayMs, usual)
}

/** The second attempt: at another target where there is one, else again at the same. */
function planHedge<T>(first: PlannedAttempt, { queue }: RouteExecution<T>): PlannedAttempt {
  const other = queue.next()
  return other === undefined
    ? { ...first, reason: 'hedge', attemptNumber: first.attemptNumber + 1 }
    : { target: other, reason: 'hedge', attemptNumber: 1 }
}

/** Returns the target of a hedge that never started to the queue. */
function cancelHedge<T>(hedge: PlannedAttempt, first: PlannedAttempt, { queue }: RouteExecution<T>): void {
  if (hedge.target !== first.target) queue.release(hedge.target)
}

/** Whether a failure is about the request rather than the target: it holds wherever it came from. */
function isAboutRequest({ error }: Failure): boolean {
  return isProviderError(error) && failurePolicies[error.failure].nextTarget !== 'yes'
}

/** Of two failures the one that policy continues from: one about the request, else the later attempt at one target, else the first attempt's. */
function pickFailure(first: Failure, hedge: Failure): Failure {
  if (isAboutRequest(hedge)) return hedge
  const isSameTarget = hedge.planned.target.key === first.planned.target.key
  if (!isSameTarget || isAboutRequest(first)) return first
  return { ...first, planned: { ...first.planned, attemptNumber: hedge.planned.attemptNumber } }
}

/**
 * Makes an attempt and, after `delayMs`, a second one: the first good answer wins and the other attempt is stopped (Dean and
 * Barroso, "The Tail at Scale", 2013). Never rejects.
 */
export function raceWithHedge<T>(planned: PlannedAttempt, execution: RouteExecution<T>, delayMs: number): Promise<AttemptResult<T>> {
  return new Promise((resolve) => {
    let cancelTimer: () => void = () => undefined
    let hedge: { readonly started: StartedAttempt<T>; readonly planned: PlannedAttempt } | undefined
    let firstFailure: Failure | undefined
    let hedgeFailure: Failure | undefined
    let settled = false

    const settle = (result: AttemptResult<T>, loser: StartedAttempt<T> | undefined): void => {
      settled = true
      cancelTimer()
      loser?.supersede()
      resolve(result)
    }
    const onAnswer = (answer: T, attempt: StartedAttempt<T>, other: StartedAttempt<T> | undefined): void => {
      if (settled) {
        attempt.supersede()
        return
      }
      attempt.win()
      settle({ type: 'answer', answer }, other)
    }
    const onFailure = (): void => {
      if (settled || firstFailure === undefined) return
      if (hedge === undefined) settle(firstFailure, undefined)
      else if (!hedge.started.hasBegun()) {
        // A hedge that still waits for a slot was only meant to be quicker: policy decides what comes next.
        cancelHedge(hedge.planned, planned, execution)
        settle(firstFailure, hedge.started)
      } else if (hedgeFailure !== undefined) settle(pickFailure(firstFailure, hedgeFailure), undefined)
    }
    const onHedgeTime = (): void => {
      if (settled || !execution.context.hedges.take()) return
      const second = planHedge(planned, execution)
      const started = startAttempt(second, execution)
      hedge = { started, planned: second }
      started.answer.then(
        (answer) => onAnswer(answer, started, first),
        (error: unknown) => {
          hedgeFailure = { type: 'failure', planned: second, error }
          onFailure()
        },
      )
    }
    const first = startAttempt(planned, execution, () => {
      cancelTimer = execution.context.deps.setTimer(onHedgeTime, delayMs)
    })
    first.answer.then(
      (answer) => onAnswer(answer, first, hedge?.started),
      (error: unknown) => {
        firstFailure = { type: 'failure', planned, error }
        onFailure()
      },
    )
  })
}
