import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProvider, type FakeKinds, type FakeWhole, folding, questionOf, stays } from '../../cache/__fixtures__/fake-answers.ts'
import { createResponseCache } from '../../cache/response-cache.ts'
import type { ResponseCache } from '../../cache/response-cache-types.ts'
import { createEnvelopeCodec, jsonCodec } from '../../cache/store/envelope.ts'
import type { LevelStateChange } from '../../cache/store/guarded-store.ts'
import { systemDeps } from '../../deps.ts'
import { hasRedisServer, type RedisServer, startRedis } from './__fixtures__/redis-server.ts'
import { nodeDigest } from './digest.ts'
import { createRedisStore } from './redis-store.ts'

const envelope = createEnvelopeCodec<FakeWhole>({ codec: jsonCodec(), compressFromBytes: 1024 })

describe.skipIf(!hasRedisServer)('two gateways with one Redis', () => {
  let server: RedisServer
  const changes: LevelStateChange[] = []
  const { whole, calls } = createProvider((call) => `answer ${call}`)
  const caches: ResponseCache<FakeKinds>[] = []

  function gateway(): ResponseCache<FakeKinds> {
    const stores = [createRedisStore<FakeWhole>({ url: server.url, maxBytes: 10_000_000, envelope, timeoutMs: 1000 }, systemDeps)]
    // No memory to speak of: every hit has to come from Redis.
    const options = { streams: folding, digest: nodeDigest, maxMemoryBytes: 1, stores }
    const cache = createResponseCache<FakeKinds>({ ...options, onStateChange: (change) => changes.push(change) })
    caches.push(cache)
    return cache
  }
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(async () => {
    await Promise.all(caches.map((cache) => cache.close()))
    await server.kill()
  })

  /** Asks fifty questions through each of the gateways and counts the hits. No request may fail. */
  async function task(gateways: readonly ResponseCache<FakeKinds>[]): Promise<number> {
    let hits = 0
    for (const cache of gateways) {
      const results = await Promise.all(Array.from({ length: 50 }, (_, index) => cache.getOrFetch(questionOf(`q${index}`), whole, stays)))
      hits += results.filter(({ status }) => status === 'hit').length
      await cache.flush()
    }
    return hits
  }

  it('share answers, lose no request when it is killed under load, and share again when it is back', { timeout: 30_000 }, async () => {
    const gateways = [gateway(), gateway()]
    expect(await task(gateways)).toBe(50)
    expect(calls()).toBe(50)
    expect(await task(gateways)).toBe(100)

    const [, during] = await Promise.all([server.kill(), task(gateways)])
    expect(during).toBeLessThanOrEqual(100)
    expect(await task(gateways)).toBe(0)
    expect(changes.map(({ state }) => state)).toEqual(['down', 'down'])

    await server.restart()
    while (changes.length < 4) await new Promise((resolve) => setTimeout(resolve, 20))
    await task(gateways)
    expect(await task(gateways)).toBe(100)
  })
})
