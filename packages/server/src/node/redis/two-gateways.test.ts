import { systemDeps } from '@proxyapi/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../../gateway/create-gateway.ts'
import { hasRedisServer, type RedisServer, startRedis } from './__fixtures__/redis-server.ts'
import { createRedisLimits } from './redis-limits.ts'

const perMillion = 100

interface Instance {
  readonly gateway: Gateway
  readonly paid: () => number
  readonly isReachable: () => boolean
}

describe.skipIf(!hasRedisServer)('two gateways over a real Redis', () => {
  let server: RedisServer
  const opened: Gateway[] = []
  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(() => Promise.all(opened.splice(0).map(({ close }) => close())))
  afterAll(() => server.kill())

  async function open(config: object): Promise<Instance> {
    const shared = await createRedisLimits({ url: server.url, instances: 2, timeoutMs: 2_000 })
    let nanoUsd = 0
    const gateway = createGateway(
      {
        providers: [{ name: 'demo' }],
        model_overrides: [{ model: 'demo/echo', input_usd_per_million: perMillion, output_usd_per_million: perMillion }],
        caching: { enabled: false },
        server: { max_in_flight: 2_000, max_queue: 2_000 },
        ...config,
      },
      {
        limits: { shared },
        secret: 'the same secret',
        onReceipt: ({ costNanoUsd, wastedNanoUsd }) => {
          nanoUsd += (costNanoUsd ?? 0) + wastedNanoUsd
        },
      },
    )
    opened.push(gateway)
    return { gateway, paid: () => nanoUsd, isReachable: shared.isReachable }
  }
  const ask = async ({ gateway }: Instance, stream = false): Promise<number> => {
    const answer = await gateway.fetch('http://localhost/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'key-of-both' },
      body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'one two three' }], max_tokens: 10, stream }),
    })
    await answer.text()
    return answer.status
  }
  async function many(instances: readonly Instance[], times: number): Promise<Readonly<Record<number, number>>> {
    const counts: Record<number, number> = {}
    const statuses = await Promise.all(Array.from({ length: times }, (_, index) => ask(instances[index % 2] as Instance, index % 3 === 0)))
    for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
    return counts
  }

  it('let exactly 100 of 500 at once through, and as many as their shares while Redis is gone', async () => {
    const auth = { api_keys: [{ name: 'both', key: 'key-of-both' }] }
    const config = { auth, rate_limit: { requests_per_window: 100, window_seconds: 86_400 } }
    const instances = [await open(config), await open(config)]
    expect(await many(instances, 500)).toEqual({ 200: 100, 429: 400 })
    await server.kill()
    expect(await many(instances, 300)).toEqual({ 200: 100, 429: 200 })
    await server.restart()
    while (!instances.every(({ isReachable }) => isReachable())) await systemDeps.sleep(20)
    expect(await many(instances, 300)).toEqual({ 200: 100, 429: 200 })
  }, 60_000)

  it('spend a budget together, with Redis gone and back in the middle, to the last request that fits and not beyond', async () => {
    const auth = { api_keys: [{ name: 'both', key: 'key-of-both', budget: { usd: 0.5, window: 'total' } }] }
    const instances = [await open({ auth }), await open({ auth })]
    const total = (): number => instances.reduce((sum, { paid }) => sum + paid(), 0)
    expect(await many(instances, 100)).toEqual({ 200: 100 })
    await server.kill()
    expect(await many(instances, 50)).toEqual({ 200: 50 })
    await server.restart()
    while (!instances.every(({ isReachable }) => isReachable())) await systemDeps.sleep(20)
    const counts = await many(instances, 600)
    await systemDeps.sleep(50)
    expect(Object.keys(counts)).toEqual(['200', '429'])
    // A prompt of 13 characters and what is put around it, and ten tokens of output: the first that finds less left is refused.
    const dearest = 90 * perMillion * 1_000
    expect(total()).toBeGreaterThan(500_000_000 - dearest)
    expect(total()).toBeLessThanOrEqual(500_000_000)
    expect(await many(instances, 10)).toEqual({ 429: 10 })
  }, 60_000)
})
