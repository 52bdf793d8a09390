import { type AbortSource, createAbortSource } from '../call/abort-source.ts'
import { type AttemptScope, openAttempt } from '../call/attempt-scope.ts'
import type { Attempt } from '../call/call.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { adaptiveLimits } from '../resilience/adaptive-limit.ts'
import type { CallVerdict } from '../resilience/circuit-breaker.ts'
import { cooldownMsAfter } from '../resilience/cooldown-after.ts'
import type { TargetHealth } from '../resilience/target-health.ts'
import type { Release } from '../resilience/tenant-slots.ts'
import type { RouteExecution, PlannedAttempt } from './route-execution.ts'
import type { Target } from './target.ts'
import { circuitOpen, saturated } from './unavailable.ts'

/** An attempt under way. */
export interface Started<T> {
  readonly answer: Promise<T>
  /** Whether it has got its slot and is at the target. */
  readonly hasBegun: () => boolean
  /** Stops this attempt alone, wherever it is: in the queue or at the target. */
  readonly abort: (reason: unknown) => void
}

function verdictOf(error: unknown): CallVerdict {
  if (error === undefined) return 'success'
  return isProviderError(error) ? failurePolicies[error.failure].health : 'neutral'
}

/** An attempt's end, as the target's health sees it. */
function recordEnd(
  attempt: Attempt,
  error: unknown,
  at: { readonly target: Target; readonly execution: Pick<RouteExecution<unknown>, 'world' | 'kind'> },
): void {
  const { target, execution } = at
  const { world, kind } = execution
  const { load, latencies, rest } = world.health.of(target.key)
  const nowMs = world.deps.now()
  load.end()
  if (attempt.answeredAtMs !== undefined) {
    latencies[kind].record(attempt.answeredAtMs - attempt.startedAtMs)
    load.observe(attempt.answeredAtMs - attempt.startedAtMs, false)
  }
  if (!isProviderError(error)) return
  if (verdictOf(error) === 'failure') load.observe(nowMs - attempt.startedAtMs, true)
  const ms = cooldownMsAfter(error.failure, error.retryAfterMs)
  if (ms === 0) return
  rest(ms)
  world.onEvent({ type: 'rest', provider: target.provider.name, model: target.model, atMs: nowMs, failure: error.failure, ms })
}

/** A slot at the target's provider: at once, or after its turn in the queue. @throws ProxyApiError `overloaded` */
async function takeSlot(target: Target, execution: Pick<RouteExecution<unknown>, 'call' | 'world'>, { onAbort }: AbortSource): Promise<Release> {
  const { call, world } = execution
  const { deadlineAtMs, principal } = call
  const taken = world.slots.of(target.provider.name).acquire({ tenant: principal?.id ?? '', deadlineAtMs, onAbort })
  const slot = taken instanceof Promise ? await taken : taken
  if (typeof slot === 'string') throw saturated(target, slot)
  return slot
}

function open<T>(
  step: PlannedAttempt,
  execution: RouteExecution<T>,
  held: { readonly release: Release; readonly health: TargetHealth; readonly abortion: AbortSource },
): AttemptScope {
  const { target, reason } = step
  const { world } = execution
  const report = held.health.breaker.admit()
  if (report === undefined) {
    held.release()
    throw circuitOpen([target], world.health)
  }
  const isEarly = world.options.adaptiveTimeouts && execution.queue.left() > 0
  const name = { provider: target.provider.name, model: target.model }
  const scope = openAttempt(
    execution.call,
    {
      ...name,
      reason,
      abortion: held.abortion,
      limits: isEarly ? adaptiveLimits(held.health.latencies, execution.kind) : undefined,
      onEnd: (attempt, error) => {
        // What must be given back goes first: what is reckoned with may be another's code.
        report(verdictOf(error))
        held.release()
        recordEnd(attempt, error, { target, execution })
        execution.account(attempt, target)
        world.onEvent({ type: 'attempt-end', ...name, atMs: world.deps.now(), callId: execution.call.id, attempt })
      },
    },
    world.deps,
  )
  held.health.load.begin()
  if (reason === 'first') world.retries.of(target.provider.name).deposit()
  world.onEvent({ type: 'attempt-start', ...name, atMs: scope.attempt.startedAtMs, callId: execution.call.id, attempt: scope.attempt })
  return scope
}

async function run<T>(step: PlannedAttempt, execution: RouteExecution<T>, scope: AttemptScope): Promise<T> {
  try {
    const answer = await execution.send(step.target, scope.call)
    scope.attempt.answeredAtMs = execution.world.deps.now()
    return await execution.accept(answer, scope, step.target)
  } catch (error) {
    scope.end(error)
    throw error
  }
}

/** Makes one attempt: slot, circuit, record, target. `onBegun` is told when the target is about to be asked. */
export function startAttempt<T>(step: PlannedAttempt, execution: RouteExecution<T>, onBegun: () => void = () => undefined): Started<T> {
  const { world, call } = execution
  const abortion = createAbortSource()
  const forget = call.onAbort(abortion.abort)
  let scope: AttemptScope | undefined
  const begin = async (): Promise<T> => {
    try {
      const release = await takeSlot(step.target, execution, abortion)
      scope = open(step, execution, { release, health: world.health.of(step.target.key), abortion })
    } catch (error) {
      forget()
      throw error
    }
    scope.call.lease(forget)
    onBegun()
    return run(step, execution, scope)
  }
  return {
    answer: begin(),
    hasBegun: () => scope !== undefined,
    abort: (reason) => {
      abortion.abort(reason)
      scope?.end(reason)
    },
  }
}
