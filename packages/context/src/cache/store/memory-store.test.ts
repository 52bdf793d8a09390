import { describe, expect, it } from 'vitest'
import { createFakeWorld } from '../__fixtures__/fake-world.ts'
import { describeStore, entryOf, noise, type TestValue } from '../__fixtures__/store-contract.ts'
import { createMemoryStore } from './memory-store.ts'

describeStore('memory', { create: (world) => createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, world) })

describe('the memory level', () => {
  it('keeps what is asked for often when much passes by once', () => {
    const world = createFakeWorld()
    const store = createMemoryStore<TestValue>({ maxBytes: 200_000 }, world)
    for (let index = 0; index < 50; index++) store.put(`hot${index}`, entryOf(noise(1000, index), world))
    for (let round = 0; round < 5; round++) for (let index = 0; index < 50; index++) store.peek(`hot${index}`)
    for (let index = 0; index < 2000; index++) {
      if (store.peek(`once${index}`) === undefined) store.put(`once${index}`, entryOf(noise(1000, index), world))
      if (index % 20 === 0) store.peek(`hot${(index / 20) % 50}`)
    }
    const left = Array.from({ length: 50 }, (_, index) => store.peek(`hot${index}`)).filter((entry) => entry !== undefined)
    expect(left.length).toBeGreaterThanOrEqual(48)
  })

  it('prefers what was expensive where both are asked for alike', () => {
    const world = createFakeWorld()
    const store = createMemoryStore<TestValue>({ maxBytes: 100_000 }, world)
    for (let index = 0; index < 400; index++) {
      const costNanoUsd = index % 2 === 0 ? 100_000_000 : 100
      store.put(`k${index}`, entryOf(noise(1000, index), world, { costNanoUsd }))
    }
    const held = Array.from({ length: 400 }, (_, index) => index).filter((index) => store.peek(`k${index}`) !== undefined)
    const expensive = held.filter((index) => index % 2 === 0)
    expect(expensive.length / held.length).toBeGreaterThan(0.8)
  })

  it('shrinks on demand and counts it', () => {
    const world = createFakeWorld()
    const store = createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, world)
    for (let index = 0; index < 100; index++) store.put(`k${index}`, entryOf(noise(5000, index), world))
    const gone = store.shrinkTo(100_000)
    expect(store.figuresNow()).toMatchObject({ evictions: gone, entries: 100 - gone })
    expect(store.figuresNow().bytes).toBeLessThanOrEqual(100_000)
  })

  it('does not let an older answer replace a newer one', () => {
    const world = createFakeWorld()
    const store = createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, world)
    store.put('k', entryOf('new', world))
    store.put('k', entryOf('old', world, { storedAtMs: world.now() - 1 }))
    expect(store.peek('k')?.value.text).toBe('new')
  })
})
