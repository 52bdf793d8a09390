import type { AttemptTimeouts } from '../call/attempt-timeouts.ts'
import type { QuantileWindow } from './quantile-window.ts'

/** A target is given this many times its slowest usual answer before it counts as silent. */
const slack = 4
/** Below this no limit is set: a short pause is no sign of anything, and a whole answer takes as long as it is long. */
const floorMs = { plain: 20_000, stream: 5_000 } as const
const usualShare = 0.99

/**
 * A tighter bound on a whole answer or a first token for a target whose usual speed is known, so that a dead one is left early. Only for
 * attempts that have somewhere else to go: elsewhere patience costs nothing.
 */
export function adaptiveLimits(
  latencies: Readonly<Record<keyof typeof floorMs, QuantileWindow>>,
  kind: keyof typeof floorMs,
): Partial<AttemptTimeouts> | undefined {
  const usual = latencies[kind].quantile(usualShare)
  if (usual === undefined) return undefined
  const ms = Math.max(floorMs[kind], usual * slack)
  return kind === 'stream' ? { firstTokenMs: ms } : { plainMs: ms }
}
