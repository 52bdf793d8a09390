import { describe, expect, it } from 'vitest'
import type { FoundKey, KeyChanges } from '../auth/key-store.ts'
import { createFoundKeys } from './found-keys.ts'
import { createKeyFeed } from './key-feed.ts'
import { createMemoryKeyStore } from './memory-key-store.ts'

const found = (id: string): FoundKey => ({
  key: {
    ...{ id, prefix: 'sk-x', name: id, role: 'user', models: ['*'], tags: [], metadata: {}, criticality: 'default' },
    ...{ isBlocked: false, createdAtMs: 0, updatedAtMs: 0, previous: [] },
  },
})

interface Asked {
  readonly digest: string
  readonly answer: (key: FoundKey | undefined) => void
}

function setUp() {
  const asked: Asked[] = []
  const keys = createFoundKeys({ find: (digest) => new Promise((answer) => void asked.push({ digest, answer })) })
  return { asked, keys }
}

describe('keys that were found', () => {
  it('are asked for once, also by many at the same time, and then known at once', async () => {
    const { asked, keys } = setUp()
    const waiting = [keys.find('d', 0), keys.find('d', 0)]
    expect(asked.map(({ digest }) => digest)).toEqual(['d'])
    asked[0]?.answer(found('one'))
    expect((await Promise.all(waiting)).map((key) => key?.key.id)).toEqual(['one', 'one'])
    expect(keys.find('d', 1)).toEqual(found('one'))
  })

  it('are not known by what nobody has, which is remembered for five seconds', async () => {
    const { asked, keys } = setUp()
    const first = keys.find('d', 0)
    asked[0]?.answer(undefined)
    await first
    expect([keys.find('d', 4_999), asked.length]).toEqual([undefined, 1])
    void keys.find('d', 5_000)
    expect(asked.length).toBe(2)
  })

  it('are forgotten when they change, by their ids; unknown ones are looked up again', async () => {
    const { asked, keys } = setUp()
    for (const id of ['one', 'two', 'none']) {
      const finding = keys.find(id, 0)
      asked.at(-1)?.answer(id === 'none' ? undefined : found(id))
      await finding
    }
    keys.forget({ ids: ['one'] })
    expect(keys.figures()).toEqual({ found: 1, unknown: 0 })
    keys.forget({ ids: undefined })
    expect(keys.figures()).toEqual({ found: 0, unknown: 0 })
  })

  it('are not kept when they change while they are looked up', async () => {
    const { asked, keys } = setUp()
    const finding = keys.find('d', 0)
    keys.forget({ ids: ['other'] })
    const again = keys.find('d', 0)
    expect(asked.length).toBe(2)
    asked[0]?.answer(found('stale'))
    expect([(await finding)?.key.id, keys.figures().found]).toEqual(['stale', 0])
    asked[1]?.answer(found('fresh'))
    await again
    expect(keys.find('d', 0)).toEqual(found('fresh'))
  })

  it('are looked up sixteen at a time, a thousand wait, and more are refused', async () => {
    const { asked, keys } = setUp()
    const waiting = Array.from({ length: 1_016 }, (_, n) => keys.find(`d-${n}`, 0))
    expect(asked.length).toBe(16)
    await expect(keys.find('one more', 0)).rejects.toMatchObject({ code: 'overloaded' })
    for (let n = 0; n < 1_016; n++) {
      asked[n]?.answer(undefined)
      await waiting[n]
    }
    expect(asked.length).toBe(1_016)
  })

  it('are bounded, unknown ones too', async () => {
    const keys = createFoundKeys({ find: async (digest) => (digest.startsWith('k') ? found(digest) : undefined) })
    for (let n = 0; n < 10_050; n++) await Promise.all([keys.find(`k${n}`, 0), keys.find(`u${n}`, 0)])
    expect(keys.figures()).toEqual({ found: 10_000, unknown: 10_000 })
  })
})

describe('the feed of changes', () => {
  function watch(changes: () => Promise<KeyChanges>, knows = 1) {
    let nowMs = 0
    const timers: { readonly run: () => void; readonly ms: number; stopped: boolean }[] = []
    const deps = {
      monotonicNow: () => nowMs,
      setTimer: (run: () => void, ms: number) => {
        const timer = { run, ms, stopped: false }
        timers.push(timer)
        return () => {
          timer.stopped = true
        }
      },
    }
    const store = { ...createMemoryKeyStore(), changesAfter: changes }
    const forgotten: (readonly string[] | undefined)[] = []
    const feed = createKeyFeed({
      store,
      found: { ...createFoundKeys(store), figures: () => ({ found: knows, unknown: 0 }), forget: ({ ids }) => void forgotten.push(ids) },
      deps,
    })
    /** Runs the latest timer of a length. */
    const tick = async (ms: number): Promise<void> => {
      nowMs += ms
      timers
        .filter((timer) => timer.ms === ms)
        .at(-1)
        ?.run()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return { feed, forgotten, tick, timers, store }
  }

  it('is looked at more than three times a second, and forgets what it names', async () => {
    let answer: KeyChanges = { sequence: 5, ids: [] }
    const { feed, forgotten, tick } = watch(async () => answer)
    feed.start()
    await tick(300)
    expect(forgotten).toEqual([undefined])
    answer = { sequence: 6, ids: ['one'] }
    await tick(300)
    answer = { sequence: 6, ids: [] }
    await tick(300)
    expect(forgotten).toEqual([undefined, ['one']])
  })

  it('asks nobody while no key is known', async () => {
    let looks = 0
    const { feed, tick } = watch(async () => ({ sequence: looks++, ids: [] }), 0)
    feed.start()
    await tick(300)
    expect(looks).toBe(0)
  })

  it('trusts what it knows while the store is away, but not for more than five minutes', async () => {
    let isAway = false
    const { feed, forgotten, tick } = watch(async () => {
      if (isAway) throw new Error('away')
      return { sequence: 1, ids: [] }
    })
    feed.start()
    await tick(300)
    isAway = true
    for (let n = 0; n < 1_000; n++) await tick(300)
    expect([forgotten.length, feed.failingSinceMs()]).toEqual([1, 600])
    await tick(300)
    expect(forgotten.length).toBe(2)
    isAway = false
    await tick(300)
    expect(feed.failingSinceMs()).toBeUndefined()
  })

  it('writes uses down together, and what is left at the end', async () => {
    const { feed, tick, store, timers } = watch(async () => ({ sequence: 0, ids: [] }))
    await store.create(found('one').key, { digest: 'd', prefix: 'sk-x' })
    feed.start()
    feed.use('one', 10)
    feed.use('one', 20)
    expect(feed.lastUse('one')).toBe(20)
    await tick(5_000)
    expect([feed.lastUse('one'), (await store.get('one'))?.lastUsedAtMs]).toEqual([undefined, 20])
    feed.use('one', 30)
    await feed.close()
    expect((await store.get('one'))?.lastUsedAtMs).toBe(30)
    expect(timers.filter(({ stopped }) => stopped).length).toBe(2)
  })
})
