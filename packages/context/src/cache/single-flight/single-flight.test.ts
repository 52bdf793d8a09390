import { describe, expect, it } from 'vitest'
import { createFakeDeps, settle } from '../../testing/fake-deps.ts'
import {
  clientOf,
  createProvider,
  createScript,
  type FakeKinds,
  type FakeStream,
  facts,
  folding,
  questionOf,
  stays,
  textOf,
} from '../__fixtures__/fake-answers.ts'
import type { FetchAnswer } from '../answer.ts'
import { createResponseCache } from '../response-cache.ts'
import type { CacheResult, ResponseCache, ResponseCacheOptions } from '../response-cache-types.ts'

type Result = CacheResult<FakeKinds>

function newCache(options: Partial<ResponseCacheOptions<FakeKinds>> = {}): ResponseCache<FakeKinds> {
  return createResponseCache<FakeKinds>({ streams: folding, ...options }, createFakeDeps())
}

function batchesOf(result: Result): AsyncIterator<string> {
  if (!('answer' in result) || result.answer.type !== 'stream') throw new Error(`no stream: ${result.status}`)
  return result.answer.batches[Symbol.asyncIterator]()
}

async function outcomes(results: readonly (Result | Promise<Result>)[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(results)
  return settled.map((one) => (one.status === 'fulfilled' ? one.value.status : `failed: ${String(one.reason)}`))
}

describe('equal questions at the same time', () => {
  it.each(['whole', 'stream'] as const)('share one call, a hundred of them (%s)', async (kind) => {
    const cache = newCache()
    const provider = createProvider()
    const question = questionOf('hi', { stream: kind === 'stream' })
    const results = await Promise.all(Array.from({ length: 100 }, () => cache.getOrFetch(question, provider[kind], stays)))
    const texts = await Promise.all(results.map((result) => ('answer' in result ? textOf(result.answer) : '')))
    expect(new Set(texts)).toEqual(new Set(['answer 1']))
    expect(provider.calls()).toBe(1)
    expect(results.map(({ status }) => status)).toEqual(['miss', ...Array.from({ length: 99 }, () => 'coalesced')])
    expect(await cache.figures()).toMatchObject({ coalesced: 99, misses: 1, savedNanoUsd: 99_000, hitRate: 0.99, inFlight: 0 })
  })

  it('do not share between tenants', async () => {
    const cache = newCache()
    const { whole, calls } = createProvider()
    await Promise.all(['alice', 'bob'].map((tenant) => cache.getOrFetch(questionOf('hi', { tenant }), whole, stays)))
    expect(calls()).toBe(2)
  })

  it('give an answer in one piece to who wants that while it comes as a stream, and the other way round', async () => {
    const cache = newCache()
    const { stream, whole } = createProvider()
    const [first, second] = await Promise.all(
      [
        cache.getOrFetch(questionOf('a', { stream: true }), stream, stays).valueOf() as Promise<Result>,
        Promise.resolve(cache.getOrFetch(questionOf('a'), whole, stays)),
      ].map(async (result) => ('answer' in (await result) ? textOf(((await result) as Result & { answer: FakeStream }).answer) : '')),
    )
    expect([first, second]).toEqual(['answer 1', 'answer 1'])
  })
})

describe('a shared stream', () => {
  const asStream = questionOf('hi', { stream: true })

  it('gives who comes late what has gone, and then the live rest', async () => {
    const cache = newCache()
    const script = createScript()
    const early = batchesOf(await cache.getOrFetch(asStream, script.fetch, stays))
    script.say('a')
    script.say('b')
    expect([await early.next(), await early.next()].map(({ value }) => value as unknown)).toEqual(['a', 'b'])
    const late = batchesOf(await cache.getOrFetch(asStream, script.fetch, stays))
    expect((await late.next()).value).toBe('a')
    expect((await late.next()).value).toBe('b')
    const [next, same] = [late.next(), early.next()]
    script.say('c')
    expect([(await next).value, (await same).value]).toEqual(['c', 'c'])
    for (const piece of ['.', 'END']) script.say(piece)
    await late.next()
    expect((await late.next()).done).toBe(true)
    expect(await cache.getOrFetch(questionOf('hi'), script.fetch, stays)).toMatchObject({ status: 'hit', answer: { text: 'abc' } })
  })

  it('is read no faster than its fastest reader reads', async () => {
    const cache = newCache()
    const script = createScript()
    const reader = batchesOf(await cache.getOrFetch(asStream, script.fetch, stays))
    for (const piece of 'abcdef') script.say(piece)
    await settle()
    expect(script.pulls()).toBe(0)
    await reader.next()
    await settle()
    expect(script.pulls()).toBe(1)
  })

  it('goes on when one reader leaves, and stops when the last does', async () => {
    const cache = newCache()
    const script = createScript()
    const [leader, follower] = [clientOf(), clientOf()]
    const one = batchesOf(await cache.getOrFetch(asStream, script.fetch, leader))
    const other = batchesOf(await cache.getOrFetch(asStream, script.fetch, follower))
    script.say('a')
    await one.next()
    leader.leave()
    script.say('b')
    expect([(await other.next()).value, (await other.next()).value]).toEqual(['a', 'b'])
    expect(script.closed()).toBe(false)
    await other.return?.()
    await settle()
    expect(script.closed()).toBe(true)
    expect(await cache.figures()).toMatchObject({ inFlight: 0, stored: 0 })
    expect([leader.listeners(), follower.listeners()]).toEqual([0, 0])
  })

  it('stops when a reader leaves that never began to read', async () => {
    const cache = newCache()
    const script = createScript()
    await batchesOf(await cache.getOrFetch(asStream, script.fetch, stays)).return?.()
    await settle()
    expect(script.closed()).toBe(true)
  })

  it('is not stored when it is cut, and its readers get the error', async () => {
    const cache = newCache()
    const script = createScript()
    const reader = batchesOf(await cache.getOrFetch(asStream, script.fetch, stays))
    script.say('a')
    await reader.next()
    script.fail(new Error('cut'))
    await expect(reader.next()).rejects.toThrow('cut')
    const whole = createScript()
    const retry = batchesOf(await cache.getOrFetch(asStream, whole.fetch, stays))
    for (const piece of ['a', 'END']) whole.say(piece)
    await retry.next()
    expect((await retry.next()).done).toBe(true)
    // It ended, but without its end mark: not whole either.
    expect(await cache.figures()).toMatchObject({ stored: 0, notStored: 1 })
  })
})

describe('when a shared call fails', () => {
  it('the one who began it gets the error, and the others try once more, together', async () => {
    const cache = newCache()
    const { whole, calls } = createProvider((call) => (call === 1 ? new Error('first') : 'second'))
    const results = Array.from({ length: 10 }, () => cache.getOrFetch(questionOf('hi'), whole, stays))
    expect(await outcomes(results)).toEqual(['failed: Error: first', 'miss', ...Array.from({ length: 8 }, () => 'coalesced')])
    expect(calls()).toBe(2)
  })

  it('all get the second error, so that an outage is not asked again and again', async () => {
    const cache = newCache()
    const { whole, calls } = createProvider(() => new Error('down'))
    const results = await outcomes(Array.from({ length: 10 }, () => cache.getOrFetch(questionOf('hi'), whole, stays)))
    expect(new Set(results)).toEqual(new Set(['failed: Error: down']))
    expect(calls()).toBe(2)
  })

  it('all get an error that would meet them too, at once', async () => {
    const cache = newCache({ isSharedFailure: () => true })
    const { whole, calls } = createProvider(() => new Error('your fault'))
    await outcomes(Array.from({ length: 10 }, () => cache.getOrFetch(questionOf('hi'), whole, stays)))
    expect(calls()).toBe(1)
  })

  it('those who read nothing yet of a stream that breaks get another', async () => {
    const cache = newCache()
    const script = createScript()
    const { stream } = createProvider(() => 'other')
    const asStream = questionOf('hi', { stream: true })
    const leader = batchesOf(await cache.getOrFetch(asStream, script.fetch, stays))
    const follower = await cache.getOrFetch(asStream, stream, stays)
    script.fail(new Error('broken'))
    await expect(leader.next()).rejects.toThrow('broken')
    expect('answer' in follower ? await textOf(follower.answer) : '').toBe('other')
  })
})

describe('clients that leave while they wait', () => {
  function hanging(): { readonly fetch: FetchAnswer<FakeKinds>; readonly answer: () => void; readonly isAborted: () => boolean } {
    let answer: () => void = () => undefined
    let aborted = false
    return {
      fetch: async (abort) => {
        abort.onAbort(() => (aborted = true))
        await new Promise<void>((resolve) => (answer = resolve))
        return { answer: { type: 'whole', text: 'a' }, facts: () => facts }
      },
      answer: () => answer(),
      isAborted: () => aborted,
    }
  }

  it('do not cancel the others; the last one does', async () => {
    const cache = newCache()
    const { fetch, isAborted } = hanging()
    const clients = [clientOf(), clientOf()]
    const results = clients.map((client) => cache.getOrFetch(questionOf('hi'), fetch, client))
    const settled = outcomes(results)
    await settle()
    clients[0]?.leave()
    expect(isAborted()).toBe(false)
    clients[1]?.leave()
    expect(isAborted()).toBe(true)
    expect(await settled).toEqual(['failed: Error: the client left', 'failed: Error: the client left'])
    expect(clients.map((client) => client.listeners())).toEqual([0, 0])
  })

  it('leave the answer to those who stay, and to the cache', async () => {
    const cache = newCache()
    const { fetch, answer } = hanging()
    const leader = clientOf()
    const results = [cache.getOrFetch(questionOf('hi'), fetch, leader), cache.getOrFetch(questionOf('hi'), fetch, stays)]
    const settled = outcomes(results)
    await settle()
    leader.leave()
    answer()
    expect(await settled).toEqual(['failed: Error: the client left', 'coalesced'])
    expect(await cache.getOrFetch(questionOf('hi'), fetch, stays)).toMatchObject({ status: 'hit' })
  })
})
