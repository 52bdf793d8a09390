import { describe, expect, it } from 'vitest'
import { createFakeDeps } from '../../testing/fake-deps.ts'
import { entryOf, type TestValue } from '../../testing/store-entries.ts'
import { type LevelStateChange, withGuard } from './guarded-store.ts'
import { createMemoryStore } from './memory-store.ts'
import type { CacheStore } from './store.ts'

function setUp(fails: () => 'no' | 'yes' | 'hangs') {
  const deps = createFakeDeps()
  const inner: CacheStore<TestValue> = { ...createMemoryStore<TestValue>({ maxBytes: 2_000_000 }, deps), name: 'redis', timeoutMs: 150 }
  let calls = 0
  const run = <T>(work: () => Promise<T>): Promise<T> => {
    calls++
    if (fails() === 'hangs') return new Promise(() => undefined)
    return fails() === 'yes' ? Promise.reject(Object.assign(new Error('text of a prompt'), { code: 'ECONNREFUSED' })) : work()
  }
  const flaky: CacheStore<TestValue> = {
    ...inner,
    get: (key) => run(() => inner.get(key)),
    set: (key, entry) => run(() => inner.set(key, entry)),
  }
  const changes: LevelStateChange[] = []
  const store = withGuard(flaky, { onStateChange: (change) => changes.push(change) }, deps)
  return { deps, store, changes, calls: () => calls }
}

describe('a level under guard', () => {
  it('misses what fails, rests after three failures in a row, and is not asked while it rests', async () => {
    const { store, changes, calls } = setUp(() => 'yes')
    for (let index = 0; index < 10; index++) expect(await store.get('k')).toBeUndefined()
    expect(calls()).toBe(3)
    expect(store.failures()).toBe(3)
    expect(changes).toEqual([{ level: 'redis', state: 'down', reason: 'ECONNREFUSED' }])
    await store.close()
  })

  it('does not rest for failures that are not in a row', async () => {
    let turn = 0
    const { store } = setUp(() => (turn++ % 3 === 0 ? 'no' : 'yes'))
    for (let index = 0; index < 30; index++) await store.get('k')
    expect(store.state()).toBe('up')
  })

  it('gives a call up after its time', async () => {
    const { store, deps } = setUp(() => 'hangs')
    let isDone = false
    void store.get('k').then(() => {
      isDone = true
    })
    await deps.advance(149)
    expect(isDone).toBe(false)
    await deps.advance(1)
    await deps.advance(0)
    expect(isDone).toBe(true)
    expect(deps.pendingTimers()).toBe(0)
  })

  it('comes back by itself, and leaves no timer behind when it is closed', async () => {
    let state: 'no' | 'yes' = 'yes'
    const { store, deps, changes } = setUp(() => state)
    for (let index = 0; index < 3; index++) await store.set('k', entryOf('a', deps))
    await deps.advance(60_000)
    expect(store.state()).toBe('down')
    state = 'no'
    await deps.advance(5_000)
    expect(changes.map(({ state: now }) => now)).toEqual(['down', 'up'])
    await store.set('k', entryOf('a', deps))
    expect(await store.get('k')).toBeDefined()
    state = 'yes'
    for (let index = 0; index < 3; index++) await store.get('k')
    await store.close()
    expect(deps.pendingTimers()).toBe(0)
  })
})
