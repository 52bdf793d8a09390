/** How the targets of a tier are put in order. */
export const strategyNames = ['round_robin', 'weighted', 'least_connections', 'cost_optimized', 'latency', 'affinity'] as const

/** How the targets of a tier are ordered. */
export type StrategyName = (typeof strategyNames)[number]

export function isStrategyName(name: string): name is StrategyName {
  return strategyNames.some((known) => known === name)
}
