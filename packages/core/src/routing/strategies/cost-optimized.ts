import { createRoundRobin } from './round-robin.ts'
import { byScore, type Strategy, type StrategyWorld } from './strategy.ts'

/** Cheapest for this very request goes first; unknown prices go last, equals take turns. */
export function createCostOptimized(world: StrategyWorld): Strategy {
  const turns = createRoundRobin()
  return (tier, request) => byScore(turns(tier, request), (target) => world.estimateNanoUsd(target, request) ?? Number.POSITIVE_INFINITY)
}
