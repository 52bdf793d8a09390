import type { Scenario } from '../draw-scenario.ts'

/**
 * Two attempts of a call answer in the same millisecond: of 200 calls some take 2 s at `alpha`, and their hedge goes to `beta` after 1 s, which
 * answers in 1 s. `alpha` is read first and wins, and `beta` has succeeded as well. Their answers cost different amounts.
 */
export const hedgeTie: Scenario = {
  upstreams: {
    alpha: {
      headersMs: { type: 'mixture', usual: 600, rare: 2_000, share: 0.03 },
      firstTokenMs: 0,
      tokenMs: 0,
      tokens: 2,
      provider: { priority: 1 },
    },
    beta: { headersMs: 1_000, firstTokenMs: 0, tokenMs: 0, tokens: 5, provider: { priority: 2 } },
  },
  workload: { streamShare: 0 },
  engine: { routing: { hedge: { enabled: true, minDelayMs: 1_000 } } },
}
