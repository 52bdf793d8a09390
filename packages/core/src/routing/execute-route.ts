import type { Attempt } from '../call/attempt.ts'
import type { Awaitable } from '../call/operation.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError, type ProviderError } from '../errors/provider-error.ts'
import { backoffMs } from '../resilience/backoff.ts'
import type { AttemptResult, PlannedAttempt, RouteExecution } from './route-execution.ts'
import { runAttempt } from './run-attempt.ts'
import type { FailedTarget } from './target-queue.ts'
import { circuitOpen, isUnavailable } from './unavailable.ts'

/** docs/resilience.md section 4. */
const maxBackoffMs = 10_000

/** Attempts at a target so far, a hedge among them. */
function attemptsAt({ provider, model }: PlannedAttempt['target'], { call }: Pick<RouteExecution<unknown>, 'call'>): number {
  return call.attempts.filter((attempt) => attempt.provider === provider.name && attempt.model === model).length
}

/** Attempts that a budget refuses cost nothing, and are not made without end all the same. */
const mostRefused = 32

/** How many attempts count: those that a budget refused asked nobody. */
function attemptsMade(attempts: readonly Attempt[]): number {
  let count = 0
  for (const { outcome } of attempts) if (outcome !== 'budget') count++
  return count
}

/** Waits before another attempt at the same target. `undefined` when that attempt must not be made. */
async function backOff<T>(planned: PlannedAttempt, error: ProviderError, execution: RouteExecution<T>): Promise<number | undefined> {
  const { deps, options, retries, health } = execution.context
  const { breaker, cooldownMs } = health.of(planned.target.key)
  const ms = Math.max(error.retryAfterMs ?? 0, cooldownMs(), backoffMs(planned.attemptNumber, options.retry, deps.random))
  if (ms > maxBackoffMs || deps.monotonicNow() + ms >= execution.call.deadlineAtMs) return undefined
  if (!breaker.wouldAdmit() || !retries.of(planned.target.provider.name).take()) return undefined
  await deps.sleep(ms, execution.call.workAbort.signal())
  return breaker.wouldAdmit() ? ms : undefined
}

function nextAttempt<T>({ queue, call }: RouteExecution<T>, failed?: FailedTarget): PlannedAttempt | undefined {
  const target = queue.next(failed)
  return target === undefined ? undefined : { target, reason: call.attempts.length === 0 ? 'first' : 'fallback', attemptNumber: 1 }
}

/** What comes after a provider's failure: the same target again, the next one, or nothing. */
async function afterProviderError<T>(
  planned: PlannedAttempt,
  error: ProviderError,
  execution: RouteExecution<T>,
): Promise<PlannedAttempt | undefined> {
  const { sameTarget } = failurePolicies[error.failure]
  const { maxAttempts, attemptsPerTarget } = execution.context.options.retry
  const { attempts } = execution.call
  const attemptsLeft = Math.min(maxAttempts - attemptsMade(attempts), maxAttempts + mostRefused - attempts.length)
  // An untried target is worth more than a second attempt at a failed one.
  const others = execution.queue.remaining()
  const retry = async (): Promise<PlannedAttempt | undefined> => {
    const ms = await backOff(planned, error, execution)
    return ms === undefined ? undefined : { ...planned, reason: 'retry', attemptNumber: planned.attemptNumber + 1, backoffMs: ms }
  }
  const mayRetry = sameTarget !== 'no' && attemptsAt(planned.target, execution) < attemptsPerTarget && attemptsLeft > 0
  // A target that asks for time gets it while others can answer.
  const isSoon = error.retryAfterMs === undefined || others === 0
  const retried = mayRetry && sameTarget === 'once' && isSoon && attemptsLeft > others ? await retry() : undefined
  if (retried !== undefined) return retried
  if (attemptsLeft <= 0) return undefined
  const next = nextAttempt(execution, { target: planned.target, failure: error.failure })
  if (next !== undefined) return next
  return mayRetry && sameTarget === 'last-resort' ? retry() : undefined
}

function afterFailure<T>(planned: PlannedAttempt, error: unknown, execution: RouteExecution<T>): Awaitable<PlannedAttempt | undefined> {
  if (isUnavailable(error)) return nextAttempt(execution)
  return isProviderError(error) ? afterProviderError(planned, error, execution) : undefined
}

/** Sees a request through: attempts, retries and fallbacks, until one answers or nothing is left. @throws the last failure */
export async function executeRoute<T>(execution: RouteExecution<T>): Promise<T> {
  const { call, queue, context } = execution
  let planned = nextAttempt(execution)
  if (planned === undefined) throw circuitOpen(queue.all(), context.health)
  context.hedges.deposit()
  for (;;) {
    call.workAbort.throwIfAborted()
    const result: AttemptResult<T> = await runAttempt(planned, execution)
    if (result.type === 'answer') return result.answer
    const next: PlannedAttempt | undefined = await afterFailure(result.planned, result.error, execution)
    if (next === undefined) throw result.error
    planned = next
  }
}
