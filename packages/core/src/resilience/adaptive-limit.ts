import type { AttemptTimeouts } from '../providers/attempt-timeouts.ts'
import type { QuantileWindow } from './quantile-window.ts'

/** A target is given this many times its slowest usual answer before it counts as silent. */
const slack = 4
/** Below this no limit is set: a short pause is no sign of anything. */
const floorMs = 5_000
const usualShare = 0.99

/**
 * A tighter bound on the first token for a target whose usual speed is known, so that a dead one is left early. Only for
 * attempts that have somewhere else to go: elsewhere patience costs nothing.
 */
export function adaptiveLimits(latencies: QuantileWindow): Partial<AttemptTimeouts> | undefined {
  const usual = latencies.quantile(usualShare)
  if (usual === undefined) return undefined
  const ms = Math.max(floorMs, usual * slack)
  return { firstTokenMs: ms, plainMs: ms }
}
