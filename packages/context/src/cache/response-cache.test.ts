import { describe, expect, it } from 'vitest'
import { createFakeDeps, type FakeDeps } from '../testing/fake-deps.ts'
import { createProvider, type FakeKinds, facts, folding, questionOf, stays, textOf } from './__fixtures__/fake-answers.ts'
import type { FetchAnswer } from './answer.ts'
import { noDirectives } from './policy/directives.ts'
import { createResponseCache } from './response-cache.ts'
import type { CacheRequest, CacheResult, ResponseCache, ResponseCacheOptions } from './response-cache-types.ts'
import type { EntrySelector } from './store/entry.ts'
import { createMemoryStore } from './store/memory-store.ts'
import type { CacheStore } from './store/store.ts'

function setUp(options: Partial<ResponseCacheOptions<FakeKinds>> = {}): {
  readonly cache: ResponseCache<FakeKinds>
  readonly deps: FakeDeps
} {
  const deps = createFakeDeps()
  return { deps, cache: createResponseCache<FakeKinds>({ streams: folding, ...options }, deps) }
}

/** A level that is slower than memory, by its word only. */
function slower(deps: FakeDeps, name: 'disk' | 'redis' = 'disk'): CacheStore<FakeKinds['whole']> {
  return { ...createMemoryStore<FakeKinds['whole']>({ maxBytes: 1_000_000 }, deps), name }
}

async function said(result: CacheResult<FakeKinds> | Promise<CacheResult<FakeKinds>>): Promise<readonly [string, string | undefined]> {
  const { status, ...rest } = await result
  return [status, 'answer' in rest ? await textOf(rest.answer) : undefined]
}

describe('asking the cache', () => {
  it('answers the second time from memory, without a promise', async () => {
    const { cache, deps } = setUp()
    const { whole, calls } = createProvider()
    expect(await said(cache.getOrFetch(questionOf('hi'), whole, stays))).toEqual(['miss', 'answer 1'])
    await deps.advance(5500)
    expect(cache.getOrFetch(questionOf('hi'), whole, stays)).toEqual({
      status: 'hit',
      level: 'memory',
      ageSeconds: 5,
      savedNanoUsd: 1000,
      answer: { type: 'whole', text: 'answer 1' },
    })
    expect(calls()).toBe(1)
  })

  it('serves one entry to those who want a stream and those who want it whole', async () => {
    const { cache } = setUp()
    const { stream, calls } = createProvider()
    expect(await said(cache.getOrFetch(questionOf('hi', { stream: true }), stream, stays))).toEqual(['miss', 'answer 1'])
    expect(await said(cache.getOrFetch(questionOf('hi'), stream, stays))).toEqual(['hit', 'answer 1'])
    expect(calls()).toBe(1)
  })

  it('never gives one tenant what another had asked, unless they share', async () => {
    const apart = setUp().cache
    const { whole } = createProvider()
    await said(apart.getOrFetch(questionOf('hi', { tenant: 'alice' }), whole, stays))
    expect(await said(apart.getOrFetch(questionOf('hi', { tenant: 'bob' }), whole, stays))).toEqual(['miss', 'answer 2'])
    const together = setUp({ scope: 'shared' }).cache
    await said(together.getOrFetch(questionOf('hi', { tenant: 'alice' }), whole, stays))
    expect(await said(together.getOrFetch(questionOf('hi', { tenant: 'bob' }), whole, stays))).toEqual(['hit', 'answer 3'])
  })

  it('goes its own way for a request that is not deterministic', async () => {
    const { cache } = setUp()
    const { whole } = createProvider()
    const question = questionOf('hi', { request: { model: 'm', prompt: 'hi', temperature: 1 } })
    expect(await said(cache.getOrFetch(question, whole, stays))).toEqual(['bypass', 'answer 1'])
    expect(await said(cache.getOrFetch(question, whole, stays))).toEqual(['bypass', 'answer 2'])
  })

  it.each([[['length']], [['content_filter']], [[]]])('does not store an answer that ended with %j', async (finishReasons) => {
    const { cache } = setUp()
    const fetch = async () => ({ answer: { type: 'whole', text: 'a' } as const, facts: () => ({ ...facts, finishReasons }) })
    await said(cache.getOrFetch(questionOf('hi'), fetch, stays))
    expect(await said(cache.getOrFetch(questionOf('hi'), fetch, stays))).toEqual(['miss', 'a'])
    expect(await cache.figures()).toMatchObject({ stored: 0, notStored: 2 })
  })

  it('does not let a failure to judge an answer fail the answer', async () => {
    const { cache } = setUp()
    const fetch = async () => ({
      answer: { type: 'whole', text: 'a' } as const,
      facts: () => {
        throw new Error('broken')
      },
    })
    expect(await said(cache.getOrFetch(questionOf('hi'), fetch, stays))).toEqual(['miss', 'a'])
  })
})

describe('what the client says about the cache', () => {
  async function afterOne(
    directives: CacheRequest<FakeKinds>['directives'],
    waitMs = 0,
  ): Promise<readonly (readonly [string, string | undefined])[]> {
    const { cache, deps } = setUp()
    const { whole } = createProvider()
    await said(cache.getOrFetch(questionOf('hi'), whole, stays))
    await deps.advance(waitMs)
    const second = await said(cache.getOrFetch(questionOf('hi', { directives }), whole, stays))
    return [second, await said(cache.getOrFetch(questionOf('hi'), whole, stays))]
  }

  it.each([
    [
      'no-store: nothing given, nothing kept',
      { lookup: false, store: false, isPrivate: true },
      0,
      ['bypass', 'answer 2'],
      ['hit', 'answer 1'],
    ],
    ['no-cache: a new answer, and kept', { lookup: false }, 0, ['miss', 'answer 2'], ['hit', 'answer 2']],
    ["LiteLLM's no-store: given, not kept", { store: false }, 0, ['hit', 'answer 1'], ['hit', 'answer 1']],
    ['max-age that suffices', { maxAgeSeconds: 60 }, 60_000, ['hit', 'answer 1'], ['hit', 'answer 1']],
    ['max-age that does not', { maxAgeSeconds: 59 }, 60_000, ['miss', 'answer 2'], ['hit', 'answer 2']],
    ['only-if-cached', { onlyIfCached: true }, 0, ['hit', 'answer 1'], ['hit', 'answer 1']],
    ['only-if-cached and a namespace', { onlyIfCached: true, namespace: 'n' }, 0, ['unavailable', undefined], ['hit', 'answer 1']],
  ] as const)('%s', async (_name, directives, waitMs, second, third) => {
    expect(await afterOne({ ...noDirectives, ...directives }, waitMs)).toEqual([second, third])
  })

  it('keeps an answer fresh for as long as the client says', async () => {
    const { cache, deps } = setUp()
    const { whole } = createProvider()
    await said(cache.getOrFetch(questionOf('hi', { directives: { ...noDirectives, ttlSeconds: 10 } }), whole, stays))
    await deps.advance(9_999)
    expect((await said(cache.getOrFetch(questionOf('hi'), whole, stays)))[0]).toBe('hit')
    await deps.advance(1)
    expect((await said(cache.getOrFetch(questionOf('hi'), whole, stays)))[0]).toBe('miss')
  })
})

it('keeps no answer fresh for longer than the operator allows, whatever the client says', async () => {
  const { cache, deps } = setUp({ freshness: { ttlMs: 1000, maxTtlMs: 5000, staleIfErrorMs: 0 } })
  const { whole } = createProvider()
  await said(cache.getOrFetch(questionOf('hi', { directives: { ...noDirectives, ttlSeconds: 31_536_000 } }), whole, stays))
  await deps.advance(4999)
  expect((await said(cache.getOrFetch(questionOf('hi'), whole, stays)))[0]).toBe('hit')
  await deps.advance(1)
  expect((await said(cache.getOrFetch(questionOf('hi'), whole, stays)))[0]).toBe('miss')
})

it('forgets what another process has removed from a level that both share, in the levels that are its own', async () => {
  const deps = createFakeDeps()
  const listeners: ((selector: EntrySelector) => void)[] = []
  const own = slower(deps)
  const shared = { ...slower(deps, 'redis'), onRemoved: (listener: (selector: EntrySelector) => void) => void listeners.push(listener) }
  const cache = createResponseCache<FakeKinds>({ streams: folding, stores: [own, shared], pseudonym: (user) => `P(${user})` }, deps)
  const { whole } = createProvider()
  await said(cache.getOrFetch(questionOf('theirs', { user: 'u' }), whole, stays))
  await said(cache.getOrFetch(questionOf('others', { user: 'v' }), whole, stays))
  await cache.flush()
  await shared.remove({ user: 'P(u)' })
  for (const listener of listeners) listener({ user: 'P(u)' })
  await new Promise((resolve) => setImmediate(resolve))
  expect((await said(cache.getOrFetch(questionOf('theirs', { user: 'u' }), whole, stays)))[0]).toBe('miss')
  expect((await said(cache.getOrFetch(questionOf('others', { user: 'v' }), whole, stays)))[0]).toBe('hit')
})

describe('answers that grow old', () => {
  const freshness = { ttlMs: 1000, maxTtlMs: 1000, staleWhileRevalidateMs: 1000, staleIfErrorMs: 10_000 }

  it('gives a stale answer at once, and fetches a new one meanwhile', async () => {
    const { cache, deps } = setUp({ freshness })
    const { whole, calls } = createProvider()
    await said(cache.getOrFetch(questionOf('hi'), whole, stays))
    await deps.advance(1500)
    expect(await said(cache.getOrFetch(questionOf('hi'), whole, stays))).toEqual(['stale', 'answer 1'])
    await deps.advance(0)
    expect(await said(cache.getOrFetch(questionOf('hi'), whole, stays))).toEqual(['hit', 'answer 2'])
    expect(calls()).toBe(2)
  })

  it('gives a stale answer when no new one can be had, and the error when there is none either', async () => {
    const { cache, deps } = setUp({ freshness })
    const { whole } = createProvider((call) => (call === 1 ? 'old' : new Error('down')))
    await said(cache.getOrFetch(questionOf('hi'), whole, stays))
    await deps.advance(5000)
    expect(await said(cache.getOrFetch(questionOf('hi'), whole, stays))).toEqual(['stale', 'old'])
    await expect(cache.getOrFetch(questionOf('other'), whole, stays)).rejects.toThrow('down')
    await deps.advance(8000)
    await expect(cache.getOrFetch(questionOf('hi'), whole, stays)).rejects.toThrow('down')
  })

  it('lets the caller say which errors a stale answer is better than', async () => {
    const { cache, deps } = setUp({ freshness, servesStaleOn: () => false })
    const { whole } = createProvider((call) => (call === 1 ? 'old' : new Error('your fault')))
    await said(cache.getOrFetch(questionOf('hi'), whole, stays))
    await deps.advance(5000)
    await expect(cache.getOrFetch(questionOf('hi'), whole, stays)).rejects.toThrow('your fault')
  })

  it('keeps answers fresh longer the more they are asked for, up to the bound', async () => {
    const { cache, deps } = setUp({ freshness: { ttlMs: 10_000, maxTtlMs: 30_000, staleIfErrorMs: 0 } })
    const { whole } = createProvider()
    await said(cache.getOrFetch(questionOf('rare'), whole, stays))
    await said(cache.getOrFetch(questionOf('often'), whole, stays))
    for (let again = 0; again < 8; again++) await said(cache.getOrFetch(questionOf('often'), whole, stays))
    await deps.advance(15_000)
    expect((await said(cache.getOrFetch(questionOf('rare'), whole, stays)))[0]).toBe('miss')
    expect((await said(cache.getOrFetch(questionOf('often'), whole, stays)))[0]).toBe('hit')
    await deps.advance(15_000)
    expect((await said(cache.getOrFetch(questionOf('often'), whole, stays)))[0]).toBe('miss')
  })
})

describe('the levels below', () => {
  /** A store that a cache before this one has filled with the answer to `hi`. */
  async function filledStore(deps: FakeDeps, fetch: FetchAnswer<FakeKinds>): Promise<CacheStore<FakeKinds['whole']>> {
    const store = slower(deps)
    const before = createResponseCache<FakeKinds>({ streams: folding, stores: [store] }, deps)
    await said(before.getOrFetch(questionOf('hi'), fetch, stays))
    await before.flush()
    return store
  }

  it('answers from a slower level, and from memory ever after', async () => {
    const deps = createFakeDeps()
    const { whole, calls } = createProvider()
    const store = await filledStore(deps, whole)
    const after = createResponseCache<FakeKinds>({ streams: folding, stores: [store] }, deps)
    expect(await after.getOrFetch(questionOf('hi'), whole, stays)).toMatchObject({ status: 'hit', level: 'disk' })
    expect(after.getOrFetch(questionOf('hi'), whole, stays)).toMatchObject({ status: 'hit', level: 'memory' })
    expect(calls()).toBe(1)
  })

  it('answers only-if-cached from a slower level', async () => {
    const deps = createFakeDeps()
    const { whole } = createProvider()
    const store = await filledStore(deps, whole)
    const after = createResponseCache<FakeKinds>({ streams: folding, stores: [store] }, deps)
    const question = questionOf('hi', { directives: { ...noDirectives, onlyIfCached: true } })
    expect(await said(after.getOrFetch(question, whole, stays))).toEqual(['hit', 'answer 1'])
  })

  it('goes on when a level fails, and says so once', async () => {
    const deps = createFakeDeps()
    const broken: CacheStore<FakeKinds['whole']> = {
      ...slower(deps),
      get: () => Promise.reject(new TypeError('secret prompt')),
      set: () => Promise.reject(new Error('no')),
    }
    const changes: unknown[] = []
    const cache = createResponseCache<FakeKinds>(
      { streams: folding, stores: [broken], onStateChange: (change) => changes.push(change) },
      deps,
    )
    const { whole } = createProvider()
    for (let index = 0; index < 10; index++) expect((await said(cache.getOrFetch(questionOf(`q${index}`), whole, stays)))[0]).toBe('miss')
    expect(changes).toEqual([{ level: 'disk', state: 'down', reason: expect.stringMatching(/^(TypeError|Error)$/) as string }])
    expect((await said(cache.getOrFetch(questionOf('q1'), whole, stays)))[0]).toBe('hit')
    await cache.close()
  })

  it('brings the best entries into memory at the start', async () => {
    const deps = createFakeDeps()
    const { whole } = createProvider()
    const store = await filledStore(deps, whole)
    const after = createResponseCache<FakeKinds>({ streams: folding, stores: [store], preload: 10 }, deps)
    after.start()
    await deps.advance(0)
    expect(after.getOrFetch(questionOf('hi'), whole, stays)).toMatchObject({ status: 'hit', level: 'memory' })
    await after.close()
    expect(deps.pendingTimers()).toBe(0)
  })
})

describe('removing', () => {
  it.each([
    [{ model: 'm' }, ['miss', 'miss']],
    [{ tag: 'red' }, ['miss', 'hit']],
    [{ user: 'u-1' }, ['hit', 'miss']],
    [{ user: 'P(u-1)' }, ['hit', 'hit']],
    [{}, ['miss', 'miss']],
  ])('removes what matches %j from every level', async (selector, expected) => {
    const deps = createFakeDeps()
    const cache = createResponseCache<FakeKinds>({ streams: folding, stores: [slower(deps)], pseudonym: (user) => `P(${user})` }, deps)
    const { whole } = createProvider()
    await said(cache.getOrFetch(questionOf('red', { tags: ['red'] }), whole, stays))
    await said(cache.getOrFetch(questionOf('mine', { user: 'u-1' }), whole, stays))
    const removed = await cache.remove(selector)
    expect(removed).toEqual({ memory: expected.filter((status) => status === 'miss').length, disk: removed['memory'] })
    expect((await said(cache.getOrFetch(questionOf('red'), whole, stays)))[0]).toBe(expected[0])
    expect((await said(cache.getOrFetch(questionOf('mine'), whole, stays)))[0]).toBe(expected[1])
  })

  it('does not store what was asked before and answered after', async () => {
    const { cache } = setUp()
    let answer: (text: string) => void = () => undefined
    const fetch = async () => ({
      answer: { type: 'whole', text: await new Promise<string>((resolve) => (answer = resolve)) } as const,
      facts: () => facts,
    })
    const asking = said(cache.getOrFetch(questionOf('hi'), fetch, stays))
    await Promise.resolve()
    await Promise.resolve()
    await cache.remove({})
    answer('late')
    expect(await asking).toEqual(['miss', 'late'])
    expect((await cache.figures()).levels[0]).toMatchObject({ entries: 0 })
  })

  it('owes a removal to a level that is down, and pays before the level is used again', async () => {
    const deps = createFakeDeps()
    const inner = slower(deps, 'redis')
    let isDown = false
    const orFail = <T>(work: () => Promise<T>): Promise<T> => (isDown ? Promise.reject(new Error('down')) : work())
    const flaky = {
      ...inner,
      get: (key: string) => orFail(() => inner.get(key)),
      remove: (selector: object) => orFail(() => inner.remove(selector)),
    }
    const cache = createResponseCache<FakeKinds>({ streams: folding, stores: [flaky] }, deps)
    const { whole } = createProvider()
    await said(cache.getOrFetch(questionOf('hi'), whole, stays))
    await cache.flush()
    isDown = true
    expect(await cache.remove({ model: 'm' })).toEqual({ memory: 1, redis: undefined })
    isDown = false
    await deps.advance(10_000)
    expect((await cache.figures()).levels[1]).toMatchObject({ state: 'up', entries: 0 })
    await cache.close()
  })
})

describe('warming', () => {
  const options = { freshness: { ttlMs: 600_000, maxTtlMs: 600_000 }, warming: { intervalMs: 300_000, threshold: 3 } }

  async function popular(more: Partial<ResponseCacheOptions<FakeKinds>> = {}) {
    const { whole, calls } = createProvider()
    const { cache, deps } = setUp({ ...options, refresh: () => whole, ...more })
    cache.start()
    for (let again = 0; again < 5; again++) await said(cache.getOrFetch(questionOf('popular'), whole, stays))
    await said(cache.getOrFetch(questionOf('rare'), whole, stays))
    return { cache, deps, whole, calls }
  }

  it('refreshes popular answers before they expire, while they are popular', async () => {
    const { cache, deps, whole, calls } = await popular()
    await deps.advance(300_000)
    expect(calls()).toBe(3)
    await deps.advance(300_001)
    expect(await said(cache.getOrFetch(questionOf('popular'), whole, stays))).toEqual(['hit', 'answer 3'])
    expect((await said(cache.getOrFetch(questionOf('rare'), whole, stays)))[0]).toBe('miss')
    // Nobody asks any more: in time it is no longer popular, and no longer refreshed.
    await deps.advance(3_600_000)
    const callsThen = calls()
    await deps.advance(3_600_000)
    expect(calls()).toBe(callsThen)
    await cache.close()
  })

  it('stays within its cost', async () => {
    const { cache, deps, calls } = await popular({ warming: { ...options.warming, maxCostNanoUsd: 999 } })
    await deps.advance(300_000)
    expect(calls()).toBe(2)
    expect((await cache.figures()).warming).toEqual({ refreshed: 0, skipped: 1, costNanoUsd: 0 })
    await cache.close()
  })

  it('does not ask again what a client wanted not to be stored', async () => {
    const { whole, calls } = createProvider()
    const { cache } = setUp({ ...options, refresh: () => whole })
    const question = questionOf('mine', { directives: { ...noDirectives, store: false } })
    for (let again = 0; again < 5; again++) await said(cache.getOrFetch(question, whole, stays))
    await cache.warm()
    expect(calls()).toBe(5)
  })

  it('warms on demand, and goes on when a refresh fails', async () => {
    const failing = () => () => Promise.reject(new Error('down'))
    const { cache, deps } = await popular({ refresh: failing })
    await deps.advance(299_000)
    expect(await cache.warm()).toEqual({ refreshed: 0, skipped: 0, costNanoUsd: 1000 })
    await cache.close()
  })
})

describe('the figures', () => {
  it('count hits, misses and money, in all and per level', async () => {
    const { cache } = setUp()
    const { whole } = createProvider()
    for (let again = 0; again < 4; again++) await said(cache.getOrFetch(questionOf('hi'), whole, stays))
    expect(await cache.figures()).toMatchObject({
      hits: 3,
      misses: 1,
      hitRate: 0.75,
      savedNanoUsd: 3000,
      stored: 1,
      inFlight: 0,
      levels: [{ level: 'memory', state: 'up', entries: 1, hits: 3, misses: 1, hitRate: 0.75, savedNanoUsd: 3000, evictions: 0 }],
    })
  })
})
