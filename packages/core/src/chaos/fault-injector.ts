import type { Call } from '../call/call.ts'
import type { Deps } from '../deps.ts'
import type { OnEngineEvent } from '../events/engine-event.ts'
import type { ChatFilter } from '../filter/handler.ts'
import type { Target } from '../routing/target.ts'
import { aimsAt, type Fault } from './fault.ts'
import { strike } from './strike.ts'

/** Whom an experiment may hurt. What is left out is everybody. */
export interface BlastRadius {
  /** Provider names, or `provider/model`. */
  readonly targets?: readonly string[] | undefined
  /** Names of keys. */
  readonly keys?: readonly string[] | undefined
  /** Share of the calls, 0 to 1. */
  readonly share?: number | undefined
}

/** A set of faults that is being put into attempts. */
export interface Charge {
  readonly experimentId?: string | undefined
  readonly faults: readonly Fault[]
  readonly radius: BlastRadius
  /** Uniform in [0, 1); seeded, so that an experiment can be run again. */
  readonly random: () => number
  readonly onInjected: (fault: Fault) => void
}

/** Puts faults between the router and its targets. Harmless while no charge is set. */
export interface FaultInjector {
  /** For `EngineOptions.targetFilter`. */
  readonly targetFilter: (target: Target) => ChatFilter
  /** Sets a charge; gives back how to take it out. */
  readonly arm: (charge: Charge) => () => void
}

function isWithin(
  { targets, keys, share }: BlastRadius,
  at: { readonly target: Target; readonly call: Call; readonly random: () => number },
): boolean {
  const { target, call, random } = at
  if (targets !== undefined && !targets.some((name) => name === target.provider.name || name === target.key)) return false
  if (keys !== undefined && !keys.includes(call.principal?.name ?? '')) return false
  return share === undefined || random() < share
}

/** The fault that an attempt meets; the first that its draw hits. Every attempt draws the same number of times. */
function draw({ faults, radius, random }: Charge, target: Target, call: Call): Fault | undefined {
  const aimed = faults.filter((fault) => aimsAt(fault, target))
  if (aimed.length === 0 || !isWithin(radius, { target, call, random })) return undefined
  const draws = aimed.map(() => random())
  return aimed.find((fault, index) => (draws[index] ?? 1) < fault.probability)
}

export function createFaultInjector(deps: Deps, onEvent: OnEngineEvent = () => undefined): FaultInjector {
  const charges = new Set<Charge>()

  const pick = (target: Target, call: Call): Fault | undefined => {
    for (const charge of charges) {
      const fault = draw(charge, target, call)
      if (fault === undefined) continue
      charge.onInjected(fault)
      if (call.attempt !== undefined) call.attempt.faults = [...(call.attempt.faults ?? []), fault.type]
      const at = { provider: target.provider.name, model: target.model, atMs: deps.now() }
      onEvent({ type: 'fault-injected', ...at, callId: call.id, fault: fault.type, experimentId: charge.experimentId })
      return fault
    }
    return undefined
  }
  return {
    targetFilter: (target) => (next) => (request, call) => {
      const fault = charges.size === 0 ? undefined : pick(target, call)
      if (fault === undefined) return next(request, call)
      return strike(fault, { target, call, isStream: request.stream === true, deps, proceed: () => next(request, call) })
    },
    arm: (charge) => {
      charges.add(charge)
      return () => charges.delete(charge)
    },
  }
}
