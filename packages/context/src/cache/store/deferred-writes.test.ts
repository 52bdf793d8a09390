import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeDeps } from '../../testing/fake-deps.ts'
import { entryOf, noise, type TestValue } from '../../testing/store-entries.ts'
import type { KeyedEntry } from './entry.ts'
import { withGuard } from './guarded-store.ts'
import { createMemoryStore } from './memory-store.ts'
import { createTieredStore } from './tiered-store.ts'
import { createTokenBucket } from './write-admission.ts'

function setUp(firstWrites = { perSecond: 10, burst: 2 }, maxBytes = 10_000_000) {
  const deps = createFakeDeps()
  const written: string[] = []
  const setMany = async (entries: readonly KeyedEntry<TestValue>[]): Promise<void> => {
    for (const [key] of entries) written.push(key)
  }
  const disk = { ...createMemoryStore<TestValue>({ maxBytes: 1 }, deps), name: 'disk', setMany }
  const memory = createMemoryStore<TestValue>({ maxBytes }, deps)
  const tiers = createTieredStore({ memory, stores: [withGuard<TestValue>(disk, {}, deps)], firstWrites }, deps)
  const put = (key: string, isFirst = true): void => tiers.put(key, entryOf(noise(1000, key.length), deps), isFirst)
  return { deps, tiers, put, written }
}

describe('first writes', () => {
  it('reach the disk within the limit, and wait in memory beyond it', async () => {
    const { deps, tiers, put, written } = setUp()
    for (const key of ['a', 'b', 'c', 'd']) put(key)
    await deps.advance(100)
    expect(written).toEqual(['a', 'b'])
    expect(tiers.firstWrites()).toEqual({ admitted: 2, deferred: 2, writtenLater: 0 })
  })

  it('are made up for when the answer is asked for again, once', async () => {
    const { deps, tiers, put, written } = setUp()
    for (const key of ['a', 'b', 'c', 'd']) put(key)
    tiers.peek('c')
    tiers.peek('c')
    await deps.advance(200)
    tiers.peek('c')
    await deps.advance(200)
    expect(written).toEqual(['a', 'b', 'c'])
    expect(tiers.firstWrites().writtenLater).toBe(1)
  })

  it('do not wait where the entry replaces another', async () => {
    const { deps, put, written } = setUp()
    for (const key of ['a', 'b', 'c']) put(key)
    put('c')
    put('d', false)
    await deps.advance(100)
    expect(written).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are made up for at the end, the best first', async () => {
    const { tiers, put, written } = setUp({ perSecond: 0, burst: 0 })
    for (let index = 0; index < 600; index++) put(`k${index}`)
    await tiers.flush()
    expect(written).toEqual([])
    await tiers.close()
    expect(new Set(written).size).toBe(600)
  })

  it('are bounded in bytes at the end', async () => {
    const { deps, tiers, written } = setUp({ perSecond: 0, burst: 0 }, 100_000_000)
    const large = noise(1_000_000, 1)
    for (let index = 0; index < 40; index++) tiers.put(`k${index}`, entryOf(large, deps), true)
    await tiers.close()
    expect(written.length).toBe(16)
  })

  it('are not made up for once the entry is removed', async () => {
    const { tiers, put, written } = setUp({ perSecond: 0, burst: 0 })
    put('a')
    await tiers.remove({})
    await tiers.close()
    expect(written).toEqual([])
  })

  it('of the better ones that give way are made up for, within a quarter of the limit', async () => {
    const { deps, tiers, put, written } = setUp({ perSecond: 0, burst: 40 }, 100_000)
    for (let index = 0; index < 1000; index++) put(`k${index}`)
    await deps.advance(100)
    expect(written.length).toBe(50)
    expect(tiers.firstWrites()).toEqual({ admitted: 40, deferred: 960, writtenLater: 10 })
  })
})

describe('a token bucket', () => {
  it('never admits more than its burst and its rate', () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat(2000), asks: fc.nat(60) }))
    fc.assert(
      fc.property(steps, (all) => {
        let nowMs = 0
        const take = createTokenBucket({ perSecond: 20, burst: 10 }, { now: () => nowMs })
        let admitted = 0
        for (const { waitMs, asks } of all) {
          nowMs += waitMs
          for (let ask = 0; ask < asks; ask++) if (take()) admitted++
        }
        expect(admitted).toBeLessThanOrEqual(10 + (nowMs * 20) / 1000 + 1e-6)
      }),
    )
  })
})
