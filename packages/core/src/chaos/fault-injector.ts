import { type AbortSource, createAbortSource } from '../call/abort-source.ts'
import type { Attempt, AttemptScope } from '../call/attempt.ts'
import type { Call } from '../call/call.ts'
import type { Deps } from '../deps.ts'
import type { OnEngineEvent } from '../routing/engine-event.ts'
import type { Target } from '../routing/target.ts'
import type { TargetFilter } from '../routing/target-filter.ts'
import type { FaultContext } from './fault-context.ts'
import { injectFault } from './inject-fault.ts'
import { type InjectedFault, matches } from './injected-fault.ts'

/** Which attempts faults may be injected into. A field that is left out limits nothing. */
export interface BlastRadius {
  /** Provider names, or `provider/model`. */
  readonly targets?: readonly string[] | undefined
  /** Names of keys. */
  readonly keys?: readonly string[] | undefined
  /** Share of the calls, 0 to 1. */
  readonly share?: number | undefined
}

/** Faults to inject, and where. */
export interface FaultPlan {
  /** On the event of each injection. */
  readonly experimentId?: string | undefined
  readonly faults: readonly InjectedFault[]
  readonly radius: BlastRadius
  /** Uniform in [0, 1). A seeded source makes the injections repeatable. */
  readonly random: () => number
  /** Called once per injected fault. */
  readonly onInjected: (fault: InjectedFault) => void
}

/** Injects faults between the router and its targets. Does nothing while no plan is enabled. */
export interface FaultInjector {
  /** For `EngineOptions.targetFilters`. */
  readonly targetFilter: TargetFilter
  /** Enables a plan. Returns a function that revokes it; attempts that one of its faults delays then continue at once. */
  readonly enable: (plan: FaultPlan) => () => void
}

interface EnabledPlan extends FaultPlan {
  readonly revocation: AbortSource
  /** Whether the share includes a call, by the list of its attempts: drawn once per call. */
  readonly included: WeakMap<readonly Attempt[], boolean>
}

function isInShare({ radius: { share }, random, included }: EnabledPlan, { attempts }: Call): boolean {
  if (share === undefined) return true
  const isIncluded = included.get(attempts) ?? random() < share
  included.set(attempts, isIncluded)
  return isIncluded
}

function isWithin(plan: EnabledPlan, target: Target, call: Call): boolean {
  const { targets, keys } = plan.radius
  if (targets !== undefined && !targets.some((name) => name === target.provider.name || name === target.key)) return false
  if (keys !== undefined && !keys.includes(call.principal?.name ?? '')) return false
  return isInShare(plan, call)
}

/** The fault of an attempt: the first whose draw hits. Each attempt within the radius draws once for each matching fault. */
function drawFault(plan: EnabledPlan, target: Target, call: Call): InjectedFault | undefined {
  const { faults, random } = plan
  const matching = faults.filter((fault) => matches(fault, target))
  if (matching.length === 0 || !isWithin(plan, target, call)) return undefined
  const draws = matching.map(() => random())
  return matching.find((fault, index) => (draws[index] ?? 1) < fault.probability)
}

interface Injection {
  readonly fault: InjectedFault
  readonly onRevoked: FaultContext['onRevoked']
}

/** Creates an injector. Put its `targetFilter` into `EngineOptions.targetFilters`; it does nothing until a plan is armed. */
export function createFaultInjector(deps: Deps, onEvent: OnEngineEvent = () => undefined): FaultInjector {
  const plans = new Set<EnabledPlan>()

  const selectInjection = (target: Target, call: Call, { record }: AttemptScope): Injection | undefined => {
    for (const plan of plans) {
      const fault = drawFault(plan, target, call)
      if (fault === undefined) continue
      plan.onInjected(fault)
      record.faults = [...(record.faults ?? []), fault.type]
      const at = { provider: target.provider.name, model: target.model, atMs: deps.now() }
      onEvent({ type: 'fault-injected', ...at, callId: call.id, fault: fault.type, experimentId: plan.experimentId })
      return { fault, onRevoked: (callback) => plan.revocation.onAbort(callback) }
    }
    return undefined
  }
  return {
    targetFilter:
      (next, { target, operation }) =>
      (request, call, attempt) => {
        const injection = plans.size === 0 ? undefined : selectInjection(target, call, attempt)
        if (injection === undefined) return next(request, call, attempt)
        const { fault, onRevoked } = injection
        const isStream = operation.isStream(request)
        return injectFault(fault, { target, attempt, isStream, deps, onRevoked, proceed: async () => next(request, call, attempt) })
      },
    enable: (plan) => {
      const enabled: EnabledPlan = { ...plan, revocation: createAbortSource(), included: new WeakMap() }
      plans.add(enabled)
      return () => {
        plans.delete(enabled)
        enabled.revocation.abort(undefined)
      }
    },
  }
}
