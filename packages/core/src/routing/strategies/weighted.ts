import type { Target } from '../target.ts'
import { createRotationState } from './rotation-state.ts'
import { byScore, type Strategy } from './strategy.ts'

/**
 * Smooth weighted round robin (as nginx does it): each turn every target gains its weight, the one that has gained most
 * goes first and pays the sum of all weights. Over any run of requests shares match weights, without bursts.
 */
export function createWeighted(): Strategy {
  const rotation = createRotationState<Map<string, number>>()
  return ({ name, targets }) => {
    const gains = rotation.of(name, () => new Map())
    const total = targets.reduce((sum, target) => sum + target.provider.weight, 0)
    const gainOf = (target: Target): number => gains.get(target.key) ?? 0
    for (const target of targets) gains.set(target.key, gainOf(target) + target.provider.weight)
    const ordered = byScore(targets, (target) => (target.provider.weight === 0 ? Number.POSITIVE_INFINITY : -gainOf(target)))
    const first = ordered[0]
    if (first !== undefined) gains.set(first.key, gainOf(first) - total)
    return ordered
  }
}
