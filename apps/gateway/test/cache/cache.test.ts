import { afterEach, describe, expect, it } from 'vitest'
import { type RunningScenario, runScenario, type ScenarioOptions } from '../failover/run-scenario.ts'
import { eventsThen, good, reset, startStream, status, streamEvents, wholeText } from '../failover/scenarios.ts'
import type { ScriptedAnswer } from '../failover/scripted-upstream.ts'

let running: RunningScenario | undefined
afterEach(async () => {
  await running?.close()
  running = undefined
})

const keys = { auth: { api_keys: ['key-of-tenant-1', 'key-of-tenant-2'] } }
const tenant = (number: 1 | 2): Record<string, string> => ({ authorization: `Bearer key-of-tenant-${number}` })

async function start(options: Partial<ScenarioOptions> = {}): Promise<RunningScenario> {
  const { config = {}, ...rest } = options
  running = await runScenario({ primary: [good('first')], fallback: [status(503)], ...rest, config: { caching: {}, ...config } })
  return running
}

const cacheOf = (seen: Awaited<ReturnType<RunningScenario['ask']>>): string | null => seen.headers.get('x-proxyapi-cache')

describe('the response cache of a gateway', () => {
  it('answers the second time from memory, and says what that saved', async () => {
    const { ask, primary, receipts } = await start()
    const [first, second] = [await ask({ stream: false }), await ask({ stream: false })]
    expect([cacheOf(first), cacheOf(second), primary.seen.length]).toEqual(['miss', 'hit', 1])
    expect(second).toMatchObject({ status: 200, text: wholeText('first'), usage: { total_tokens: 67 } })
    expect(
      Object.fromEntries(
        ['x-proxyapi-provider', 'x-proxyapi-saved-usd', 'x-proxyapi-cost-usd', 'age'].map((name) => [name, second.headers.get(name)]),
      ),
    ).toEqual({
      'x-proxyapi-provider': 'primary',
      'x-proxyapi-saved-usd': '0.000127',
      'x-proxyapi-cost-usd': '0',
      age: '0',
    })
    expect(receipts).toMatchObject([
      { costNanoUsd: 127_000, cache: { status: 'miss' } },
      { costNanoUsd: 0, provider: 'primary', cache: { status: 'hit', level: 'memory', savedNanoUsd: 127_000 } },
    ])
  })

  it.each([
    [true, false],
    [false, true],
    [true, true],
  ])('serves one entry as a stream and as JSON alike (stored as stream: %s, asked as stream: %s)', async (storedAs, askedAs) => {
    const { ask, primary } = await start()
    await ask({ stream: storedAs })
    const seen = await ask({ stream: askedAs, stream_options: { include_usage: true } })
    expect([cacheOf(seen), primary.seen.length]).toEqual(['hit', 1])
    expect(seen).toMatchObject({ text: wholeText('first'), finish: 'stop', done: askedAs, usage: { total_tokens: 67 } })
  })

  it('shares one upstream call between a hundred equal streams at once', async () => {
    const slow: ScriptedAnswer = (response) => {
      startStream(response)
      const events = [...streamEvents('first')]
      const timer = setInterval(() => {
        const next = events.splice(0, 10)
        if (next.length > 0) response.write(next.join(''))
        else {
          clearInterval(timer)
          response.end()
        }
      }, 10)
    }
    const { ask, primary } = await start({ primary: [slow] })
    const all = await Promise.all(Array.from({ length: 100 }, () => ask()))
    expect(primary.seen.length).toBe(1)
    for (const seen of all) expect(seen).toMatchObject({ status: 200, text: wholeText('first'), finish: 'stop', done: true })
    const shared = all.filter((seen) => cacheOf(seen) === 'coalesced' || cacheOf(seen) === 'hit')
    expect([shared.length, all.some((seen) => cacheOf(seen) === 'coalesced')]).toEqual([99, true])
  })

  it('never shares between keys, unless it is told to', async () => {
    const { ask, primary } = await start({ config: keys })
    await ask({}, tenant(1))
    expect(cacheOf(await ask({}, tenant(2)))).toBe('miss')
    expect(cacheOf(await ask({}, tenant(1)))).toBe('hit')
    expect(primary.seen.length).toBe(2)
    await running?.close()
    const shared = await start({ config: { ...keys, caching: { scope: 'shared' } } })
    await shared.ask({}, tenant(1))
    expect(cacheOf(await shared.ask({}, tenant(2)))).toBe('hit')
  })

  it.each<[string, object, Record<string, string>, string | null]>([
    ['no-store', {}, { 'cache-control': 'no-store' }, 'bypass'],
    ['no-cache', {}, { 'cache-control': 'no-cache' }, 'miss'],
    ['max-age', {}, { 'cache-control': 'max-age=100' }, 'hit'],
    ['a temperature', { temperature: 0.7 }, {}, 'bypass'],
    ['another question', { messages: [{ role: 'user', content: 'Else.' }] }, {}, 'miss'],
    ['another user of the caller', { user: 'somebody' }, {}, 'hit'],
    ['a body that says no-cache', { cache: { 'no-cache': true } }, {}, 'miss'],
  ])('%s is a matter of policy', async (_what, extra, headers, expected) => {
    const { ask, primary } = await start()
    await ask()
    expect(cacheOf(await ask(extra, headers))).toBe(expected)
    for (const { body } of primary.seen) expect(body).not.toHaveProperty('cache')
  })

  it('answers 504 when only a stored answer was wanted and there is none', async () => {
    const { ask } = await start()
    expect(await ask({}, { 'cache-control': 'only-if-cached' })).toMatchObject({ status: 504, error: { code: 'not_cached' } })
    await ask()
    expect(await ask({}, { 'cache-control': 'only-if-cached' })).toMatchObject({ status: 200, text: wholeText('first') })
  })

  it('never keeps a stream that was cut', async () => {
    const { ask, primary } = await start({ primary: [eventsThen('first', 20, reset), good('first')] })
    expect((await ask()).error).toBeDefined()
    expect(await ask()).toMatchObject({ text: wholeText('first'), done: true })
    expect(primary.seen.length).toBe(2)
  })

  it('gives an old answer, marked, when nobody can be reached', async () => {
    const { ask } = await start({
      primary: [good('first'), status(503)],
      config: { caching: { response_cache: { ttl: 0.05, max_ttl: 0.05 } } },
    })
    await ask()
    await new Promise((resolve) => setTimeout(resolve, 80))
    const seen = await ask()
    expect([cacheOf(seen), seen.text]).toEqual(['stale', wholeText('first')])
  })

  it('clears what is asked for, and refuses to guess', async () => {
    const { ask, url } = await start()
    await ask()
    const call = async (method: string, path: string) => {
      const response = await fetch(`${url}${path}`, { method })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    expect(await call('GET', '/api/cache')).toMatchObject({ status: 200, body: { entries: 1, misses: 1, levels: [{ level: 'memory' }] } })
    expect((await call('DELETE', '/api/cache?modle=x')).status).toBe(400)
    expect(await call('DELETE', '/api/cache?provider=other')).toMatchObject({ body: { removed: { memory: 0 } } })
    expect(await call('DELETE', '/api/cache?model=m')).toMatchObject({ body: { removed: { memory: 1 } } })
    expect(cacheOf(await ask())).toBe('miss')
    expect((await call('POST', '/api/cache/warm')).status).toBe(200)
  })
})
