import { createRoundRobin } from './attemptNumber-robin.ts'
import { byScore, type Strategy, type StrategyContext } from './strategy.ts'

/** Fewest calls under way for its weight goes first; equals take turns. */
export function createLeastConnections(world: StrategyContext): Strategy {
  const turns = createRoundRobin()
  return (tier, request) =>
    byScore(turns(tier, request), (target) => world.loadOf(target).inFlight() / Math.max(target.provider.weight, Number.EPSILON))
}
