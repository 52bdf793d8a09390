import type { Receipt } from '../../call/receipt.ts'
import type { EngineEvent } from '../../routing/engine-event.ts'
import { defaultRouting } from '../../routing/routing-options.ts'
import { type Invariant, modelOf, type SimulationRun } from './invariant.ts'

/** The cooldown, circuit and load of one upstream, derived from its events. */
interface ObservedTarget {
  cooldownFromMs: number
  cooldownUntilMs: number
  isClosed: boolean
  running: number
  /** How many calls ended in the latest such millisecond: a target that was chosen in it may have been chosen before they ended. */
  endedAtMs: number
  endedInThatMs: number
}

type StartEvent = Extract<EngineEvent, { type: 'attempt-start' }>

/** The engine chooses the target of an attempt at the start of the call or at the end of the attempt before. */
function decidedAtMs({ startedAtMs, attempts }: Receipt, index: number): number | undefined {
  return index <= 0 ? startedAtMs : attempts[index - 1]?.endedAtMs
}

/** Whether the wait for a slot may have timed out: that target has no attempt, and another was chosen later. */
function maySlotWaitHaveTimedOut(receipt: Receipt, upTo: number): boolean {
  const { maxWaitMs } = defaultRouting.slots
  return receipt.attempts.slice(0, upTo + 1).some((attempt, index) => attempt.startedAtMs - (decidedAtMs(receipt, index) ?? 0) >= maxWaitMs)
}

/** When the target of an attempt was chosen; `undefined` where the receipt does not tell. */
function createDecisionTimes({ clients }: SimulationRun): (event: StartEvent) => number | undefined {
  const receipts = new Map(clients.flatMap(({ receipts }) => receipts.map((receipt) => [receipt.id, receipt] as const)))
  return ({ callId, attempt }) => {
    const receipt = receipts.get(callId)
    if (receipt === undefined) return undefined
    const index = receipt.attempts.indexOf(attempt)
    return maySlotWaitHaveTimedOut(receipt, index) ? undefined : decidedAtMs(receipt, index)
  }
}

function applyEvent(target: ObservedTarget, event: EngineEvent): void {
  switch (event.type) {
    case 'breaker':
      target.isClosed = event.to === 'closed'
      return
    case 'cooldown':
      target.cooldownFromMs = event.atMs
      target.cooldownUntilMs = Math.max(target.cooldownUntilMs, event.atMs + event.ms)
      return
    case 'attempt-start':
      target.running++
      return
    case 'attempt-end':
      target.running--
      target.endedInThatMs = target.endedAtMs === event.atMs ? target.endedInThatMs + 1 : 1
      target.endedAtMs = event.atMs
      return
    case 'fault-injected':
    case 'shed':
    case 'provider-health':
  }
}

/** Finds calls to an upstream in cooldown although another, untried, was available. */
function cooldownViolations(run: SimulationRun): readonly string[] {
  const decisionOf = createDecisionTimes(run)
  const states = new Map<string, ObservedTarget>()
  const stateOf = (name: string): ObservedTarget => {
    const known = states.get(name) ?? { cooldownFromMs: 0, cooldownUntilMs: 0, isClosed: true, running: 0, endedAtMs: 0, endedInThatMs: 0 }
    states.set(name, known)
    return known
  }
  const isAvailable = (name: string, atMs: number): boolean => {
    const { isClosed, cooldownUntilMs, running, endedAtMs, endedInThatMs } = stateOf(name)
    return isClosed && cooldownUntilMs <= atMs && running + (endedAtMs === atMs ? endedInThatMs : 0) < run.limits.maxConcurrent
  }
  const triedBefore = new Map<string, Set<string>>()
  const check = (event: StartEvent): string | undefined => {
    const tried = triedBefore.get(event.callId) ?? new Set<string>()
    triedBefore.set(event.callId, tried.add(event.provider))
    const { cooldownFromMs, cooldownUntilMs } = stateOf(event.provider)
    const isRouted = event.attempt.reason === 'first' || event.attempt.reason === 'fallback'
    const decided = decisionOf(event)
    // A call that waited for a slot was decided earlier.
    if (!isRouted || decided === undefined || decided !== event.atMs || cooldownFromMs >= decided || cooldownUntilMs <= event.atMs)
      return undefined
    const better = Object.keys(run.upstreams).find((name) => !tried.has(name) && isAvailable(name, decided))
    return better === undefined ? undefined : `${event.provider} was called in its cooldown though ${better} was available`
  }
  return run.events.flatMap((event) => {
    const found = event.type === 'attempt-start' ? check(event) : undefined
    // Only the model that the simulation uses is followed.
    if ('model' in event && event.model === modelOf(event.provider)) applyEvent(stateOf(event.provider), event)
    return found === undefined ? [] : [found]
  })
}

export const cooldownsRespected: Invariant = {
  name: 'a target in its cooldown is not called while another is available',
  check: cooldownViolations,
}
