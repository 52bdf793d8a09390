import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAbortSource } from '../call/abort-source.ts'
import { systemDeps } from '../deps.ts'
import { describeBudgetStore } from '../testing/describe-budget-store.ts'
import { describeLimitStore } from '../testing/describe-limit-store.ts'
import type { BudgetAccount } from './budget-store.ts'
import { createMemoryBudgetStore } from './memory-budget-store.ts'
import { createMemoryLimitStore } from './memory-limit-store.ts'
import { createRecentMap } from './recent-map.ts'

let nowMs = 1_800_000_000_000
describeLimitStore({ describe, it }, 'in memory', {
  create: () => createMemoryLimitStore({}, { monotonicNow: () => nowMs }),
  advance: async (ms) => {
    nowMs += ms
  },
})
describeBudgetStore({ describe, it }, 'in memory', { create: () => createMemoryBudgetStore({}, systemDeps) })

const rate = { limit: 10, windowMs: 60_000, burst: 10 }

describe('a memory of limits', () => {
  it('forgets the least recently asked for, and no place that is held', () => {
    const store = createMemoryLimitStore({ maxKeys: 3 }, { monotonicNow: () => 0 })
    const place = [{ type: 'parallel', key: 'held', limit: 1 }] as const
    store.take(place)
    for (let index = 0; index < 50; index++) store.take([{ type: 'parallel', key: `p${index}`, limit: 1 }])
    for (let index = 0; index < 50; index++) store.take([{ type: 'rate', key: `r${index}`, rate, amount: 10 }])
    expect(store.take(place).refused).toBe(0)
    expect(store.take([{ type: 'rate', key: 'r49', rate, amount: 1 }]).refused).toBe(0)
    expect(store.take([{ type: 'rate', key: 'r0', rate, amount: 1 }]).refused).toBeUndefined()
  })

  it('says of several limits that refuse which one takes longest', () => {
    const store = createMemoryLimitStore({}, { monotonicNow: () => 0 })
    const slow = { limit: 1, windowMs: 60_000, burst: 1 }
    const takes = [
      { type: 'rate', key: 'quick', rate: { limit: 1, windowMs: 1_000, burst: 1 }, amount: 1 },
      { type: 'rate', key: 'slow', rate: slow, amount: 1 },
    ] as const
    store.take(takes)
    expect(store.take(takes)).toEqual({
      refused: 1,
      retryAfterMs: 60_000,
      standings: [
        { remaining: 0, resetMs: 1_000 },
        { remaining: 0, resetMs: 60_000 },
      ],
    })
  })
})

const own: BudgetAccount = { key: 'a', limitNanoUsd: 100, hard: true, endsAtMs: Number.POSITIVE_INFINITY }
const wait = { maxMs: 1_000, abort: createAbortSource() }

describe('a memory of budgets', () => {
  it('goes on from what was spent before, and asks once', async () => {
    let asked = 0
    const loadSpent = async (): Promise<number> => {
      asked++
      return 60
    }
    const store = createMemoryBudgetStore({ loadSpent }, systemDeps)
    const results = await Promise.all([30, 30].map((nanoUsd) => store.reserve([own], nanoUsd, { ...wait, maxMs: 1 })))
    expect([results.map(({ type }) => type), asked]).toEqual([['reserved', 'refused'], 1])
    expect(store.read(own)).toEqual({ spentNanoUsd: 60, reservedNanoUsd: 30 })
  })

  it('holds exactly what its reservations hold, whatever their order', () => {
    const attempts = fc.array(
      fc.record({ held: fc.integer({ min: 0, max: 60 }), spent: fc.integer({ min: 0, max: 60 }), settles: fc.boolean() }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(attempts, (list) => {
        const store = createMemoryBudgetStore({}, { setTimer: () => () => undefined })
        let [reserved, spent] = [0, 0]
        for (const attempt of list) {
          const result = store.reserve([own], attempt.held, wait)
          if (result instanceof Promise || result.type === 'refused') continue
          reserved += result.nanoUsd
          expect(spent + reserved).toBeLessThanOrEqual(own.limitNanoUsd)
          if (attempt.settles) {
            store.settle(result, Math.min(attempt.spent, result.nanoUsd))
            reserved -= result.nanoUsd
            spent += Math.min(attempt.spent, result.nanoUsd)
          }
          // Those who wait are let in by a settlement: then they hold too.
          const state = store.read(own)
          if (state instanceof Promise) return
          expect(state.spentNanoUsd).toBe(spent)
          reserved = state.reservedNanoUsd
        }
      }),
    )
  })
})

describe('a map of recent keys', () => {
  it('gives up what was not asked for while half of its room was filled anew', () => {
    const map = createRecentMap<number>(4)
    for (const [index, key] of ['a', 'b'].entries()) map.set(key, index)
    expect([map.get('a'), map.peek('b')]).toEqual([0, 1])
    map.set('c', 2)
    expect([[...map.keys()].sort(), map.size()]).toEqual([['a', 'c'], 2])
    map.delete('a')
    expect(map.keys()).toEqual(['c'])
  })

  it('never holds more than it may, and always the latest half', () => {
    const map = createRecentMap<number>(10)
    for (let index = 0; index < 1_000; index++) {
      map.set(`k${index}`, index)
      expect(map.size()).toBeLessThanOrEqual(10)
      for (let back = 0; back < Math.min(5, index + 1); back++) expect(map.peek(`k${index - back}`)).toBe(index - back)
    }
  })

  it('keeps what may not be forgotten', () => {
    const map = createRecentMap<number>(10, (value) => value !== 7)
    for (let index = 0; index < 100; index++) map.set(`k${index}`, index)
    expect(map.get('k7')).toBe(7)
  })
})
