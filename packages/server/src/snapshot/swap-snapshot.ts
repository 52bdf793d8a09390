import type { Feature } from '../capability/capability.ts'
import type { GatewayState } from '../state/open-state.ts'
import type { Snapshot } from './compile-snapshot.ts'

type State = GatewayState<Snapshot>

function only(features: readonly Feature[], others: readonly Feature[]): readonly Feature[] {
  return features.filter((feature) => !others.includes(feature))
}

/** Starts what the present snapshot's features run by themselves. */
export function startFeatures(state: State): void {
  if (state.isStarted) return
  state.isStarted = true
  for (const feature of state.current.snapshot?.features ?? []) feature.start?.()
}

async function closeAll(features: readonly Feature[], { context }: State): Promise<void> {
  for (const feature of features) {
    try {
      await feature.close?.()
    } catch (error) {
      context.observers.onFailure(error, '')
    }
  }
}

/**
 * Replaces the present snapshot; requests under way finish on the one that they began on. Features that only the new one has are started,
 * those that only the old one has are closed: the others go on.
 */
export function swapSnapshot(state: State, next: Snapshot): Snapshot {
  const before = state.current.snapshot?.features ?? []
  state.current.snapshot = next
  for (const callback of next.onSwap) callback()
  next.engine.activate()
  const { max_in_flight: maxInFlight, max_queue: maxQueue } = next.config.server
  state.admission.resize({ maxInFlight, maxQueue })
  state.listen(next.features)
  if (state.isStarted) for (const feature of only(next.features, before)) feature.start?.()
  void closeAll(only(before, next.features), state)
  return next
}
