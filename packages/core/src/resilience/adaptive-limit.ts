import type { AttemptTimeouts } from '../call/attempt-timeouts.ts'
import type { TargetLimits } from '../call/target-limits.ts'
import type { QuantileWindow } from './quantile-window.ts'

/** A target is given this many times its slowest usual answer before it counts as silent. */
const slack = 4
/** Below this no limit is set: a short pause is no sign of anything, and a whole answer takes as long as it is long. */
const floorMs = { plain: 20_000, stream: 5_000 } as const
const usualShare = 0.99

const named = { plain: 'plainMs', stream: 'firstTokenMs' } as const

/** Whether somebody chose how long such an attempt may take: then nothing shortens it. */
function isConfigured({ configured }: TargetLimits, kind: keyof typeof named): boolean {
  return configured[named[kind]] !== undefined || (kind === 'plain' && configured.totalMs !== undefined)
}

/**
 * A tighter bound on a whole answer or a first token for a target whose usual speed is known, so that a dead one is left early. Only for
 * attempts that have somewhere else to go: elsewhere patience costs nothing.
 */
export function adaptiveTimeouts(
  latencies: Readonly<Record<keyof typeof floorMs, QuantileWindow>>,
  kind: keyof typeof floorMs,
  limits: TargetLimits,
): AttemptTimeouts {
  const { timeouts } = limits
  if (isConfigured(limits, kind)) return timeouts
  const usual = latencies[kind].quantile(usualShare)
  if (usual === undefined) return timeouts
  const ms = Math.max(floorMs[kind], usual * slack)
  return ms < timeouts[named[kind]] ? { ...timeouts, [named[kind]]: ms } : timeouts
}

/** Whether an attempt was left by such a bound: the target may be as healthy as ever, and slow at this one request. */
export function isLeftEarly(
  limit: { readonly name: string; readonly ms: number } | undefined,
  timeouts: AttemptTimeouts,
  usual: AttemptTimeouts,
): boolean {
  if (limit === undefined || timeouts === usual) return false
  return (limit.name === 'first_token' && limit.ms < usual.firstTokenMs) || (limit.name === 'plain' && limit.ms < usual.plainMs)
}
