import type { Attempt } from '../../call/attempt.ts'
import { failurePolicies } from '../../errors/failure.table.ts'
import type { EngineEvent } from '../../routing/engine-event.ts'
import type { Invariant, SimulationLimits, SimulationRun } from './invariant.ts'

type TargetEvent = Extract<EngineEvent, { type: 'breaker' | 'attempt-start' | 'attempt-end' }>

/** The circuit of one target, derived from its events. */
interface ObservedCircuit {
  state: 'closed' | 'open' | 'half-open' | 'isolated'
  /** Counts the changes of state: a call from before a change does not count after it. */
  phase: number
  failures: number
  /** The running calls, each with the phase in which it began. */
  readonly running: Map<Attempt, number>
}

function healthVerdict({ outcome, isLeftEarly }: Attempt): 'success' | 'failure' | 'neutral' {
  if (isLeftEarly === true) return 'neutral'
  if (outcome === 'success') return 'success'
  return outcome === 'pending' || outcome === 'superseded' ? 'neutral' : failurePolicies[outcome].health
}

function applyEvent(circuit: ObservedCircuit, event: TargetEvent): void {
  if (event.type === 'breaker') {
    Object.assign(circuit, { state: event.to, phase: circuit.phase + 1, failures: 0 })
    return
  }
  if (event.type === 'attempt-start') {
    circuit.running.set(event.attempt, circuit.phase)
    return
  }
  const verdict = healthVerdict(event.attempt)
  const isCurrent = circuit.running.get(event.attempt) === circuit.phase
  circuit.running.delete(event.attempt)
  if (circuit.state !== 'closed' || !isCurrent || verdict === 'neutral') return
  circuit.failures = verdict === 'failure' ? circuit.failures + 1 : 0
}

/** Why a call must not begin now; `undefined` when it may. The call itself is not counted yet. */
function violationOf(circuit: ObservedCircuit, limits: SimulationLimits): string | undefined {
  if (circuit.state === 'open' || circuit.state === 'isolated') return `was called while its circuit was ${circuit.state}`
  if (circuit.state === 'closed' && circuit.failures >= limits.failureThreshold)
    return `was called after ${circuit.failures} failures in a row`
  const probes = [...circuit.running.values()].filter((phase) => phase === circuit.phase).length
  return circuit.state === 'half-open' && probes >= limits.maxProbes ? `had ${probes + 1} probes at once` : undefined
}

function isTargetEvent(event: EngineEvent): event is TargetEvent {
  return event.type === 'breaker' || event.type === 'attempt-start' || event.type === 'attempt-end'
}

function circuitViolations({ events, limits }: SimulationRun): readonly string[] {
  const targets = new Map<string, ObservedCircuit>()
  const found: string[] = []
  for (const event of events.filter(isTargetEvent)) {
    const key = `${event.provider}/${event.model}`
    const circuit = targets.get(key) ?? { state: 'closed', phase: 0, failures: 0, running: new Map() }
    targets.set(key, circuit)
    const violation = event.type === 'attempt-start' ? violationOf(circuit, limits) : undefined
    if (violation !== undefined) found.push(`${key} ${violation}`)
    applyEvent(circuit, event)
  }
  return found
}

export const circuitsObeyed: Invariant = { name: 'a circuit that is open or half-open is obeyed', check: circuitViolations }

/** The highest number of concurrent calls of each provider. */
export function peakConcurrency({ events }: SimulationRun): ReadonlyMap<string, number> {
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
    [...peakConcurrency(run)].flatMap(([provider, most]) =>
      most > run.limits.maxConcurrent ? [`${provider} had ${most} calls at once`] : [],
    ),
}
