import { createVirtualWorld, type VirtualWorld } from '@proxyapi/core/testing'
import type { CompletedRequest } from '@proxyapi/logging'
import { describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'

const key = (name: string, more: object = {}) => ({ name, key: `secret-${name}`, ...more })

interface World {
  readonly gateway: Gateway
  readonly world: VirtualWorld
  readonly requests: CompletedRequest[]
  readonly chat: (name: string, body?: object, headers?: Readonly<Record<string, string>>) => Promise<Response>
}

function setUp(config: object): World {
  const world = createVirtualWorld({ seed: 1 })
  const requests: CompletedRequest[] = []
  const gateway = createGateway(
    { providers: [{ name: 'demo' }], caching: { enabled: false }, ...config },
    { deps: world.deps, onRequest: (request) => requests.push(request) },
  )
  const chat: World['chat'] = async (name, body = {}, headers = {}) => {
    const answer = gateway.fetch('http://localhost/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer secret-${name}`, ...headers },
      body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'hello' }], ...body }),
    })
    await world.run()
    return answer
  }
  return { gateway, world, requests, chat }
}

const limitsOf = ({ headers }: Response): Readonly<Record<string, string>> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ratelimit') || name === 'retry-after'))

async function statuses(answers: readonly Promise<Response>[]): Promise<Readonly<Record<number, number>>> {
  const counts: Record<number, number> = {}
  for (const { status } of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

const auth = { api_keys: [key('a'), key('b')] }

describe('a limit on requests', () => {
  it('lets exactly 100 of 500 at once through, by key, and leaves others alone', async () => {
    const { chat } = setUp({ auth, rate_limit: { requests_per_window: 100, window_seconds: 60 } })
    const many = Array.from({ length: 500 }, (_, index) => chat('a', index % 2 === 0 ? {} : { stream: true }))
    expect(await statuses([...many, chat('b')])).toEqual({ 200: 101, 429: 400 })
  })

  it('says what is left with every answer, and when to come back with a refusal', async () => {
    const { chat, world } = setUp({ auth, rate_limit: { requests_per_window: 2, window_seconds: 60 } })
    expect(limitsOf(await chat('a'))).toEqual({
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '1',
      'x-ratelimit-reset-requests': '30s',
    })
    await chat('a')
    const refused = await chat('a')
    expect([refused.status, limitsOf(refused)]).toEqual([
      429,
      {
        'x-ratelimit-limit-requests': '2',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': expect.stringMatching(/^(59\.\d+s|1m0s)$/),
        'retry-after': '30',
      },
    ])
    expect(await refused.json()).toEqual({
      error: {
        message: expect.stringMatching(/^The limit of 2 requests per minute of the key "a" is reached\. Try again in [\d.]+ s\.$/),
        type: 'rate_limit_error',
        param: null,
        code: 'rate_limit_exceeded',
      },
    })
    await world.run(world.now() + 30_000)
    expect((await chat('a')).status).toBe(200)
  })

  it('keeps a burst below its limit', async () => {
    const { chat } = setUp({ auth, rate_limit: { requests_per_window: 1000, window_seconds: 60, burst_limit: 5 } })
    expect(await statuses(Array.from({ length: 20 }, () => chat('a')))).toEqual({ 200: 5, 429: 15 })
  })

  it('is refused in Anthropic’s words where Anthropic’s clients ask', async () => {
    const { gateway } = setUp({ auth, rate_limit: { requests_per_window: 1, window_seconds: 60 } })
    const ask = () => gateway.fetch('http://localhost/v1/messages', { method: 'POST', headers: { 'x-api-key': 'secret-a' }, body: '' })
    await ask()
    const refused = await ask()
    expect([refused.status, await refused.json()]).toMatchObject([429, { type: 'error', error: { type: 'rate_limit_error' } }])
  })

  it('is decided before the body is read', async () => {
    const { gateway } = setUp({ auth, rate_limit: { requests_per_window: 1, window_seconds: 60 } })
    let read = 0
    const ask = () => {
      const body = new ReadableStream(
        {
          pull: (controller) => {
            read++
            controller.close()
          },
        },
        { highWaterMark: 0 },
      )
      const init = { method: 'POST', headers: { 'x-api-key': 'secret-a', 'content-type': 'application/json' }, body, duplex: 'half' }
      return gateway.fetch('http://localhost/v1/chat/completions', init as RequestInit)
    }
    const [first, second] = [await ask(), await ask()]
    expect([first.status, second.status, read]).toEqual([400, 429, 1])
  })

  it('counts each path that is named by itself, of whatever access', async () => {
    const { gateway, chat } = setUp({ auth, rate_limit: { routes: { '/health': '2/minute', '/v1/chat/completions': '1/hour' } } })
    const health = () => gateway.fetch('http://localhost/health')
    expect(await statuses([health(), health(), health()])).toEqual({ 200: 2, 429: 1 })
    expect(await statuses([chat('a'), chat('a'), chat('b')])).toEqual({ 200: 2, 429: 1 })
    const refused = await chat('a')
    expect((await refused.json()).error.message).toMatch(
      /^The limit of 1 requests per hour of the route "\/v1\/chat\/completions" is reached/,
    )
  })

  it('costs nothing where there is none', async () => {
    const { chat, gateway } = setUp({ auth })
    expect(limitsOf(await chat('a'))).toEqual({})
    expect(await statuses(Array.from({ length: 60 }, () => gateway.fetch('http://localhost/health')))).toEqual({ 200: 60 })
  })
})

describe('limits of keys, teams, users and addresses', () => {
  it('hold for each by itself, and a refusal by one costs the others nothing', async () => {
    const { chat, requests } = setUp({
      auth: {
        api_keys: [key('a', { team: 'shop', limits: { requests_per_minute: 3 } }), key('b', { team: 'shop' }), key('c')],
        teams: [{ name: 'shop', limits: { requests_per_minute: 5 } }],
        users: { limits: { requests_per_minute: 1 } },
      },
    })
    expect(await statuses(Array.from({ length: 9 }, () => chat('a')))).toEqual({ 200: 3, 429: 6 })
    expect(await statuses(Array.from({ length: 9 }, () => chat('b')))).toEqual({ 200: 2, 429: 7 })
    expect(
      await statuses([chat('c', { user: 'u1' }), chat('c', { user: 'u1' }), chat('c', {}, { 'x-proxyapi-user': 'u2' }), chat('c')]),
    ).toEqual({ 200: 3, 429: 1 })
    expect(new Set(requests.map(({ error }) => error?.limit))).toEqual(
      new Set([undefined, 'key_requests', 'team_requests', 'user_requests']),
    )
  })

  it('count parallel requests from their beginning to the end of their stream', async () => {
    const { gateway, world } = setUp({ auth: { api_keys: [key('a', { limits: { parallel_requests: 2 } })] } })
    const ask = async (body: object): Promise<Response> => {
      const headers = { 'content-type': 'application/json', 'x-api-key': 'secret-a' }
      const messages = [{ role: 'user', content: 'one two three four' }]
      const answer = gateway.fetch('http://localhost/v1/chat/completions', {
        method: 'POST',
        headers,
        body: JSON.stringify({ model: 'demo/slow', messages, ...body }),
      })
      await world.run(world.now() + 30_000)
      return answer
    }
    const running = [ask({ stream: true }), ask({}), ask({})]
    expect(await statuses(running)).toEqual({ 200: 2, 429: 1 })
    // The stream has not been read to its end.
    const [stream] = await Promise.all(running)
    expect(await statuses([ask({}), ask({})])).toEqual({ 200: 1, 429: 1 })
    await stream?.body?.cancel()
    await world.run(world.now() + 1_000)
    expect(await statuses([ask({}), ask({})])).toEqual({ 200: 2 })
  })

  it('count those without a key by their address', async () => {
    const { gateway } = setUp({ rate_limit: { requests_per_window: 2, window_seconds: 60 } })
    const models = () => gateway.fetch('http://localhost/v1/models')
    expect(await statuses([models(), models(), models()])).toEqual({ 200: 2, 429: 1 })
  })
})

describe('a limit on tokens', () => {
  const limited = { auth: { api_keys: [key('a', { limits: { tokens_per_minute: 1_000 } })] } }

  it('tells what is left, settles by use, and refuses what is over', async () => {
    const { chat } = setUp(limited)
    const first = await chat('a', { max_tokens: 600 })
    const { usage } = await first.json()
    expect(limitsOf(first)['x-ratelimit-limit-tokens']).toBe('1000')
    const second = await chat('a', { max_tokens: 900 })
    expect([usage.total_tokens > 0, second.status, Number(limitsOf(second)['x-ratelimit-remaining-tokens'])]).toEqual([
      true,
      200,
      expect.any(Number),
    ])
    expect(await statuses([chat('a', { max_tokens: 400 }), chat('a', { max_tokens: 400 }), chat('a', { max_tokens: 400 })])).toEqual({
      200: 2,
      429: 1,
    })
  })

  it('costs nothing for an answer out of the cache', async () => {
    const { chat } = setUp({ ...limited, caching: { enabled: true } })
    const ask = () => chat('a', { temperature: 0, max_tokens: 900 })
    const answers = []
    for (let times = 0; times < 5; times++) answers.push(await ask())
    expect(
      answers.map(({ status, headers }) => [status, headers.get('x-proxyapi-cache'), headers.has('x-ratelimit-limit-tokens')]),
    ).toEqual([[200, 'miss', true], ...Array.from({ length: 4 }, () => [200, 'hit', false])])
  })
})

describe('limits of models and providers', () => {
  it('send what is over to another target', async () => {
    const { chat } = setUp({
      auth,
      providers: [{ name: 'demo' }, { name: 'spare', type: 'demo', priority: 2 }],
      models: [{ name: 'both', targets: ['demo/echo', 'spare/echo'], strategy: 'priority' }].map(({ strategy: _, ...model }) => model),
      limits: { providers: { demo: { requests_per_minute: 2 } }, models: { 'spare/echo': { requests_per_minute: 3 } } },
    })
    const answers = []
    for (let times = 0; times < 6; times++) answers.push(await chat('a', { model: 'both' }))
    const providers = answers.map(({ status, headers }) => (status === 200 ? headers.get('x-proxyapi-provider') : status))
    expect(providers.sort()).toEqual([429, 'demo', 'demo', 'spare', 'spare', 'spare'])
  })

  it('let requests wait where they are to be paced, the critical first', async () => {
    const { gateway, world } = setUp({
      auth: { api_keys: [key('usual'), key('first', { criticality: 'critical' })] },
      limits: { pacing: 'queue', providers: { demo: { requests_per_minute: 60 } } },
      rate_limit: { requests_per_window: 1000 },
    })
    const order: string[] = []
    const chat = async (name: string): Promise<void> => {
      const answer = await gateway.fetch('http://localhost/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer secret-${name}` },
        body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'hello' }] }),
      })
      order.push(`${name} ${answer.status} ${Math.floor((world.now() - startMs) / 1_000)}`)
    }
    const startMs = world.now()
    const all = Array.from({ length: 62 }, () => chat('usual'))
    await world.run(world.now() + 10)
    all.push(chat('first'))
    await world.run()
    await Promise.all(all)
    expect(order.slice(59)).toEqual(['usual 200 0', 'first 200 1', 'usual 200 2', 'usual 200 3'])
  })
})
