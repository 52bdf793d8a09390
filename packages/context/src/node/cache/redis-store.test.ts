import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EntrySelector } from '../../cache/store/entry.ts'
import { createEnvelopeCodec, jsonCodec } from '../../cache/store/envelope.ts'
import { type LevelStateChange, withGuard } from '../../cache/store/guarded-store.ts'
import type { CacheStore } from '../../cache/store/store.ts'
import { type Deps, systemDeps } from '../../deps.ts'
import { describeCacheStore } from '../../testing/describe-cache-store.ts'
import { createFakeDeps } from '../../testing/fake-deps.ts'
import { entryOf, type TestValue } from '../../testing/store-entries.ts'
import { hasRedisServer, type RedisServer, startRedis } from './__fixtures__/redis-server.ts'
import { deflateCompressor } from './compressor.ts'
import { createRedisStore } from './redis-store.ts'

const envelope = createEnvelopeCodec<TestValue>({ codec: jsonCodec(), compressor: deflateCompressor, compressFromBytes: 1024 })
let prefixes = 0

describe.skipIf(!hasRedisServer)('with a real Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.kill())

  function storeOn(deps: Pick<Deps, 'now'>, prefix = `test${prefixes++}`): CacheStore<TestValue> {
    return createRedisStore({ url: server.url, maxBytes: 2_000_000, envelope, prefix, timeoutMs: 2000 }, deps)
  }

  describeCacheStore({ describe, it }, 'redis', { create: (deps) => storeOn(deps) })

  describe('the Redis level', () => {
    const deps = createFakeDeps(Date.now())

    it('shares answers between gateways, and their removal', async () => {
      const [one, other] = [storeOn(deps, 'shared'), storeOn(deps, 'shared')]
      await one.set('k', entryOf('a', deps, { tags: ['t'] }))
      expect((await other.get('k'))?.value.text).toBe('a')
      expect(await other.remove({ tag: 't' })).toBe(1)
      expect(await one.get('k')).toBeUndefined()
      await Promise.all([one.close(), other.close()])
    })

    /** The removals that a store hears of; `heard` resolves when there are so many. */
    const listenTo = (store: CacheStore<TestValue>) => {
      const selectors: EntrySelector[] = []
      let wake = (): void => undefined
      store.onRemoved?.((selector) => {
        selectors.push(selector)
        wake()
      })
      const heard = async (count: number): Promise<readonly EntrySelector[]> => {
        while (selectors.length < count) await new Promise<void>((resolve) => (wake = resolve))
        return selectors
      }
      return { selectors, heard }
    }

    it('tells others what one has removed, and not itself', async () => {
      const [one, other] = [storeOn(deps, 'told'), storeOn(deps, 'told')]
      const [own, theirs] = [listenTo(one), listenTo(other)]
      await Promise.all([one.get('k'), other.get('k')])
      for (let round = 0; theirs.selectors.length === 0; round++) await one.remove({ tag: `t${round}` })
      await one.remove({ user: 'u' })
      // Those before it may still be on their way.
      while (theirs.selectors.at(-1)?.user !== 'u') await theirs.heard(theirs.selectors.length + 1)
      expect(own.selectors).toEqual([])
      await Promise.all([one.close(), other.close()])
    })

    it('tells who has just started of people that were erased meanwhile, and of nothing else', async () => {
      const one = storeOn(deps, 'late')
      await one.remove({ user: 'u-1' })
      await one.remove({ tag: 't' })
      await one.remove({})
      await one.remove({ user: 'u-2', model: 'm' })
      const late = storeOn(deps, 'late')
      const { heard } = listenTo(late)
      await late.get('k')
      expect(await heard(2)).toEqual([{ user: 'u-1' }, { user: 'u-2', model: 'm' }])
      await Promise.all([one.close(), late.close()])
    })

    it('removes what it cannot read', async () => {
      const store = storeOn(deps, 'damaged')
      await store.set('k', entryOf('a', deps))
      const { createClient } = await import('@keyv/redis')
      const client = createClient({ url: server.url })
      await client.connect()
      await client.set('damaged::k', '{"value":{"e":"UFhBQwEA","i":{}}}')
      expect(await store.get('k')).toBeUndefined()
      expect(await client.exists('damaged::k')).toBe(0)
      expect((await store.figures()).entries).toBe(0)
      await store.set('other', entryOf('a', deps))
      await client.hSet('damaged:index', 'broken', 'no json')
      expect(await store.remove({ model: 'nobody' })).toBe(1)
      expect((await store.figures()).entries).toBe(1)
      client.destroy()
      await store.close()
    })
  })
})

describe.skipIf(!hasRedisServer)('a Redis that goes away', () => {
  it('is a miss at once, told once, and is used again when it is back', { timeout: 20_000 }, async () => {
    const server = await startRedis()
    const changes: LevelStateChange[] = []
    const store = createRedisStore<TestValue>({ url: server.url, maxBytes: 2_000_000, envelope }, systemDeps)
    const guarded = withGuard(store, { onStateChange: (change) => changes.push(change) }, systemDeps)
    const entry = entryOf('a', createFakeDeps(Date.now()))
    await guarded.set('k', entry)
    expect((await guarded.get('k'))?.value.text).toBe('a')

    await server.kill()
    for (let index = 0; index < 50; index++) expect(await guarded.get('k')).toBeUndefined()
    // Three look-ups found out; the others did not even try.
    expect(guarded.failures()).toBe(3)
    expect(changes.map(({ state }) => state)).toEqual(['down'])

    await server.restart()
    await until(() => guarded.state() === 'up')
    await guarded.set('k', entry)
    expect((await guarded.get('k'))?.value.text).toBe('a')
    expect(changes.map(({ state }) => state)).toEqual(['down', 'up'])
    await guarded.close()
    await server.kill()
  })

  it('is a miss when it accepts and does not answer, and is used again when it does', { timeout: 20_000 }, async () => {
    const server = await startRedis()
    const store = createRedisStore<TestValue>({ url: server.url, maxBytes: 2_000_000, envelope }, systemDeps)
    const guarded = withGuard(store, {}, systemDeps)
    await guarded.set('k', entryOf('a', createFakeDeps(Date.now())))
    server.freeze()
    for (let index = 0; index < 3; index++) expect(await guarded.get('k')).toBeUndefined()
    expect(guarded.state()).toBe('down')
    server.thaw()
    await until(() => guarded.state() === 'up')
    expect((await guarded.get('k'))?.value.text).toBe('a')
    await guarded.close()
    await server.kill()
  })

  it('was never there: every call rejects, soon, and the process lives', async () => {
    const store = createRedisStore<TestValue>({ url: 'redis://127.0.0.1:1', maxBytes: 2_000_000, envelope }, systemDeps)
    await expect(store.get('k')).rejects.toThrow()
    await expect(store.set('k', entryOf('a', createFakeDeps(Date.now())))).rejects.toThrow()
    await store.close()
  })
})

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20))
}
