import type { Receipt } from '../../call/receipt.ts'
import type { EngineEvent } from '../../routing/engine-event.ts'
import { defaultRouting } from '../../routing/routing-options.ts'
import { type Invariant, modelOf, type SimulationRun } from './invariant.ts'

/** One upstream as far as its readiness goes. */
interface Readiness {
  restFromMs: number
  restUntilMs: number
  isClosed: boolean
  running: number
  /** How many ended in the last millisecond in which one did: who chose in that millisecond may have chosen before. */
  endedAtMs: number
  endedThen: number
}

type StartEvent = Extract<EngineEvent, { type: 'attempt-start' }>

/** When the engine chose an attempt's target: when the call began, or when the attempt before it ended. */
function decidedAtMs({ startedAtMs, attempts }: Receipt, index: number): number | undefined {
  return index <= 0 ? startedAtMs : attempts[index - 1]?.endedAtMs
}

/** Whether a target was waited for in vain: it has no attempt to show for it, and is not chosen again. */
function waitedInVain(receipt: Receipt, upTo: number): boolean {
  const { maxWaitMs } = defaultRouting.slots
  return receipt.attempts.slice(0, upTo + 1).some((attempt, index) => attempt.startedAtMs - (decidedAtMs(receipt, index) ?? 0) >= maxWaitMs)
}

/** When an attempt's target was chosen, where that can be told from the receipt. */
function createDecisionTimes({ clients }: SimulationRun): (event: StartEvent) => number | undefined {
  const receipts = new Map(clients.flatMap(({ receipts }) => receipts.map((receipt) => [receipt.id, receipt] as const)))
  return ({ callId, attempt }) => {
    const receipt = receipts.get(callId)
    if (receipt === undefined) return undefined
    const index = receipt.attempts.indexOf(attempt)
    return waitedInVain(receipt, index) ? undefined : decidedAtMs(receipt, index)
  }
}

function follow(ready: Readiness, event: EngineEvent): void {
  switch (event.type) {
    case 'breaker':
      ready.isClosed = event.to === 'closed'
      return
    case 'cooldown':
      ready.restFromMs = event.atMs
      ready.restUntilMs = Math.max(ready.restUntilMs, event.atMs + event.ms)
      return
    case 'attempt-start':
      ready.running++
      return
    case 'attempt-end':
      ready.running--
      ready.endedThen = ready.endedAtMs === event.atMs ? ready.endedThen + 1 : 1
      ready.endedAtMs = event.atMs
      return
    case 'fault-injected':
    case 'shed':
    case 'provider-health':
  }
}

/** Calls that went to an upstream at rest although another, untried, was at ease. */
function restless(run: SimulationRun): readonly string[] {
  const decisionOf = createDecisionTimes(run)
  const states = new Map<string, Readiness>()
  const stateOf = (name: string): Readiness => {
    const known = states.get(name) ?? { restFromMs: 0, restUntilMs: 0, isClosed: true, running: 0, endedAtMs: 0, endedThen: 0 }
    states.set(name, known)
    return known
  }
  const isAtEase = (name: string, atMs: number): boolean => {
    const { isClosed, restUntilMs, running, endedAtMs, endedThen } = stateOf(name)
    return isClosed && restUntilMs <= atMs && running + (endedAtMs === atMs ? endedThen : 0) < run.limits.maxConcurrent
  }
  const triedBefore = new Map<string, Set<string>>()
  const check = (event: StartEvent): string | undefined => {
    const tried = triedBefore.get(event.callId) ?? new Set<string>()
    triedBefore.set(event.callId, tried.add(event.provider))
    const { restFromMs, restUntilMs } = stateOf(event.provider)
    const isChosen = event.attempt.reason === 'first' || event.attempt.reason === 'fallback'
    const decided = decisionOf(event)
    // Whoever waited for a slot chose long before.
    if (!isChosen || decided === undefined || decided !== event.atMs || restFromMs >= decided || restUntilMs <= event.atMs) return undefined
    const better = Object.keys(run.upstreams).find((name) => !tried.has(name) && isAtEase(name, decided))
    return better === undefined ? undefined : `${event.provider} was called at rest though ${better} was at ease`
  }
  return run.events.flatMap((event) => {
    const found = event.type === 'attempt-start' ? check(event) : undefined
    // Of a provider's models only the one that the simulation asks for is followed.
    if ('model' in event && event.model === modelOf(event.provider)) follow(stateOf(event.provider), event)
    return found === undefined ? [] : [found]
  })
}

export const restsRespected: Invariant = { name: 'a target at rest is left alone while another is at ease', check: restless }
