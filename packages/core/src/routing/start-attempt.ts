import type { AbortSource } from '../call/abort-source.ts'
import type { Attempt, AttemptScope } from '../call/attempt.ts'
import { createAttemptAbort, openAttempt, superseded } from '../call/attempt-scope.ts'
import type { Awaitable } from '../call/operation.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { adaptiveTimeouts, isLeftEarly } from '../resilience/adaptive-limit.ts'
import type { CallVerdict } from '../resilience/circuit-breaker.ts'
import { cooldownMsAfter } from '../resilience/cooldown-after.ts'
import type { QueueRejection } from '../resilience/fair-queue.ts'
import type { TargetHealth } from '../resilience/target-health.ts'
import type { Release } from '../resilience/tenant-slots.ts'
import type { PlannedAttempt, RouteExecution } from './route-execution.ts'
import type { Target } from './target.ts'
import { circuitOpen, saturated } from './unavailable.ts'

/** An attempt under way. */
export interface StartedAttempt<T> {
  readonly answer: Promise<T>
  /** Whether it has its slot and has reached the target. */
  readonly hasBegun: () => boolean
  /** Records that its answer is the call's. */
  readonly win: () => void
  /** Stops this attempt because another one answered, wherever it is: in the queue, at the target or done. */
  readonly supersede: () => void
}

function verdictOf(error: unknown): CallVerdict {
  if (error === undefined) return 'success'
  return isProviderError(error) ? failurePolicies[error.failure].health : 'neutral'
}

/** Updates the target's health after an attempt. */
function updateHealth(
  attempt: Attempt,
  error: unknown,
  at: { readonly target: Target; readonly execution: Pick<RouteExecution<unknown>, 'context' | 'kind' | 'call'> },
): void {
  const { target, execution } = at
  const { context, kind } = execution
  const { load, latencies, coolDown, noteFailure } = context.health.of(target.key)
  load.end()
  if (attempt.answeredAtMs !== undefined) {
    const latencyMs = attempt.answeredAtMs - attempt.startedAtMs
    latencies[kind].record(latencyMs)
    load.observe(latencyMs, false)
  }
  if (!isProviderError(error)) return
  const nowMs = execution.call.now()
  const { failure, upstreamStatus: status, causeCode, detail } = error
  // A budget says nothing of the target.
  if (failure === 'budget') return
  noteFailure({ failure, atMs: nowMs, status, causeCode, detail })
  // What is known of a slow answer: it takes at least this long. The next one gets more time.
  if (attempt.isLeftEarly === true) latencies[kind].record(nowMs - attempt.startedAtMs)
  if (verdictOf(error) === 'failure') load.observe(nowMs - attempt.startedAtMs, true)
  const ms = cooldownMsAfter(error.failure, error.retryAfterMs)
  if (ms === 0) return
  coolDown(ms)
  context.onEvent({ type: 'cooldown', provider: target.provider.name, model: target.model, atMs: nowMs, failure: error.failure, ms })
}

interface Admitted {
  readonly release: Release
  readonly health: TargetHealth
  readonly abort: AbortSource
  /** How long the attempt waited for its slot. */
  readonly waitedMs: number
}

/** Takes a place at the circuit breaker and opens the attempt. @throws ProxyApiError `circuit_open` */
function open<T>({ target, reason, backoffMs }: PlannedAttempt, execution: RouteExecution<T>, admitted: Admitted): AttemptScope {
  const { context, call } = execution
  const { health, release, waitedMs } = admitted
  const report = health.breaker.admit()
  if (report === undefined) {
    release()
    throw circuitOpen([target], context.health)
  }
  const { name } = target.provider
  const { model } = target
  const isEarly = context.options.adaptiveTimeouts && execution.queue.remaining() > 0
  const timeouts = isEarly ? adaptiveTimeouts(health.latencies, execution.kind, target.limits) : target.limits.timeouts
  const waited = backoffMs ?? (waitedMs > 0 ? waitedMs : undefined)
  const attempt = openAttempt(call, {
    provider: name,
    model,
    reason,
    abort: admitted.abort,
    timeouts,
    waitedMs: waited,
    waitedFor: waited === undefined ? undefined : backoffMs === undefined ? 'slot' : 'backoff',
    onEnd: (record, error) => {
      // What must be released goes first: accounting may call code that is not ours.
      if (isLeftEarly(record.limit, timeouts, target.limits.timeouts)) record.isLeftEarly = true
      report(record.isLeftEarly === true ? 'neutral' : verdictOf(error))
      release()
      updateHealth(record, error, { target, execution })
      execution.recordUsage(record, target)
      context.onEvent({ type: 'attempt-end', provider: name, model, atMs: call.now(), callId: call.id, attempt: record })
    },
  })
  health.load.begin()
  if (reason === 'first') context.retries.of(name).deposit()
  context.onEvent({
    type: 'attempt-start',
    provider: name,
    model,
    atMs: attempt.record.startedAtMs,
    callId: call.id,
    attempt: attempt.record,
  })
  return attempt
}

/** Asks the target under an open attempt. */
function ask<T>({ target }: PlannedAttempt, execution: RouteExecution<T>, attempt: AttemptScope): Promise<T> {
  const onAnswer = (answer: T): Awaitable<T> => {
    attempt.record.answeredAtMs = execution.call.now()
    return execution.accept(answer, attempt, target)
  }
  const onError = (error: unknown): never => {
    attempt.end(error)
    throw error
  }
  // Two handlers in a row: an answer that can't be accepted ends the attempt as well.
  return settled(() => execution.send(target, attempt))
    .then(onAnswer)
    .catch(onError)
}

/** Makes one attempt: slot, circuit, record, target. `onBegun` is called when the target is about to be asked. */
export function startAttempt<T>(planned: PlannedAttempt, execution: RouteExecution<T>, onBegun?: () => void): StartedAttempt<T> {
  const { context, call } = execution
  const { target } = planned
  const abort = createAttemptAbort(call)
  const startedAtMs = context.deps.monotonicNow()
  let attempt: AttemptScope | undefined

  const begin = (slot: Release | QueueRejection): Promise<T> => {
    if (typeof slot === 'string') throw saturated(target, slot)
    const waitedMs = context.deps.monotonicNow() - startedAtMs
    attempt = open(planned, execution, { release: slot, health: context.health.of(target.key), abort, waitedMs })
    onBegun?.()
    return ask(planned, execution, attempt)
  }
  const take = (): Promise<T> => {
    const tenant = call.principal?.id ?? ''
    const taken = context.slots.of(target.provider.name).acquire({ tenant, deadlineAtMs: call.deadlineAtMs, abort })
    return taken instanceof Promise ? taken.then(begin) : begin(taken)
  }
  return {
    answer: settled(take),
    hasBegun: () => attempt !== undefined,
    win: () => {
      if (attempt !== undefined) call.winner = attempt.record
    },
    supersede: () => {
      abort.abort(superseded)
      if (attempt === undefined) return
      // An answer that came too late was good, and yet is not the call's.
      if (attempt.record.endedAtMs === undefined) attempt.end(superseded)
      else if (attempt.record.outcome === 'success') attempt.record.outcome = 'superseded'
    },
  }
}

/** The work's value as a promise; a rejection where it throws at once. */
function settled<T>(work: () => Awaitable<T>): Promise<T> {
  try {
    return Promise.resolve(work())
  } catch (error) {
    return Promise.reject(error)
  }
}
