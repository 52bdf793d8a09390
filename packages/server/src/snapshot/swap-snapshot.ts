import type { GatewayState } from '../state/open-state.ts'
import type { Snapshot } from './compile-snapshot.ts'

/** Replaces the present snapshot; requests under way finish on the one that they began on. */
export function swapSnapshot(state: GatewayState<Snapshot>, next: Snapshot): Snapshot {
  state.current.snapshot = next
  state.listen(next.features)
  return next
}
