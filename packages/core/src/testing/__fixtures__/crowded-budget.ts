import type { Scenario } from '../draw-scenario.ts'

/** A hundred and fifty callers at once, and money for about a third of them. */
export const crowdedBudget: Scenario = {
  upstreams: { alpha: { headersMs: 200, firstTokenMs: 0, tokenMs: 10, tokens: { type: 'uniform', min: 5, max: 14 } } },
  workload: { arrivals: { type: 'bursts', size: 150, everyMs: 1_000 }, streamShare: 0.5, request: () => ({ maxTokens: 20 }) },
  engine: { routing: {} },
  allowance: { budgetNanoUsd: 1_500_000, requests: { limit: 1_000, windowMs: 1_000, burst: 1_000 }, parallel: 1_000, queues: false },
}
