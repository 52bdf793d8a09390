import { affinity } from './affinity.ts'
import { createCostOptimized } from './cost-optimized.ts'
import { createLatency } from './latency.ts'
import { createLeastConnections } from './least-connections.ts'
import { createRoundRobin } from './round-robin.ts'
import type { Strategy, StrategyContext } from './strategy.ts'
import type { StrategyName } from './strategy-name.ts'
import { createWeighted } from './weighted.ts'

/** One of each, with the state it keeps between requests. */
export function createStrategies(context: StrategyContext): Readonly<Record<StrategyName, Strategy>> {
  return {
    round_robin: createRoundRobin(),
    weighted: createWeighted(),
    least_connections: createLeastConnections(context),
    cost_optimized: createCostOptimized(context),
    latency: createLatency(context),
    affinity,
  }
}
