import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError, type ProviderError } from '../errors/provider-error.ts'
import { backoffMs } from '../resilience/backoff.ts'
import type { RouteExecution, PlannedAttempt } from './route-execution.ts'
import type { Failed } from './target-queue.ts'
import { type Outcome, runAttempt } from './run-attempt.ts'
import { circuitOpen, isUnavailable } from './unavailable.ts'

/** RESILIENCE.md section 4. */
const maxAttemptsPerTarget = 2
const maxWaitMs = 10_000

/** Attempts at a target so far, a hedge among them. */
function attemptsAt<T>({ provider, model }: PlannedAttempt['target'], { call }: RouteExecution<T>): number {
  return call.attempts.filter((attempt) => attempt.provider === provider.name && attempt.model === model).length
}

/** Waits before another attemptNumber at the same target; false when that attemptNumber must not be. */
async function pause<T>(step: PlannedAttempt, error: ProviderError, execution: RouteExecution<T>): Promise<boolean> {
  const { deps, options, retries, health } = execution.world
  const { breaker, cooldownMs } = health.of(step.target.key)
  const ms = Math.max(error.retryAfterMs ?? 0, cooldownMs(), backoffMs(step.attemptNumber, options.retry, deps.random))
  if (ms > maxWaitMs || deps.now() + ms >= execution.call.deadlineAtMs) return false
  if (!breaker.wouldAdmit() || !retries.of(step.target.provider.name).take()) return false
  await deps.sleep(ms, execution.call.signal)
  return breaker.wouldAdmit()
}

function nextAttempt<T>(execution: RouteExecution<T>, failed?: Failed): PlannedAttempt | undefined {
  const target = execution.queue.next(failed)
  return target === undefined ? undefined : { target, reason: execution.call.attempts.length === 0 ? 'first' : 'fallback', attemptNumber: 1 }
}

/** What comes after a failure: the same target again, the next one, or nothing. */
async function nextStep<T>(step: PlannedAttempt, error: ProviderError, execution: RouteExecution<T>): Promise<PlannedAttempt | undefined> {
  const { sameTarget } = failurePolicies[error.failure]
  const attemptsLeft = execution.world.options.retry.maxAttempts - execution.call.attempts.length
  // Every untried target is worth more than a second attemptNumber at a failed one.
  const others = execution.queue.left()
  const again: PlannedAttempt = { ...step, reason: 'retry', attemptNumber: step.attemptNumber + 1 }
  const mayAgain = sameTarget !== 'no' && attemptsAt(step.target, execution) < maxAttemptsPerTarget && attemptsLeft > 0
  // A target that asks for time gets it while others can answer.
  const isSoon = error.retryAfterMs === undefined || others === 0
  if (mayAgain && sameTarget === 'once' && isSoon && attemptsLeft > others && (await pause(step, error, execution))) return again
  if (attemptsLeft <= 0) return undefined
  const next = nextAttempt(execution, { target: step.target, failure: error.failure })
  if (next !== undefined) return next
  return mayAgain && sameTarget === 'last-resort' && (await pause(step, error, execution)) ? again : undefined
}

function afterFailure<T>(step: PlannedAttempt, error: unknown, execution: RouteExecution<T>): Promise<PlannedAttempt | undefined> | PlannedAttempt | undefined {
  if (isUnavailable(error)) return nextAttempt(execution)
  return isProviderError(error) ? nextStep(step, error, execution) : undefined
}

/** Sees a request through: attempts, retries and fallbacks, until one answers or nothing is left. @throws the last failure */
export async function executeRoute<T>(execution: RouteExecution<T>): Promise<T> {
  const { call, queue, world } = execution
  const first = nextAttempt(execution)
  if (first === undefined) throw circuitOpen(queue.all(), world.health)
  world.hedges.deposit()
  let step: PlannedAttempt = first
  for (;;) {
    call.throwIfAborted()
    const outcome: Outcome<T> = await runAttempt(step, execution)
    if (outcome.type === 'answer') return outcome.answer
    const next: PlannedAttempt | undefined = await afterFailure(outcome.step, outcome.error, execution)
    if (next === undefined) throw outcome.error
    step = next
  }
}
