import { describe, expect, it } from 'vitest'
import { describeCacheStore } from '../../testing/describe-cache-store.ts'
import { createFakeDeps, type FakeDeps } from '../../testing/fake-deps.ts'
import { entryOf, type TestValue } from '../../testing/store-entries.ts'
import { type GuardedStore, withGuard } from './guarded-store.ts'
import { createMemoryStore, type MemoryStore } from './memory-store.ts'
import type { CacheStore } from './store.ts'
import { createTieredStore } from './tiered-store.ts'

function level(
  name: 'disk' | 'redis',
  deps: FakeDeps,
  maxBytes = 4_000_000,
): { readonly inner: MemoryStore<TestValue>; readonly guarded: GuardedStore<TestValue> } {
  const inner = createMemoryStore<TestValue>({ maxBytes }, deps)
  return { inner, guarded: withGuard({ ...inner, name }, {}, deps) }
}

/** All tiers seen as one store; its figures are those of the memory level. */
function asStore(deps: FakeDeps): CacheStore<TestValue> {
  const memory = createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, deps)
  // The lower level holds nothing that memory gave up, so that the bounds of the whole can be seen.
  const tiers = createTieredStore({ memory, stores: [level('disk', deps, 1).guarded, level('redis', deps, 1).guarded] }, deps)
  return {
    ...memory,
    get: async (key) => tiers.peek(key) ?? (await tiers.lookup(key))?.entry,
    set: async (key, entry) => tiers.put(key, entry, true),
    remove: async (selector) => (await tiers.remove(selector))['memory'] ?? 0,
    sweep: tiers.sweep,
    close: tiers.close,
  }
}

describeCacheStore({ describe, it }, 'tiers', { create: asStore })

describe('levels together', () => {
  it('look further down only as far as needed, and bring what they find up', async () => {
    const deps = createFakeDeps()
    const memory = createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, deps)
    const [disk, redis] = [level('disk', deps), level('redis', deps)]
    const tiers = createTieredStore({ memory, stores: [disk.guarded, redis.guarded] }, deps)
    redis.inner.put('k', entryOf('far', deps))
    expect(await tiers.lookup('k')).toMatchObject({ level: 'redis', entry: { value: { text: 'far' } } })
    await tiers.flush()
    expect(memory.peek('k')?.value.text).toBe('far')
    expect(disk.inner.peek('k')?.value.text).toBe('far')
    expect((await tiers.figures()).map(({ level, misses }) => [level, misses])).toEqual([
      ['memory', 0],
      ['disk', 1],
      ['redis', 0],
    ])
  })

  it('do not bring up what was removed while it was being read', async () => {
    const deps = createFakeDeps()
    const memory = createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, deps)
    const { inner, guarded } = level('disk', deps)
    inner.put('k', entryOf('old', deps))
    const tiers = createTieredStore({ memory, stores: [guarded] }, deps)
    const finding = tiers.lookup('k')
    const removing = tiers.remove({})
    expect(await finding).toBeUndefined()
    await removing
    expect(memory.peek('k')).toBeUndefined()
  })

  it('do not preload what was removed meanwhile', async () => {
    const deps = createFakeDeps()
    const memory = createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, deps)
    const { inner, guarded } = level('disk', deps)
    inner.put('k', entryOf('old', deps))
    const tiers = createTieredStore({ memory, stores: [guarded] }, deps)
    const loading = tiers.preload(10)
    await tiers.remove({})
    expect(await loading).toBe(0)
    expect(memory.peek('k')).toBeUndefined()
  })

  it('drop writes that a slow level cannot keep up with, and count them', async () => {
    const deps = createFakeDeps()
    const memory = createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, deps)
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const slow = withGuard<TestValue>({ ...createMemoryStore<TestValue>({ maxBytes: 1 }, deps), name: 'disk', set: () => held }, {}, deps)
    const tiers = createTieredStore({ memory, stores: [slow] }, deps)
    for (let index = 0; index < 300; index++) tiers.put(`k${index}`, entryOf('a', deps), true)
    expect(tiers.droppedWrites()).toBe(44)
    release()
    await tiers.flush()
  })
})
