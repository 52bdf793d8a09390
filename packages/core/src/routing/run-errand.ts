import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError, type ProviderError } from '../errors/provider-error.ts'
import { backoffMs } from '../resilience/backoff.ts'
import type { Errand, Step } from './errand.ts'
import type { Failed } from './itinerary.ts'
import { type Outcome, takeStep } from './take-step.ts'
import { circuitOpen, isUnavailable } from './unavailable.ts'

/** docs/resilience.md section 4. */
const maxRoundsPerTarget = 2
const maxWaitMs = 10_000

/** Attempts at a target so far, a hedge among them. */
function roundsAt<T>({ provider, model }: Step['target'], { call }: Errand<T>): number {
  return call.attempts.filter((attempt) => attempt.provider === provider.name && attempt.model === model).length
}

/** Waits before another round at the same target; false when that round must not be. */
async function pause<T>(step: Step, error: ProviderError, errand: Errand<T>): Promise<boolean> {
  const { deps, options, retries, health } = errand.world
  const { breaker, restingMs } = health.of(step.target.key)
  const ms = Math.max(error.retryAfterMs ?? 0, restingMs(), backoffMs(step.round, options.retry, deps.random))
  if (ms > maxWaitMs || deps.now() + ms >= errand.call.deadlineAtMs) return false
  if (!breaker.wouldAdmit() || !retries.of(step.target.provider.name).take()) return false
  await deps.sleep(ms, errand.call.signal)
  return breaker.wouldAdmit()
}

function onward<T>(errand: Errand<T>, failed?: Failed): Step | undefined {
  const target = errand.itinerary.next(failed)
  return target === undefined ? undefined : { target, reason: errand.call.attempts.length === 0 ? 'first' : 'fallback', round: 1 }
}

/** What comes after a failure: the same target again, the next one, or nothing. */
async function nextStep<T>(step: Step, error: ProviderError, errand: Errand<T>): Promise<Step | undefined> {
  const { sameTarget } = failurePolicies[error.failure]
  const attemptsLeft = errand.world.options.retry.maxAttempts - errand.call.attempts.length
  // Every untried target is worth more than a second round at a failed one.
  const others = errand.itinerary.left()
  const again: Step = { ...step, reason: 'retry', round: step.round + 1 }
  const mayAgain = sameTarget !== 'no' && roundsAt(step.target, errand) < maxRoundsPerTarget && attemptsLeft > 0
  // A target that asks for time gets it while others can answer.
  const isSoon = error.retryAfterMs === undefined || others === 0
  if (mayAgain && sameTarget === 'once' && isSoon && attemptsLeft > others && (await pause(step, error, errand))) return again
  if (attemptsLeft <= 0) return undefined
  const next = onward(errand, { target: step.target, failure: error.failure })
  if (next !== undefined) return next
  return mayAgain && sameTarget === 'last-resort' && (await pause(step, error, errand)) ? again : undefined
}

function afterFailure<T>(step: Step, error: unknown, errand: Errand<T>): Promise<Step | undefined> | Step | undefined {
  if (isUnavailable(error)) return onward(errand)
  return isProviderError(error) ? nextStep(step, error, errand) : undefined
}

/** Sees a request through: attempts, retries and fallbacks, until one answers or nothing is left. @throws the last failure */
export async function runErrand<T>(errand: Errand<T>): Promise<T> {
  const { call, itinerary, world } = errand
  const first = onward(errand)
  if (first === undefined) throw circuitOpen(itinerary.all(), world.health)
  world.hedges.deposit()
  let step: Step = first
  for (;;) {
    call.throwIfAborted()
    const outcome: Outcome<T> = await takeStep(step, errand)
    if (outcome.type === 'answer') return outcome.answer
    const next: Step | undefined = await afterFailure(outcome.step, outcome.error, errand)
    if (next === undefined) throw outcome.error
    step = next
  }
}
