import type { TargetLoad } from '../../resilience/target-load.ts'
import type { Tier } from '../plan.ts'
import type { RoutedRequest } from '../routed-request.ts'
import type { Target } from '../target.ts'

/** What strategies may look at. */
export interface StrategyContext {
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly loadOf: (target: Target) => TargetLoad
  /** What this request would cost at a target, in billionths of a dollar; `undefined` when the price is not known. */
  readonly estimateNanoUsd: (target: Target, request: RoutedRequest) => number | undefined
}

/** Puts a tier's targets in the order in which they are to be tried. Never drops one. */
export type Strategy = (tier: Tier, request: RoutedRequest) => readonly Target[]

/** Sorts by a score that is computed once per target; equals keep their order. */
export function byScore(targets: readonly Target[], score: (target: Target) => number): readonly Target[] {
  return targets
    .map((target) => ({ target, score: score(target) }))
    .sort((a, b) => a.score - b.score)
    .map((entry) => entry.target)
}

/** The list from `start` on, and then what was before. */
export function rotate(targets: readonly Target[], start: number): readonly Target[] {
  return start === 0 ? targets : [...targets.slice(start), ...targets.slice(0, start)]
}
