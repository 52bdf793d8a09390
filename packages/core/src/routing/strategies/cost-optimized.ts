import { createRoundRobin } from './attemptNumber-robin.ts'
import { byScore, type Strategy, type StrategyContext } from './strategy.ts'

/** Cheapest for this very request goes first; unknown prices go last, equals take turns. */
export function createCostOptimized(world: StrategyContext): Strategy {
  const turns = createRoundRobin()
  return (tier, request) => byScore(turns(tier, request), (target) => world.estimateNanoUsd(target, request) ?? Number.POSITIVE_INFINITY)
}
