import { describe, expect, it } from 'vitest'
import { createFakeDeps } from '../../testing/fake-deps.ts'
import { entryOf, type TestValue } from '../../testing/store-entries.ts'
import type { KeyedEntry } from './entry.ts'
import { withGuard } from './guarded-store.ts'
import { createMemoryStore } from './memory-store.ts'
import { createWriteBehind } from './write-behind.ts'

/** A level that takes many entries at once, and whose writes end when told. */
function setUp() {
  const deps = createFakeDeps()
  const batches: (readonly string[])[] = []
  let isHeld = false
  let isBroken = false
  let release: (() => void) | undefined
  const setMany = async (entries: readonly KeyedEntry<TestValue>[]): Promise<void> => {
    batches.push(entries.map(([key]) => key))
    if (isHeld) await new Promise<void>((resolve) => (release = resolve))
    if (isBroken) throw new Error('full')
  }
  const store = { ...createMemoryStore<TestValue>({ maxBytes: 1_000 }, deps), name: 'disk', setMany }
  const guarded = withGuard<TestValue>(store, {}, deps)
  const behind = createWriteBehind(guarded, deps)
  const put = (key: string, bytes = 100): void => behind.put({ key, entry: entryOf(key, deps), bytes })
  const hold = (): void => {
    isHeld = true
  }
  const breakDown = (): void => {
    isBroken = true
  }
  return { deps, batches, guarded, behind, put, hold, breakDown, release: () => release?.() }
}

describe('writing behind', () => {
  it('writes what has gathered together, after its delay, with one timer', async () => {
    const { deps, batches, put } = setUp()
    for (const key of ['a', 'b', 'c']) put(key)
    expect(deps.pendingTimers()).toBe(1)
    await deps.advance(99)
    expect(batches).toEqual([])
    await deps.advance(1)
    expect(batches).toEqual([['a', 'b', 'c']])
    expect(deps.pendingTimers()).toBe(0)
  })

  it('shows what is not written yet, and what is being written', async () => {
    const { deps, behind, put, hold, release } = setUp()
    hold()
    put('a')
    expect(behind.get('a')?.value.text).toBe('a')
    await deps.advance(100)
    expect(behind.get('a')?.value.text).toBe('a')
    release()
    await deps.advance(0)
    expect(behind.get('a')).toBeUndefined()
  })

  it('writes a key once that is put twice, the later entry', async () => {
    const { deps, batches, behind, put } = setUp()
    put('a')
    behind.put({ key: 'a', entry: entryOf('later', deps), bytes: 100 })
    expect(behind.get('a')?.value.text).toBe('later')
    await behind.flush()
    expect(batches).toEqual([['a']])
  })

  it('writes large gatherings in several batches', async () => {
    const { batches, behind, put } = setUp()
    for (let index = 0; index < 1200; index++) put(`k${index}`)
    await behind.flush()
    expect(batches.map(({ length }) => length)).toEqual([512, 512, 176])
  })

  it('drops and counts what it has no room for', () => {
    const { behind, put } = setUp()
    for (let index = 0; index < 2100; index++) put(`k${index}`)
    expect(behind.dropped()).toBe(52)
    const large = setUp()
    for (let index = 0; index < 5; index++) large.put(`k${index}`, 20_000_000)
    expect(large.behind.dropped()).toBe(3)
  })

  it('flushes what comes while it writes, too', async () => {
    const { deps, batches, behind, put, hold, release } = setUp()
    hold()
    put('a')
    const flushed = behind.flush()
    put('b')
    await deps.advance(0)
    release()
    await deps.advance(0)
    release()
    await flushed
    expect(batches).toEqual([['a'], ['b']])
  })

  it('loses a batch that fails, and stops when the level is down', async () => {
    const { behind, guarded, put, breakDown, batches } = setUp()
    breakDown()
    for (let index = 0; index < 5; index++) {
      put(`k${index}`)
      await behind.flush()
    }
    expect([guarded.state(), guarded.failures(), batches.length]).toEqual(['down', 3, 3])
    await guarded.close()
  })
})
