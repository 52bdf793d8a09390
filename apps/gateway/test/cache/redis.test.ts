import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { createLogger, createMasker } from '@proxyapi/logging'
import { assertConfig } from '@proxyapi/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCacheStores } from '../../src/state/open-cache-stores.ts'
import { startGateway, startUpstream, type TestGateway, type Upstream } from './test-gateway.ts'

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) console.warn('redis-server is not installed: gateways that share a Redis are not tested.')

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** A Redis that keeps nothing, started and ready. */
function startRedis(port: number): Promise<ChildProcess> {
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'])
  return new Promise((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      if (text.toString().includes('Ready to accept')) resolve(child)
    })
  })
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

describe.skipIf(!hasRedis)('two gateways with one Redis', () => {
  let upstream: Upstream
  let redis: ChildProcess
  let fronts: readonly TestGateway[]
  let port: number
  const lines: string[] = []

  function start(): Promise<TestGateway> {
    const logger = createLogger({
      level: 'INFO',
      format: 'json',
      masker: createMasker({ secrets: [] }),
      write: (line) => void lines.push(line),
      now: Date.now,
    })
    const config = assertConfig({ redis: { url: `redis://127.0.0.1:${port}` } })
    // No memory to speak of: every hit has to come from Redis.
    const caching = { response_cache: { max_size_mb: 0 } } as never // as a file would say it: the defaults come later
    return startGateway(
      upstream,
      { cache: openCacheStores(config, undefined, { logger, now: Date.now, secret: 'a secret of these tests' }) },
      { caching },
    )
  }
  beforeAll(async () => {
    upstream = await startUpstream()
    port = await freePort()
    redis = await startRedis(port)
    fronts = [await start(), await start()]
  })
  afterAll(async () => {
    for (const front of fronts) await front.close()
    await kill(redis)
    await upstream.close()
  })

  /** Asks ten questions of every gateway; gives the statuses and how many were hits. */
  async function round(): Promise<{ readonly failed: number; readonly hits: number }> {
    let hits = 0
    let failed = 0
    for (const front of fronts) {
      const responses = await Promise.all(Array.from({ length: 10 }, (_, index) => front.ask(`question ${index}`)))
      failed += responses.filter(({ status }) => status !== 200).length
      hits += responses.filter(({ headers }) => headers.get('x-proxyapi-cache') === 'hit').length
      await Promise.all(responses.map((response) => response.text()))
    }
    return { failed, hits }
  }

  /** Rounds until one has at least so many hits; no request of any round may fail. */
  async function roundsUntil(hits: number): Promise<void> {
    for (let rounds = 0; rounds < 2_000; rounds++) {
      const seen = await round()
      expect(seen.failed).toBe(0)
      if (seen.hits >= hits) return
    }
    throw new Error(`No round had ${hits} hits.`)
  }

  it('share answers, fail no request while Redis is gone, and share again when it is back', { timeout: 60_000 }, async () => {
    await roundsUntil(20)
    await kill(redis)
    for (let rounds = 0; rounds < 5; rounds++) expect((await round()).failed).toBe(0)
    redis = await startRedis(port)
    await roundsUntil(20)
    const told = (message: string): number => lines.join('').split(message).length - 1
    // Told by change of state and not by request: two hundred met a Redis that was gone.
    expect(told('Cache level is down')).toBeGreaterThan(0)
    expect(told('Cache level is down')).toBeLessThan(20)
  })

  it('forget a person together: what one erases is gone from the memory of the other', { timeout: 60_000 }, async () => {
    const logger = createLogger({ level: 'ERROR', masker: createMasker({ secrets: [] }), write: () => undefined, now: Date.now })
    const config = assertConfig({ redis: { url: `redis://127.0.0.1:${port}` } })
    const open = (): Promise<TestGateway> =>
      startGateway(upstream, { cache: openCacheStores(config, undefined, { logger, now: Date.now, secret: 'a secret of these tests' }) })
    const [one, other] = [await open(), await open()]
    const statusOf = async (front: TestGateway, user: string): Promise<string | null> => {
      const response = await front.ask(`what ${user} asks`, { user })
      await response.text()
      return response.headers.get('x-proxyapi-cache')
    }
    /** Asks until both have the answer in memory: levels are written behind the answer. */
    const known = async (user: string): Promise<void> => {
      for (const front of [one, other])
        while ((await statusOf(front, user)) !== 'hit') await new Promise((resolve) => setImmediate(resolve))
    }
    await known('ana')
    await known('bob')
    const calls = upstream.calls
    const erased = await fetch(`${one.url}/api/privacy/users/ana`, { method: 'DELETE' })
    expect(erased.status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 200)) // the message travels through Redis
    expect([await statusOf(other, 'bob'), await statusOf(one, 'bob'), upstream.calls - calls]).toEqual(['hit', 'hit', 0])
    expect([await statusOf(other, 'ana'), upstream.calls - calls]).toEqual(['miss', 1])
    for (const front of [one, other]) await front.close()
  })
})
