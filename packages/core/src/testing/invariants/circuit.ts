import type { Attempt } from '../../call/call.ts'
import { failurePolicies } from '../../errors/failure.table.ts'
import type { EngineEvent } from '../../routing/engine-event.ts'
import type { Invariant, SimulationLimits, SimulationRun } from './invariant.ts'

type TargetEvent = Extract<EngineEvent, { type: 'breaker' | 'attempt-start' | 'attempt-end' }>

/** One target's circuit as its events tell of it. */
interface Watched {
  state: 'closed' | 'open' | 'half-open' | 'isolated'
  /** Counts the changes of state: what was begun before a change tells nothing of the time after. */
  phase: number
  failures: number
  /** Calls under way, and in which phase each was begun. */
  readonly running: Map<Attempt, number>
}

function verdictOf({ outcome }: Attempt): 'success' | 'failure' | 'neutral' {
  if (outcome === 'success') return 'success'
  return outcome === 'pending' || outcome === 'superseded' ? 'neutral' : failurePolicies[outcome].health
}

function follow(watched: Watched, event: TargetEvent): void {
  if (event.type === 'breaker') {
    Object.assign(watched, { state: event.to, phase: watched.phase + 1, failures: 0 })
    return
  }
  if (event.type === 'attempt-start') {
    watched.running.set(event.attempt, watched.phase)
    return
  }
  const verdict = verdictOf(event.attempt)
  const isCurrent = watched.running.get(event.attempt) === watched.phase
  watched.running.delete(event.attempt)
  if (watched.state !== 'closed' || !isCurrent || verdict === 'neutral') return
  watched.failures = verdict === 'failure' ? watched.failures + 1 : 0
}

/** What is wrong with a call that begins now; the call is not yet counted. */
function faultOf(watched: Watched, limits: SimulationLimits): string | undefined {
  if (watched.state === 'open' || watched.state === 'isolated') return `was called while its circuit was ${watched.state}`
  if (watched.state === 'closed' && watched.failures >= limits.failureThreshold)
    return `was called after ${watched.failures} failures in a row`
  const probes = [...watched.running.values()].filter((phase) => phase === watched.phase).length
  return watched.state === 'half-open' && probes >= limits.maxProbes ? `had ${probes + 1} probes at once` : undefined
}

function isTargetEvent(event: EngineEvent): event is TargetEvent {
  return event.type === 'breaker' || event.type === 'attempt-start' || event.type === 'attempt-end'
}

function watchTargets({ events, limits }: SimulationRun): readonly string[] {
  const targets = new Map<string, Watched>()
  const found: string[] = []
  for (const event of events.filter(isTargetEvent)) {
    const key = `${event.provider}/${event.model}`
    const watched = targets.get(key) ?? { state: 'closed', phase: 0, failures: 0, running: new Map() }
    targets.set(key, watched)
    const fault = event.type === 'attempt-start' ? faultOf(watched, limits) : undefined
    if (fault !== undefined) found.push(`${key} ${fault}`)
    follow(watched, event)
  }
  return found
}

export const circuitsObeyed: Invariant = { name: 'a circuit that is open or half-open is obeyed', check: watchTargets }

/** The most calls at once that each provider had. */
export function busiest({ events }: SimulationRun): ReadonlyMap<string, number> {
  const running = new Map<string, number>()
  const most = new Map<string, number>()
  for (const event of events.filter(isTargetEvent)) {
    const now = (running.get(event.provider) ?? 0) + (event.type === 'attempt-start' ? 1 : event.type === 'attempt-end' ? -1 : 0)
    running.set(event.provider, now)
    most.set(event.provider, Math.max(most.get(event.provider) ?? 0, now))
  }
  return most
}

export const slotsBounded: Invariant = {
  name: 'calls at once stay within a provider’s connections',
  check: (run) =>
    [...busiest(run)].flatMap(([provider, most]) => (most > run.limits.maxConcurrent ? [`${provider} had ${most} calls at once`] : [])),
}
