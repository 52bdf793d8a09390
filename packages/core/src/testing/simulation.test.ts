import { describe, expect, it } from 'vitest'
import type { Filter } from '../call/operation.ts'
import type { ChunkBatch } from '../chat/answer.ts'
import { isProxyApiError } from '../errors/proxy-api-error.ts'
import { crowdedBudget } from './__fixtures__/crowded-budget.ts'
import { hedgeTie } from './__fixtures__/hedge-tie.ts'
import { drawScenario } from './draw-scenario.ts'
import { allInvariants } from './invariants/all-invariants.ts'
import { perClient } from './invariants/invariant.ts'
import { type SimulationOptions, type SimulationReport, simulate } from './simulate.ts'

const seeds = Array.from({ length: 60 }, (_, seed) => seed)

/** Reports the first violations with their seed, so that a red run can be run again. */
function violationsOf({ seed, violations }: SimulationReport): readonly string[] {
  return violations.slice(0, 3).map(({ invariant, what }) => `seed ${seed}: ${invariant}: ${what}`)
}

describe('a simulated engine', () => {
  it('keeps every invariant in every scenario', async () => {
    const broken: string[] = []
    for (const seed of seeds) broken.push(...violationsOf(await simulate({ seed, requests: 60, ...drawScenario(seed) })))
    expect(broken).toEqual([])
  }, 60_000)

  it('keeps every invariant with rerank among the conversations', async () => {
    const broken: string[] = []
    let reranked = 0
    for (const seed of seeds.slice(0, 30)) {
      const { upstreams, workload, engine } = drawScenario(seed)
      const alike = Object.fromEntries(
        Object.entries(upstreams).map(([name, script]) => [name, { ...script, dialect: 'openai-chat' as const }]),
      )
      const report = await simulate({ seed, requests: 60, upstreams: alike, workload: { ...workload, rerankShare: 0.4 }, engine })
      broken.push(...violationsOf(report))
      reranked += report.clients.filter(({ operation, ended }) => operation === 'rerank' && ended === 'complete').length
    }
    expect(broken).toEqual([])
    expect(reranked).toBeGreaterThan(250)
  }, 60_000)

  it('does the same for the same seed, line by line, and something else for another', async () => {
    const run = (seed: number) => simulate({ seed, requests: 80, ...drawScenario(7), keepTranscript: true })
    const [one, again, other] = [await run(7), await run(7), await run(8)]
    expect(again.transcript).toEqual(one.transcript)
    expect(again.transcriptHash).toBe(one.transcriptHash)
    expect(other.transcriptHash).not.toBe(one.transcriptHash)
    expect(one.transcript.length).toBeGreaterThan(500)
  })

  it('simulates an hour in moments', async () => {
    const report = await simulate({
      seed: 1,
      hours: 1,
      upstreams: { only: {} },
      workload: { arrivals: { type: 'poisson', perSecond: 0.1 } },
    })
    expect(report.violations).toEqual([])
    expect(report.virtualMs).toBeGreaterThan(3_500_000)
    expect(Math.abs(report.clients.length - 360)).toBeLessThan(60)
  })
})

describe('hedging', () => {
  const tail = {
    tokens: 4,
    firstTokenMs: {
      type: 'mixture',
      usual: { type: 'lognormal', median: 200, sigma: 0.3 },
      rare: { type: 'pareto', min: 4_000, alpha: 1.5, max: 25_000 },
      share: 0.03,
    },
  } as const
  const run = (enabled: boolean) =>
    simulate({
      seed: 11,
      requests: 1_500,
      upstreams: { alpha: { ...tail, provider: { priority: 1 } }, beta: { ...tail, provider: { priority: 1 } } },
      workload: { arrivals: { type: 'poisson', perSecond: 20 }, streamShare: 1 },
      engine: { routing: { hedge: { enabled, streams: true } } },
    })

  it('cuts the 99th percentile of the first text by 40% for at most 5% more attempts on a heavy tail', async () => {
    const [without, hedged] = [await run(false), await run(true)]
    expect([...without.violations, ...hedged.violations]).toEqual([])
    expect(hedged.figures.firstTextP99Ms).toBeLessThan(0.6 * (without.figures.firstTextP99Ms ?? 0))
    expect(hedged.figures.attemptsPerRequest / without.figures.attemptsPerRequest).toBeLessThanOrEqual(1.05)
  }, 30_000)

  it('bills the attempt whose answer the client has, when both answer in the same millisecond', async () => {
    const { violations, clients } = await simulate({ seed: 1, requests: 200, ...hedgeTie })
    const [first, hedge] = clients.flatMap(({ receipts }) => receipts).find(({ attempts }) => attempts.length === 2)?.attempts ?? []
    expect(first?.endedAtMs).toBe(hedge?.endedAtMs)
    expect(violations).toEqual([])
  })
})

describe('a budget that many want at once', () => {
  it('is spent to the last request that fits, and not beyond', async () => {
    const { violations, clients } = await simulate({ seed: 1, requests: 150, ...crowdedBudget })
    const spentNanoUsd = clients.flatMap(({ receipts }) => receipts).reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0)
    expect(violations).toEqual([])
    // Each may cost 150,000 at most, and the first that finds less left is refused.
    expect(spentNanoUsd).toBeGreaterThan(1_500_000 - 150_000)
    expect(spentNanoUsd).toBeLessThanOrEqual(1_500_000)
    expect(new Set(clients.map(({ error }) => (isProxyApiError(error) ? error.code : 'answered')))).toEqual(
      new Set(['answered', 'budget_exceeded']),
    )
  })
})

describe('a total outage', () => {
  it('is not amplified: attempts per request stay under 1.2', async () => {
    const down = { faults: [{ fault: { type: 'status', status: 503 } }] } as const
    const report = await simulate({
      seed: 12,
      requests: 2_000,
      upstreams: { only: down },
      workload: { arrivals: { type: 'poisson', perSecond: 100 } },
    })
    expect(report.violations).toEqual([])
    expect(report.figures.attemptsPerRequest).toBeLessThan(1.2)
    expect(report.figures.outcomes.complete).toBe(0)
  })
})

async function* withoutThird(batches: AsyncIterable<ChunkBatch>): AsyncGenerator<ChunkBatch> {
  let count = 0
  for await (const batch of batches) if (count++ !== 2) yield batch
}

describe('the simulator with custom parts', () => {
  const base: SimulationOptions = { seed: 5, requests: 60, upstreams: { up: { tokens: 8 } }, workload: { streamShare: 1 } }

  it('catches a custom filter that loses text', async () => {
    const lossy: Filter = (next) => async (request, call) => {
      const answer = await next(request, call)
      if (answer.type === 'whole') return answer
      return { ...answer, batches: withoutThird(answer.batches) }
    }
    const { violations } = await simulate({ ...base, engine: { filters: [lossy] } })
    expect(new Set(violations.map(({ invariant }) => invariant))).toContain('no text is lost, repeated or mixed')
  })

  it('checks a run against custom invariants', async () => {
    const quick = perClient('every first text is quick', ({ firstTextAtMs, openedAtMs }) =>
      firstTextAtMs !== undefined && firstTextAtMs - openedAtMs < 100 ? undefined : 'slow',
    )
    const { violations } = await simulate({ ...base, invariants: [quick] })
    expect(violations).toHaveLength(60)
  })

  it('gives every invariant its own name', () => {
    expect(new Set(allInvariants.map(({ name }) => name)).size).toBe(allInvariants.length)
  })
})
