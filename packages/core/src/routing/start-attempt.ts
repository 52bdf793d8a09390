import { type Abortion, createAbortion } from '../call/abort-source.ts'
import { type AttemptScope, openAttempt } from '../call/attempt-scope.ts'
import type { Attempt } from '../call/call.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { adaptiveLimits } from '../resilience/adaptive-limit.ts'
import type { CallVerdict } from '../resilience/circuit-breaker.ts'
import { restMsAfter } from '../resilience/cooldown-after.ts'
import type { TargetHealth } from '../resilience/target-health.ts'
import type { Release } from '../resilience/tenant-slots.ts'
import type { Errand, Step } from './route-execution.ts'
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
  at: { readonly target: Target; readonly errand: Pick<Errand<unknown>, 'world' | 'kind'> },
): void {
  const { target, errand } = at
  const { world, kind } = errand
  const { load, latencies, rest } = world.health.of(target.key)
  const nowMs = world.deps.now()
  load.end()
  if (attempt.answeredAtMs !== undefined) {
    latencies[kind].record(attempt.answeredAtMs - attempt.startedAtMs)
    load.observe(attempt.answeredAtMs - attempt.startedAtMs, false)
  }
  if (!isProviderError(error)) return
  if (verdictOf(error) === 'failure') load.observe(nowMs - attempt.startedAtMs, true)
  const ms = restMsAfter(error.failure, error.retryAfterMs)
  if (ms === 0) return
  rest(ms)
  world.onEvent({ type: 'rest', provider: target.provider.name, model: target.model, atMs: nowMs, failure: error.failure, ms })
}

/** A slot at the target's provider: at once, or after its turn in the queue. @throws ProxyApiError `overloaded` */
async function takeSlot(target: Target, errand: Pick<Errand<unknown>, 'call' | 'world'>, { onAbort }: Abortion): Promise<Release> {
  const { call, world } = errand
  const { deadlineAtMs, principal } = call
  const taken = world.slots.of(target.provider.name).acquire({ tenant: principal?.id ?? '', deadlineAtMs, onAbort })
  const slot = taken instanceof Promise ? await taken : taken
  if (typeof slot === 'string') throw saturated(target, slot)
  return slot
}

function open<T>(
  step: Step,
  errand: Errand<T>,
  held: { readonly release: Release; readonly health: TargetHealth; readonly abortion: Abortion },
): AttemptScope {
  const { target, reason } = step
  const { world } = errand
  const report = held.health.breaker.admit()
  if (report === undefined) {
    held.release()
    throw circuitOpen([target], world.health)
  }
  const isEarly = world.options.adaptiveTimeouts && errand.itinerary.left() > 0
  const name = { provider: target.provider.name, model: target.model }
  const scope = openAttempt(
    errand.call,
    {
      ...name,
      reason,
      abortion: held.abortion,
      limits: isEarly ? adaptiveLimits(held.health.latencies, errand.kind) : undefined,
      onEnd: (attempt, error) => {
        // What must be given back goes first: what is reckoned with may be another's code.
        report(verdictOf(error))
        held.release()
        recordEnd(attempt, error, { target, errand })
        errand.account(attempt, target)
        world.onEvent({ type: 'attempt-end', ...name, atMs: world.deps.now(), callId: errand.call.id, attempt })
      },
    },
    world.deps,
  )
  held.health.load.begin()
  if (reason === 'first') world.retries.of(target.provider.name).deposit()
  world.onEvent({ type: 'attempt-start', ...name, atMs: scope.attempt.startedAtMs, callId: errand.call.id, attempt: scope.attempt })
  return scope
}

async function run<T>(step: Step, errand: Errand<T>, scope: AttemptScope): Promise<T> {
  try {
    const answer = await errand.send(step.target, scope.call)
    scope.attempt.answeredAtMs = errand.world.deps.now()
    return await errand.accept(answer, scope, step.target)
  } catch (error) {
    scope.end(error)
    throw error
  }
}

/** Makes one attempt: slot, circuit, record, target. `onBegun` is told when the target is about to be asked. */
export function startAttempt<T>(step: Step, errand: Errand<T>, onBegun: () => void = () => undefined): Started<T> {
  const { world, call } = errand
  const abortion = createAbortion()
  const forget = call.onAbort(abortion.abort)
  let scope: AttemptScope | undefined
  const begin = async (): Promise<T> => {
    try {
      const release = await takeSlot(step.target, errand, abortion)
      scope = open(step, errand, { release, health: world.health.of(step.target.key), abortion })
    } catch (error) {
      forget()
      throw error
    }
    scope.call.lease(forget)
    onBegun()
    return run(step, errand, scope)
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
