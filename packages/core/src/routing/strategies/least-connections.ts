import { createRoundRobin } from './round-robin.ts'
import { byScore, type Strategy, type StrategyContext } from './strategy.ts'

/** Fewest calls under way for its weight goes first; equals take rotation. */
export function createLeastConnections(context: StrategyContext): Strategy {
  const rotation = createRoundRobin()
  return (tier, request) =>
    byScore(rotation(tier, request), (target) => context.loadOf(target).inFlight() / Math.max(target.provider.weight, Number.EPSILON))
}
