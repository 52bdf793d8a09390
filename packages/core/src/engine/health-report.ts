import type { Provider } from '../providers/provider.ts'
import type { CircuitState } from '../resilience/circuit-breaker.ts'
import type { TargetFailure, TargetHealth } from '../resilience/target-health.ts'
import type { RouterContext } from '../routing/router-context.ts'

/** How one target is doing. */
export interface TargetReport {
  /** The provider's own id. */
  readonly model: string
  readonly circuit: CircuitState
  /** Half-open, and nobody asks it any more: it does not count for its provider. */
  readonly isForgotten: boolean
  /** Until an open circuit lets a probe through; 0 otherwise. */
  readonly opensInMs: number
  /** How long it still rests after a refusal; 0 when it doesn't. */
  readonly cooldownMs: number
  readonly inFlight: number
  /** Peak-sensitive moving average; 0 when nothing is known. */
  readonly latencyMs: number
  /** Why the latest attempt that failed did so; `undefined` when none has. Its `detail` is a provider's text. */
  readonly lastFailure?: TargetFailure | undefined
}

/** How one provider is doing: as well as its worst target, among those that anybody still asks. */
export interface ProviderReport {
  readonly name: string
  readonly type: string
  readonly status: 'healthy' | 'degraded' | 'unavailable'
  readonly circuit: CircuitState
  /** Calls under way and callers that wait for a connection. */
  readonly inFlight: number
  readonly waiting: number
  readonly targets: readonly TargetReport[]
}

const severity: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2, isolated: 3 }

function toTargetReport(model: string, { breaker, load, cooldownMs, lastFailure }: TargetHealth): TargetReport {
  return {
    model,
    circuit: breaker.state(),
    isForgotten: breaker.isForgotten(),
    opensInMs: breaker.remainingMs(),
    cooldownMs: cooldownMs(),
    inFlight: load.inFlight(),
    latencyMs: Math.round(load.latencyMs()),
    lastFailure: lastFailure(),
  }
}

function statusOf(targets: readonly TargetReport[]): ProviderReport['status'] {
  const isOut = ({ circuit }: TargetReport): boolean => circuit === 'open' || circuit === 'isolated'
  if (targets.length > 0 && targets.every(isOut)) return 'unavailable'
  return targets.some((target) => target.circuit !== 'closed' || target.cooldownMs > 0) ? 'degraded' : 'healthy'
}

function worst(targets: readonly TargetReport[]): CircuitState {
  return targets.reduce<CircuitState>((found, { circuit }) => (severity[circuit] > severity[found] ? circuit : found), 'closed')
}

export function toHealthReport(
  providers: readonly Provider[],
  { health, slots }: Pick<RouterContext, 'health' | 'slots'>,
): readonly ProviderReport[] {
  const entries = health.entries()
  return providers.map(({ name, type }) => {
    const prefix = `${name}/`
    const targets = entries.filter(([key]) => key.startsWith(prefix)).map(([key, one]) => toTargetReport(key.slice(prefix.length), one))
    const asked = targets.filter(({ isForgotten }) => !isForgotten)
    const queue = slots.of(name)
    return { name, type, status: statusOf(asked), circuit: worst(asked), inFlight: queue.held(), waiting: queue.waiting(), targets }
  })
}

/** The same target in several processes: as it is where it stands worst, with the calls of all. */
function mergeTargets(one: TargetReport, other: TargetReport): TargetReport {
  return {
    ...(severity[one.circuit] >= severity[other.circuit] ? one : other),
    isForgotten: one.isForgotten && other.isForgotten,
    cooldownMs: Math.max(one.cooldownMs, other.cooldownMs),
    inFlight: one.inFlight + other.inFlight,
    latencyMs: Math.max(one.latencyMs, other.latencyMs),
    lastFailure: (one.lastFailure?.atMs ?? 0) >= (other.lastFailure?.atMs ?? 0) ? one.lastFailure : other.lastFailure,
  }
}

function mergeProviders(one: ProviderReport, other: ProviderReport): ProviderReport {
  const targets = new Map(one.targets.map((target) => [target.model, target]))
  for (const target of other.targets) {
    const known = targets.get(target.model)
    targets.set(target.model, known === undefined ? target : mergeTargets(known, target))
  }
  const all = [...targets.values()]
  const asked = all.filter(({ isForgotten }) => !isForgotten)
  const sums = { inFlight: one.inFlight + other.inFlight, waiting: one.waiting + other.waiting }
  return { ...one, ...sums, status: statusOf(asked), circuit: worst(asked), targets: all }
}

/** Reports of several processes with the same providers as one: the first says which providers there are. */
export function mergeHealthReports([first = [], ...others]: readonly (readonly ProviderReport[])[]): readonly ProviderReport[] {
  return first.map((provider) =>
    others.reduce((sum, reports) => {
      const same = reports.find(({ name }) => name === provider.name)
      return same === undefined ? sum : mergeProviders(sum, same)
    }, provider),
  )
}
