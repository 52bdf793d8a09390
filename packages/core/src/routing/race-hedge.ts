import { abandoned } from '../call/attempt-scope.ts'
import type { Errand, Step } from './errand.ts'
import { type Started, startAttempt } from './start-attempt.ts'

/** Nineteen of twenty answers are there by then: what takes longer is worth a second attempt. */
const hedgeShare = 0.95

/** When a second attempt may set out; `undefined` for never. */
function hedgeDelayMs<T>(step: Step, errand: Errand<T>): number | undefined {
  const { hedge, retry } = errand.world.options
  if (!hedge.enabled || !errand.hedged || step.reason !== 'first' || retry.maxAttempts < 2) return undefined
  const usual = errand.world.health.of(step.target.key).latencies[errand.kind].quantile(hedgeShare)
  return usual === undefined ? undefined : Math.max(hedge.minDelayMs, usual)
}

/** Where the second attempt goes: another target where there is one, else the same again. */
function hedgeStep<T>(step: Step, errand: Errand<T>): Step {
  const other = errand.itinerary.next()
  return other === undefined ? { ...step, reason: 'hedge' } : { target: other, reason: 'hedge', round: 1 }
}

/**
 * One attempt, and a second when the first takes unusually long: the first good answer wins and the other is stopped
 * (Dean and Barroso, "The Tail at Scale", 2013).
 */
export function raceHedge<T>(step: Step, errand: Errand<T>): Promise<T> {
  const delayMs = hedgeDelayMs(step, errand)
  if (delayMs === undefined) return startAttempt(step, errand).answer
  return new Promise((resolve, reject) => {
    const running = new Set<Started<T>>()
    let failure: { readonly error: unknown } | undefined
    let won = false
    const enter = (started: Started<T>, isHedge: boolean): void => {
      running.add(started)
      started.answer.then(
        (answer) => (won ? started.abort(abandoned('Another attempt was quicker.')) : win(started, answer)),
        (error: unknown) => lose(started, error, isHedge),
      )
    }
    const cancelTimer = errand.world.deps.setTimer(() => {
      if (!won && running.size > 0 && errand.world.hedges.take()) enter(startAttempt(hedgeStep(step, errand), errand), true)
    }, delayMs)
    const win = (started: Started<T>, answer: T): void => {
      won = true
      cancelTimer()
      for (const other of running) if (other !== started) other.abort(abandoned('Another attempt was quicker.'))
      resolve(answer)
    }
    const lose = (started: Started<T>, error: unknown, isHedge: boolean): void => {
      running.delete(started)
      // The first attempt's failure is the one that policy goes on from, whichever came first: the hedge was only a guess.
      if (!isHedge) failure = { error }
      if (won || running.size > 0) return
      cancelTimer()
      reject(failure === undefined ? error : failure.error)
    }
    enter(startAttempt(step, errand), false)
  })
}
