import { describe, expect, it } from 'vitest'
import { createFakeDeps } from '../testing/fake-deps.ts'
import { createProvider, type FakeKinds, folding, questionOf, stays, textOf } from './__fixtures__/fake-answers.ts'
import { noDirectives } from './policy/directives.ts'
import { createResponseCache } from './response-cache.ts'
import type { CacheRequest, CacheResult } from './response-cache-types.ts'
import type { MatchedEntry, SemanticMatcher } from './semantic-matcher.ts'

/** Everything that was remembered last is similar to everything. */
function setUp(find?: SemanticMatcher<CacheRequest<FakeKinds>>['find']) {
  const deps = createFakeDeps()
  const told: string[] = []
  let last: MatchedEntry | undefined
  const expiries: number[] = []
  const semantic: SemanticMatcher<CacheRequest<FakeKinds>> = {
    find: find ?? (async () => last),
    remember: (_question, { key, expiresAtMs }) => {
      last = { key, similarity: 0.97 }
      expiries.push(expiresAtMs - deps.now())
    },
    forget: () => {
      told.push('forget')
      last = undefined
    },
    clear: () => void told.push('clear'),
    purgeExpired: () => void told.push('purgeExpired'),
  }
  const freshness = { ttlMs: 1000, maxTtlMs: 1000, staleWhileRevalidateMs: 500, staleIfErrorMs: 60_000 }
  const cache = createResponseCache<FakeKinds>({ streams: folding, semantic, freshness, maintenanceIntervalMs: 300 }, deps)
  const provider = createProvider()
  const ask = async (question: CacheRequest<FakeKinds>): Promise<CacheResult<FakeKinds>> =>
    cache.getOrFetch(question, provider.whole, stays)
  return { deps, cache, ask, told, expiries, provider }
}

describe('questions in other words', () => {
  it('get the stored answer, said to be semantic and how near, and count as hits', async () => {
    const { cache, deps, ask, expiries, provider } = setUp()
    await ask(questionOf('hi'))
    await deps.advance(900)
    const { status, level, similarity, savedNanoUsd, ...rest } = (await ask(questionOf('hello'))) as Extract<
      CacheResult<FakeKinds>,
      { readonly status: 'hit' | 'stale' }
    >
    expect([status, level, similarity, savedNanoUsd, await textOf(rest.answer)]).toEqual(['hit', 'semantic', 0.97, 1000, 'answer 1'])
    expect(await cache.figures()).toMatchObject({
      hits: 1,
      misses: 1,
      stored: 1,
      savedNanoUsd: 1000,
      semantic: { hits: 1, savedNanoUsd: 1000 },
    })
    expect([provider.calls(), expiries]).toEqual([1, [1000]])
  })

  it('get a new answer when the stored one is no longer fresh', async () => {
    const { deps, ask } = setUp()
    await ask(questionOf('hi'))
    await deps.advance(1200)
    expect(await ask(questionOf('hello'))).toMatchObject({ status: 'miss' })
  })

  it('get a new answer when the stored one is gone, which is then forgotten', async () => {
    const { cache, ask, told } = setUp()
    await ask(questionOf('hi'))
    cache.shrinkMemoryTo(0)
    expect(await ask(questionOf('hello'))).toMatchObject({ status: 'miss' })
    expect(told).toEqual(['forget'])
  })

  it('get a new answer when the search fails', async () => {
    const { ask } = setUp(() => Promise.reject(new Error('no embedding')))
    await ask(questionOf('hi'))
    expect(await ask(questionOf('hello'))).toMatchObject({ status: 'miss' })
  })

  it.each([
    ['do not want a stored answer', { directives: { ...noDirectives, lookup: false } }, 'miss'],
    ['are private', { directives: { ...noDirectives, isPrivate: true } }, 'bypass'],
    ['want a stored answer or none', { directives: { ...noDirectives, onlyIfCached: true } }, 'unavailable'],
    ['want a younger answer', { directives: { ...noDirectives, maxAgeSeconds: 0 } }, 'miss'],
    ['are not deterministic', { request: { model: 'm', prompt: 'hello', temperature: 1 } }, 'bypass'],
  ])('are not answered so when they %s', async (_what, more, status) => {
    const { ask, deps } = setUp()
    await ask(questionOf('hi'))
    await deps.advance(10)
    expect(await ask(questionOf('hello', more))).toMatchObject({ status })
  })

  it('are forgotten when entries are removed, and tidied with the rest', async () => {
    const { cache, deps, told } = setUp()
    cache.start()
    await cache.remove({ model: 'm' })
    await deps.advance(350)
    expect(told).toEqual(['clear', 'purgeExpired'])
    await cache.close()
  })
})
