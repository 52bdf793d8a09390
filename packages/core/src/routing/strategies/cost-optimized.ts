import { createRoundRobin } from './round-robin.ts'
import { byScore, type Strategy, type StrategyContext } from './strategy.ts'

/** Cheapest for this very request goes first; unknown prices go last, equals take rotation. */
export function createCostOptimized(context: StrategyContext): Strategy {
  const rotation = createRoundRobin()
  return (tier, request) =>
    byScore(rotation(tier, request), (target) => context.estimateNanoUsd(target, request) ?? Number.POSITIVE_INFINITY)
}
