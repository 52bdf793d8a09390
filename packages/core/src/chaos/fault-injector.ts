import { type AbortSource, createAbortSource } from '../call/abort-source.ts'
import type { Attempt, Call } from '../call/call.ts'
import type { Deps } from '../deps.ts'
import type { OnEngineEvent } from '../routing/engine-event.ts'
import type { ChatFilter } from '../call/operation.ts'
import type { Target } from '../routing/target.ts'
import { aimsAt, type Fault } from './fault.ts'
import { strike } from './strike.ts'
import type { Victim } from './victim.ts'

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
  /** Sets a charge; gives back how to take it out. Attempts that a fault is holding up then go on at once. */
  readonly arm: (charge: Charge) => () => void
}

interface ArmedCharge extends Charge {
  readonly lifting: AbortSource
  /** Whether the share holds a call, by the list of its attempts: drawn once, however many it makes. */
  readonly shared: WeakMap<readonly Attempt[], boolean>
}

function isShared({ radius: { share }, random, shared }: ArmedCharge, { attempts }: Call): boolean {
  if (share === undefined) return true
  const held = shared.get(attempts) ?? random() < share
  shared.set(attempts, held)
  return held
}

function isWithin(charge: ArmedCharge, target: Target, call: Call): boolean {
  const { targets, keys } = charge.radius
  if (targets !== undefined && !targets.some((name) => name === target.provider.name || name === target.key)) return false
  if (keys !== undefined && !keys.includes(call.principal?.name ?? '')) return false
  return isShared(charge, call)
}

/** The fault that an attempt meets; the first that its draw hits. Each attempt within the radius draws once for each fault aimed at it. */
function draw(charge: ArmedCharge, target: Target, call: Call): Fault | undefined {
  const { faults, random } = charge
  const aimed = faults.filter((fault) => aimsAt(fault, target))
  if (aimed.length === 0 || !isWithin(charge, target, call)) return undefined
  const draws = aimed.map(() => random())
  return aimed.find((fault, index) => (draws[index] ?? 1) < fault.probability)
}

interface Struck {
  readonly fault: Fault
  readonly onLifted: Victim['onLifted']
}

export function createFaultInjector(deps: Deps, onEvent: OnEngineEvent = () => undefined): FaultInjector {
  const charges = new Set<ArmedCharge>()

  const pick = (target: Target, call: Call): Struck | undefined => {
    for (const charge of charges) {
      const fault = draw(charge, target, call)
      if (fault === undefined) continue
      charge.onInjected(fault)
      if (call.attempt !== undefined) call.attempt.faults = [...(call.attempt.faults ?? []), fault.type]
      const at = { provider: target.provider.name, model: target.model, atMs: deps.now() }
      onEvent({ type: 'fault-injected', ...at, callId: call.id, fault: fault.type, experimentId: charge.experimentId })
      return { fault, onLifted: charge.lifting.onAbort }
    }
    return undefined
  }
  return {
    targetFilter: (target) => (next) => (request, call) => {
      const struck = charges.size === 0 ? undefined : pick(target, call)
      if (struck === undefined) return next(request, call)
      const { fault, onLifted } = struck
      return strike(fault, { target, call, isStream: request.stream === true, deps, onLifted, proceed: () => next(request, call) })
    },
    arm: (charge) => {
      const armed: ArmedCharge = { ...charge, lifting: createAbortSource(), shared: new WeakMap() }
      charges.add(armed)
      return () => {
        charges.delete(armed)
        armed.lifting.abort(undefined)
      }
    },
  }
}
