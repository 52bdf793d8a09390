import { describe, expect, it } from 'vitest'
import { describeCacheStore } from '../../testing/describe-cache-store.ts'
import { createFakeDeps } from '../../testing/fake-deps.ts'
import { entryOf, noise, type TestValue } from '../../testing/store-entries.ts'
import { createMemoryStore } from './memory-store.ts'

describeCacheStore({ describe, it }, 'memory', { create: (deps) => createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, deps) })

describe('the memory level', () => {
  it('keeps what is asked for often when much passes by once', () => {
    const deps = createFakeDeps()
    const store = createMemoryStore<TestValue>({ maxBytes: 200_000 }, deps)
    for (let index = 0; index < 50; index++) store.put(`hot${index}`, entryOf(noise(1000, index), deps))
    for (let task = 0; task < 5; task++) for (let index = 0; index < 50; index++) store.peek(`hot${index}`)
    for (let index = 0; index < 2000; index++) {
      if (store.peek(`once${index}`) === undefined) store.put(`once${index}`, entryOf(noise(1000, index), deps))
      if (index % 20 === 0) store.peek(`hot${(index / 20) % 50}`)
    }
    const left = Array.from({ length: 50 }, (_, index) => store.peek(`hot${index}`)).filter((entry) => entry !== undefined)
    expect(left.length).toBeGreaterThanOrEqual(48)
  })

  it('prefers what was expensive where both are asked for alike', () => {
    const deps = createFakeDeps()
    const store = createMemoryStore<TestValue>({ maxBytes: 100_000 }, deps)
    for (let index = 0; index < 400; index++) {
      const costNanoUsd = index % 2 === 0 ? 100_000_000 : 100
      store.put(`k${index}`, entryOf(noise(1000, index), deps, { costNanoUsd }))
    }
    const held = Array.from({ length: 400 }, (_, index) => index).filter((index) => store.peek(`k${index}`) !== undefined)
    const expensive = held.filter((index) => index % 2 === 0)
    expect(expensive.length / held.length).toBeGreaterThan(0.8)
  })

  it('shrinks on demand and counts it', () => {
    const deps = createFakeDeps()
    const store = createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, deps)
    for (let index = 0; index < 100; index++) store.put(`k${index}`, entryOf(noise(5000, index), deps))
    const gone = store.shrinkTo(100_000)
    expect(store.figuresNow()).toMatchObject({ evictions: gone, entries: 100 - gone })
    expect(store.figuresNow().bytes).toBeLessThanOrEqual(100_000)
  })

  it('does not let an older answer replace a newer one', () => {
    const deps = createFakeDeps()
    const store = createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, deps)
    store.put('k', entryOf('new', deps))
    store.put('k', entryOf('old', deps, { storedAtMs: deps.now() - 1 }))
    expect(store.peek('k')?.value.text).toBe('new')
  })
})
