import { describe, expect, it } from 'vitest'
import { costOf } from '../../catalogue/cost-of.ts'
import type { ModelPrice } from '../../catalogue/price.ts'
import { createSeededRandom } from '../../chaos/seeded-random.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { systemDeps } from '../../deps.ts'
import { chat } from '../../operations/chat.ts'
import { createDemoProvider } from '../../providers/demo/create-demo-provider.ts'
import { createTargetLoad } from '../../resilience/target-load.ts'
import type { Tier } from '../plan.ts'
import { createRoutedRequest, type RoutedRequest } from '../routed-request.ts'
import { type Target, toTarget } from '../target.ts'
import { createStrategies } from './create-strategies.ts'
import type { StrategyName } from './strategy-name.ts'

const target = (name: string, weight = 1): Target => toTarget(createDemoProvider({ name, type: 'demo', weight }, systemDeps), 'm')
const tierOf = (targets: readonly Target[], strategy: StrategyName = 'round_robin'): Tier => ({ name: 'tier', strategy, targets })
const routed = (request: ChatRequest): RoutedRequest => createRoutedRequest(chat, request, (operation, of) => operation.countTokens(of))
const ask = (text = 'Hello', extra: Partial<ChatRequest> = {}): RoutedRequest =>
  routed({ model: 'm', messages: [{ role: 'user', content: text }], ...extra })

function setUp(prices: Readonly<Record<string, number>> = {}) {
  let nowMs = 0
  const loads = new Map<string, ReturnType<typeof createTargetLoad>>()
  const loadOf = ({ key }: Target) => {
    const load = loads.get(key) ?? createTargetLoad({ monotonicNow: () => nowMs })
    loads.set(key, load)
    return load
  }
  const random = createSeededRandom(1)
  const strategies = createStrategies({ random, loadOf, estimateNanoUsd: ({ key }) => prices[key] })
  return { strategies, loadOf, pass: (ms: number) => (nowMs += ms) }
}

function firsts(strategy: (tier: Tier, request: RoutedRequest) => readonly Target[], tier: Tier, count: number): readonly string[] {
  return Array.from({ length: count }, () => strategy(tier, ask())[0]?.provider.name ?? '')
}

function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

describe('every strategy', () => {
  it('orders all targets and drops none', () => {
    const { strategies } = setUp()
    const targets = ['a', 'b', 'c', 'd'].map((name) => target(name))
    for (const strategy of Object.values(strategies)) {
      expect([...strategy(tierOf(targets), ask())].map(({ key }) => key).sort()).toEqual(targets.map(({ key }) => key))
    }
  })
})

describe('round robin', () => {
  it('takes turns', () => {
    const { strategies } = setUp()
    expect(firsts(strategies.round_robin, tierOf([target('a'), target('b'), target('c')]), 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  })
})

describe('weighted', () => {
  it('shares by weight without bursts, and leaves out what weighs nothing', () => {
    const { strategies } = setUp()
    const names = firsts(strategies.weighted, tierOf([target('a', 5), target('b', 2), target('c', 1), target('d', 0)]), 80)
    expect(countOf(names)).toEqual({ a: 50, b: 20, c: 10 })
    expect(names.join('')).not.toContain('aaaa')
  })
})

describe('least connections', () => {
  it('sends to the idlest for its weight', () => {
    const { strategies, loadOf } = setUp()
    const [a, b] = [target('a'), target('b', 4)]
    loadOf(a).begin()
    for (let i = 0; i < 3; i++) loadOf(b).begin()
    expect(firsts(strategies.least_connections, tierOf([a, b]), 2)).toEqual(['b', 'b'])
  })
})

describe('latency', () => {
  it('prefers the quick, and not one that fails quickly', () => {
    const { strategies, loadOf } = setUp()
    const [quick, slow, failing] = [target('quick'), target('slow'), target('failing')]
    loadOf(quick).observe(100, false)
    loadOf(slow).observe(1_000, false)
    loadOf(failing).observe(1, true)
    const counts = countOf(firsts(strategies.latency, tierOf([quick, slow, failing]), 300))
    expect(counts['quick']).toBeGreaterThan(150)
    expect(counts['failing'] ?? 0).toBe(0)
  })
})

describe('cost', () => {
  const usd = (input: number, output: number): ModelPrice => ({
    rates: { input: input * 1_000_000_000, output: output * 1_000_000_000 },
    longContext: [],
  })
  const prices = { reads: usd(1, 20), writes: usd(5, 6) }

  it.each([
    ['a long prompt with a short answer', 100_000, { maxTokens: 50 }, 'reads'],
    ['a short prompt with an open end', 50, {}, 'writes'],
    ['a middling prompt with a short answer', 2_000, { maxTokens: 20 }, 'reads'],
    ['a middling prompt with a usual answer', 1_000, { maxTokens: 500 }, 'writes'],
    ['several answers', 3_000, { maxTokens: 400, n: 4 }, 'writes'],
    ['hard reasoning', 20_000, { reasoning: { effort: 'high' as const } }, 'writes'],
  ])('%s goes where it is cheaper', (_what, inputTokens, extra, cheaper) => {
    const request = ask('x', extra)
    const outputTokens = request.profile().expectedOutputTokens
    const usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }
    const estimates = {
      'reads/m': costOf(usage, prices.reads)?.nanoUsd ?? 0,
      'writes/m': costOf(usage, prices.writes)?.nanoUsd ?? 0,
    }
    const { strategies } = setUp(estimates)
    expect(firsts(strategies.cost_optimized, tierOf([target('writes'), target('reads')]), 1)).toEqual([cheaper])
  })

  it('takes an unknown price last', () => {
    const { strategies } = setUp({ 'known/m': 1_000_000 })
    expect(firsts(strategies.cost_optimized, tierOf([target('unknown'), target('known')]), 2)).toEqual(['known', 'known'])
  })
})

describe('affinity', () => {
  const targets = Array.from({ length: 8 }, (_, index) => target(`t${index}`))
  const conversation = (index: number, turns: number): ChatRequest => ({
    model: 'm',
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: `Question ${index}` },
      ...Array.from({ length: turns }, (_, turn) => ({ role: 'user' as const, content: `More ${turn}` })),
    ],
  })
  const placeOf = (among: readonly Target[], index: number, turns = 0): string => {
    const { strategies } = setUp()
    return strategies.affinity(tierOf(among), routed(conversation(index, turns)))[0]?.key ?? ''
  }
  const conversations = Array.from({ length: 2_000 }, (_, index) => index)

  it('keeps a growing conversation at one target', () => {
    const together = conversations.filter((index) =>
      [1, 2, 5, 9].every((turns) => placeOf(targets, index, turns) === placeOf(targets, index)),
    )
    expect(together.length / conversations.length).toBeGreaterThanOrEqual(0.95)
  })

  it('spreads conversations evenly', () => {
    const counts = Object.values(countOf(conversations.map((index) => placeOf(targets, index))))
    expect(counts.length).toBe(8)
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.5)
  })

  it('moves only the share of a target that leaves', () => {
    const left = targets.slice(1)
    for (const index of conversations) {
      const before = placeOf(targets, index)
      if (before !== 't0/m') expect(placeOf(left, index)).toBe(before)
    }
  })

  it('goes by the caller’s own cache key where there is one', () => {
    const { strategies } = setUp()
    const places = [1, 2, 3, 4, 5].map(
      (index) => strategies.affinity(tierOf(targets), routed({ ...conversation(index, 0), promptCacheKey: 'k' }))[0]?.key,
    )
    expect(new Set(places).size).toBe(1)
  })
})
