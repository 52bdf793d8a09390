import { describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'

const plain = {
  id: 'a-1',
  object: 'chat.completion',
  created: 1,
  model: 'm-2026',
  usage: { prompt_tokens: 1000, completion_tokens: 1000, total_tokens: 2000 },
}

interface Stage {
  readonly gateway: Gateway
  readonly bodies: Readonly<Record<string, unknown>>[]
  readonly clock: { nowMs: number; down: boolean; finish: string }
}

/** A gateway over one OpenAI-like provider that a test can take down. */
function stage(config: Readonly<Record<string, unknown>> = {}): Stage {
  const bodies: Readonly<Record<string, unknown>>[] = []
  const clock = { nowMs: 1_700_000_000_000, down: false, finish: 'stop' }
  const gateway = createGateway(
    {
      providers: [
        {
          name: 'up',
          type: 'openai',
          api_key: 'sk-test',
          base_url: 'http://up.test/v1',
          models: [{ id: 'm', input_usd_per_million: 1, output_usd_per_million: 1 }],
        },
      ],
      routing: { retry: { max_attempts: 1 } },
      ...config,
    },
    {
      deps: {
        now: () => clock.nowMs,
        monotonicNow: () => clock.nowMs,
        random: () => 0.5,
        newId: () => `id-${bodies.length}`,
        sleep: () => Promise.resolve(),
        setTimer: () => () => undefined,
        defer: (run: () => void) => run(),
        fetch: async (_url, init) => {
          bodies.push(JSON.parse(String(init?.body)) as Readonly<Record<string, unknown>>)
          if (clock.down) return new Response('{"error":{"message":"down"}}', { status: 500 })
          const choices = [{ index: 0, message: { role: 'assistant', content: `answer ${bodies.length}` }, finish_reason: clock.finish }]
          return Response.json({ ...plain, choices })
        },
      },
    },
  )
  return { gateway, bodies, clock }
}

interface Asked {
  readonly body?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

async function ask({ gateway }: Stage, { body = {}, headers = {} }: Asked = {}): Promise<Response> {
  const sent = { model: 'up/m', messages: [{ role: 'user', content: 'Hello' }], ...body }
  return gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(sent),
  })
}

function admin({ gateway }: Stage, method: string, path: string): Promise<Response> {
  return gateway.fetch(`http://gateway${path}`, { method })
}

const status = async (response: Promise<Response>): Promise<string | null> => (await response).headers.get('x-proxyapi-cache')

describe('the response cache of a gateway', () => {
  it('answers the second of two equal requests, and says from where and what it saved', async () => {
    const scene = stage()
    const first = await ask(scene)
    scene.clock.nowMs += 5_000
    const second = await ask(scene)
    expect(await second.json()).toEqual(await first.json())
    expect([first, second].map(({ headers }) => [headers.get('x-proxyapi-cache'), headers.get('x-proxyapi-cost-usd')])).toEqual([
      ['miss', '0.002'],
      ['hit', '0'],
    ])
    const names = ['age', 'x-proxyapi-saved-usd', 'x-proxyapi-provider', 'x-proxyapi-model', 'x-proxyapi-attempts']
    expect(names.map((name) => second.headers.get(name))).toEqual(['5', '0.002', 'up', 'm', '0'])
    expect(scene.bodies).toHaveLength(1)
  })

  it.each<readonly [what: string, asked: Asked, status: string]>([
    ['no-cache', { headers: { 'cache-control': 'no-cache' } }, 'miss'],
    ['no-store', { headers: { 'cache-control': 'no-store' } }, 'bypass'],
    ['max-age of less than its age', { headers: { 'cache-control': 'max-age=3' } }, 'miss'],
    ['max-age of more than its age', { headers: { 'cache-control': 'max-age=30' } }, 'hit'],
    ['cache.no-cache in the body', { body: { cache: { 'no-cache': true } } }, 'miss'],
    ['cache.s-maxage in the body', { body: { cache: { 's-maxage': 3 } } }, 'miss'],
    ['a namespace of its own', { body: { cache: { namespace: 'other' } } }, 'miss'],
    ['a temperature that is not 0', { body: { temperature: 0.7 } }, 'bypass'],
    ['a pinned provider', { headers: { 'x-proxyapi-provider': 'up' } }, 'miss'],
    ['only-if-cached', { headers: { 'cache-control': 'only-if-cached' } }, 'hit'],
    ['a stream', { body: { stream: true } }, 'hit'],
    ['another user', { body: { user: 'u-2' } }, 'hit'],
  ])('given an answer of 5 seconds ago, treats a request with %s accordingly', async (_what, asked, expected) => {
    const scene = stage()
    await ask(scene)
    scene.clock.nowMs += 5_000
    expect(await status(ask(scene, asked))).toBe(expected)
  })

  it('keeps the cache object to itself', async () => {
    const scene = stage()
    await ask(scene, { body: { cache: { ttl: 60 } } })
    expect(scene.bodies[0]).not.toHaveProperty('cache')
  })

  it('names what is wrong in the cache object', async () => {
    const response = await ask(stage(), { body: { cache: { ttl: 'long' } } })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'cache.ttl', type: 'invalid_request_error' } })
  })

  it('answers 504 to only-if-cached where nothing is, without asking anybody', async () => {
    const scene = stage()
    const response = await ask(scene, { headers: { 'cache-control': 'only-if-cached' } })
    expect([response.status, scene.bodies.length]).toEqual([504, 0])
    expect(await response.json()).toMatchObject({ error: { code: 'not_cached' } })
  })

  it.each(['length', 'content_filter'])('does not keep an answer that ended for the reason %s', async (finish) => {
    const scene = stage()
    scene.clock.finish = finish
    await ask(scene)
    expect(await status(ask(scene))).toBe('miss')
  })

  it('replays an answer as a stream with usage', async () => {
    const scene = stage()
    await ask(scene)
    const text = await (await ask(scene, { body: { stream: true, stream_options: { include_usage: true } } })).text()
    expect(text).toContain('answer 1')
    expect(text).toContain('"total_tokens":2000')
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('serves the old answer, marked, when the provider is down, and the error where there is none', async () => {
    const scene = stage()
    await ask(scene)
    scene.clock.nowMs += 4 * 3_600_000
    scene.clock.down = true
    const old = await ask(scene)
    expect([old.status, old.headers.get('x-proxyapi-cache'), old.headers.get('age')]).toEqual([200, 'stale', '14400'])
    expect((await ask(scene, { body: { seed: 1 } })).status).toBe(502)
  })

  it('never gives one key the answer of another, unless they share', async () => {
    const auth = {
      api_keys: [
        { name: 'a', key: 'key-a' },
        { name: 'b', key: 'key-b' },
      ],
    }
    const as = (key: string): Asked => ({ headers: { authorization: `Bearer ${key}` } })
    const scoped = stage({ auth })
    await ask(scoped, as('key-a'))
    expect(await status(ask(scoped, as('key-b')))).toBe('miss')
    const shared = stage({ auth, caching: { scope: 'shared' } })
    await ask(shared, as('key-a'))
    expect(await status(ask(shared, as('key-b')))).toBe('hit')
  })

  it('makes one call of equal requests at the same time', async () => {
    const scene = stage()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(scene)))
    expect(scene.bodies).toHaveLength(1)
    expect(answers.map(({ headers }) => headers.get('x-proxyapi-cache')).sort()).toEqual([...Array<string>(19).fill('coalesced'), 'miss'])
  })
})

describe('the routes of the cache', () => {
  it('tell what it holds and has saved', async () => {
    const scene = stage()
    await ask(scene)
    await ask(scene)
    expect(await (await admin(scene, 'GET', '/api/cache')).json()).toMatchObject({
      enabled: true,
      entries: 1,
      hits: 1,
      misses: 1,
      hit_rate: 0.5,
      saved_usd: 0.002,
      levels: [{ level: 'memory', entries: 1, hits: 1 }],
    })
  })

  it.each([
    ['', 1],
    ['?model=m', 1],
    ['?model=other', 0],
    ['?provider=up', 1],
    ['?tag=red', 1],
    ['?tag=blue', 0],
  ])('clear what is meant by "%s"', async (query, removed) => {
    const scene = stage()
    await ask(scene, { headers: { 'x-proxyapi-tags': 'red' } })
    const summaries = query === '' ? { summaries: 0 } : {}
    expect(await (await admin(scene, 'DELETE', `/api/cache${query}`)).json()).toEqual({ removed: { memory: removed, ...summaries } })
  })

  it.each(['?modle=m', '?model='])('refuse to clear by "%s"', async (query) => {
    const scene = stage()
    await ask(scene)
    expect((await admin(scene, 'DELETE', `/api/cache${query}`)).status).toBe(400)
    expect(await status(ask(scene))).toBe('hit')
  })

  it('warm popular answers before they expire', async () => {
    const scene = stage({ warming: { preload_threshold: 2 }, caching: { response_cache: { ttl: 100, max_ttl: 100 } } })
    for (let time = 0; time < 4; time++) await ask(scene)
    scene.clock.nowMs += 95_000
    expect(await (await admin(scene, 'POST', '/api/cache/warm')).json()).toEqual({ refreshed: 1, skipped: 0, cost_usd: 0.002 })
    expect(scene.bodies).toHaveLength(2)
    expect(await (await ask(scene)).text()).toContain('answer 2')
  })

  it('say when the cache is switched off', async () => {
    const scene = stage({ caching: { enabled: false } })
    await ask(scene)
    expect(await status(ask(scene))).toBe('bypass')
    expect(await (await admin(scene, 'GET', '/api/cache')).json()).toEqual({ enabled: false })
    const refused = await admin(scene, 'DELETE', '/api/cache')
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('caching.enabled')])
  })

  it('are for admins', async () => {
    const scene = stage({ auth: { api_keys: ['user-key'] } })
    const response = await scene.gateway.fetch('http://gateway/api/cache', { headers: { 'x-api-key': 'user-key' } })
    expect(response.status).toBe(403)
  })

  it.each([
    ['GET', '/debug/memory'],
    ['POST', '/debug/memory/gc'],
  ])('%s %s says that an embedded gateway does not watch its memory', async (method, path) => {
    expect((await admin(stage(), method, path)).status).toBe(409)
  })
})
