import { systemDeps } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

interface World {
  /** What the providers' lists answer; a status stands for a failure. */
  readonly lists?: readonly string[] | number
  readonly now?: () => number
}

interface Asked {
  readonly status: number
  readonly body: {
    readonly models: readonly Readonly<Record<string, unknown>>[]
    readonly count: number
    readonly total: number
    readonly cache_hit: boolean
    readonly error: { readonly message: string; readonly param: string | null; readonly code: string }
  }
}

/** A gateway whose providers list these models, and how often they have been asked. */
function open(config: object, { lists = [], now = () => 0 }: World = {}) {
  let listings = 0
  const fetch = async (): Promise<Response> => {
    listings += 1
    return typeof lists === 'number'
      ? new Response('{}', { status: lists })
      : Response.json({ object: 'list', data: lists.map((id) => ({ id, object: 'model' })) })
  }
  const gateway = createGateway(config, { deps: { ...systemDeps, fetch, now, monotonicNow: now } })
  const ask = async (path: string, init?: RequestInit): Promise<Asked> => {
    const response = await gateway.fetch(`http://gateway${path}`, init)
    return { status: response.status, body: (await response.json()) as Asked['body'] }
  }
  return { ask, listings: () => listings }
}

const openai = { name: 'openai', api_key: 'sk-test' }
const both = { providers: [{ ...openai, models: ['gpt-4', 'gpt-4o', 'my-model', 'text-embedding-3-small'] }] }

describe('GET /api/models', () => {
  it('tells of a configured model all that is known', async () => {
    const { body } = await open(both).ask('/api/models?provider=openai&supports_chat=true&min_context=8000&max_cost=0.06&sort=id')
    expect(body.models[0]).toEqual({
      id: 'gpt-4',
      name: 'GPT-4',
      provider: 'openai',
      description: 'The original GPT-4.',
      context_length: 8_192,
      max_tokens: 4_096,
      supports_chat: true,
      input_cost: 0.03,
      output_cost: 0.06,
      capabilities: ['chat', 'tools', 'function_calling'],
      available: true,
      source: 'openai.com/api/pricing, by litellm 1.110.2',
      updated_at: '2026-11-30',
    })
    expect(body).toMatchObject({ count: 2, total: 2, cache_hit: false })
  })

  it('shows a configured price', async () => {
    const model = { id: 'qwen3', context_length: 32_768, input_usd_per_million: 0.5, output_usd_per_million: 2 }
    const local = { name: 'local', type: 'openai_compatible', base_url: 'http://127.0.0.1:1/v1', models: [model] }
    const { body } = await open({ providers: [local] }).ask('/api/models/local/qwen3')
    expect(body).toMatchObject({ context_length: 32_768, input_cost: 0.0005, output_cost: 0.002, source: 'configuration' })
  })

  it('leaves open what nobody knows', async () => {
    const { body } = await open(both).ask('/api/models?provider=openai')
    expect(body.models.find((model) => model['id'] === 'my-model')).toMatchObject({
      context_length: null,
      max_tokens: null,
      input_cost: null,
      output_cost: null,
      source: 'provider',
      updated_at: null,
    })
  })

  it('has the demo at no cost, and shows what could be configured as not available', async () => {
    const { body } = await open({}).ask('/api/models')
    const demo = body.models.filter((model) => model['provider'] === 'demo')
    expect(demo.map((model) => [model['id'], model['supports_chat'], model['input_cost'], model['available']])).toEqual([
      ['echo', true, 0, true],
      ['lorem', true, 0, true],
      ['slow', true, 0, true],
      ['embed', false, 0, true],
      ['rerank', false, 0, true],
      ['moderation', false, 0, true],
    ])
    const others = body.models.slice(demo.length)
    expect(others.length).toBeGreaterThan(300)
    expect(others.every((model) => model['available'] === false)).toBe(true)
  })

  it('asks a provider for its models, and shows only those', async () => {
    const { ask } = open({ providers: [openai] }, { lists: ['gpt-4o', 'gpt-9'] })
    const { body } = await ask('/api/models?provider=openai&sort=id')
    expect(body.models.map(({ id, available }) => ({ id, available }))).toEqual([
      { id: 'gpt-4o', available: true },
      { id: 'gpt-9', available: true },
    ])
  })

  it('falls back on what is publicly known of a provider that cannot be asked', async () => {
    const { ask } = open({ providers: [openai] }, { lists: 500 })
    const { body } = await ask('/api/models?provider=openai&supports_chat=true')
    expect(body.count).toBeGreaterThan(50)
    expect(body.models.every((model) => model['available'] === false)).toBe(true)
  })

  it('offers all public models of a provider that takes any', async () => {
    const { body } = await open({ providers: [{ ...openai, name: 'main', type: 'openai', models: ['*'] }] }).ask(
      '/api/models?provider=main',
    )
    expect(body.models.every((model) => model['available'] === true)).toBe(true)
    expect(body.models.some((model) => model['id'] === 'gpt-4o-mini')).toBe(true)
  })

  it('pages, and says how many there are', async () => {
    const { ask } = open(both)
    const first = await ask('/api/models?provider=openai&sort=-input_cost&limit=1')
    expect(first.body).toMatchObject({ count: 1, total: 4, models: [{ id: 'gpt-4' }] })
    const second = await ask('/api/models?provider=openai&sort=-input_cost&limit=1&offset=1')
    expect(second.body).toMatchObject({ count: 1, total: 4, models: [{ id: 'gpt-4o' }] })
  })

  it('keeps the catalogue for half a minute, and says so', async () => {
    let nowMs = 1_000
    const { ask, listings } = open({ providers: [openai] }, { lists: ['gpt-4o'], now: () => nowMs })
    expect((await ask('/api/models')).body.cache_hit).toBe(false)
    expect((await ask('/api/models/search?q=gpt')).body.cache_hit).toBe(true)
    nowMs += 29_999
    expect((await ask('/api/models')).body.cache_hit).toBe(true)
    nowMs += 1
    expect((await ask('/api/models')).body.cache_hit).toBe(false)
    expect(listings()).toBe(1)
  })

  it('makes it once for all who ask at the same time', async () => {
    const { ask, listings } = open({ providers: [openai] }, { lists: ['gpt-4o'] })
    const answers = await Promise.all([ask('/api/models'), ask('/api/models'), ask('/api/models')])
    expect(answers.map((answer) => answer.body.cache_hit)).toEqual([false, false, false])
    expect(listings()).toBe(1)
  })

  it.each([
    { query: 'supports_chat=maybe', param: 'supports_chat', says: 'supports_chat is "maybe"; allowed: true or false.' },
    { query: 'min_context=-1', param: 'min_context', says: 'min_context is "-1"; allowed: a whole number from 0 to 999999999.' },
    { query: 'max_cost=NaN', param: 'max_cost', says: 'max_cost is "NaN"; allowed: dollars per 1,000 tokens, as a number such as 0.05.' },
    { query: 'max_cost=', param: 'max_cost', says: 'max_cost is "";' },
    { query: 'limit=0', param: 'limit', says: 'limit is "0"; allowed: a whole number from 1 to 1000.' },
    { query: 'limit=1e3', param: 'limit', says: 'limit is "1e3";' },
    { query: 'offset=1.5', param: 'offset', says: 'offset is "1.5";' },
    { query: 'sort=price', param: 'sort', says: 'sort is "price"; allowed: relevance, name,' },
    {
      query: 'suports_chat=true',
      param: 'suports_chat',
      says: 'There is no parameter "suports_chat"; allowed: q, provider, supports_chat,',
    },
    { query: 'provider=a&provider=b', param: 'provider', says: 'provider is given 2 times; allowed: once.' },
    { query: `q=${'x'.repeat(201)}`, param: 'q', says: 'allowed: at most 200 characters.' },
    { query: '__proto__=1', param: '__proto__', says: '"__proto__"' },
  ])('refuses $query', async ({ query, param, says }) => {
    const { status, body } = await open({}).ask(`/api/models?${query}`)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalid_request', param })
    expect(body.error.message).toContain(says)
  })

  it('allows no other method', async () => {
    const { ask } = open({})
    expect((await ask('/api/models', { method: 'POST' })).status).toBe(405)
    expect((await ask('/api/models/demo/echo', { method: 'DELETE' })).status).toBe(405)
  })
})

describe('GET /api/models/search', () => {
  it('finds through slips, what can be used first', async () => {
    const config = { providers: [{ name: 'anthropic', api_key: 'sk-test', models: ['claude-sonnet-4-5', 'claude-haiku-4-5'] }] }
    const { body } = await open(config).ask('/api/models/search?q=clude%20sonet&supports_chat=true&min_context=100000&max_cost=0.05')
    expect(body.models[0]).toMatchObject({ id: 'claude-sonnet-4-5', provider: 'anthropic', available: true })
    expect(body.count).toBe(body.models.length)
  })

  it('answers nothing where nothing fits', async () => {
    expect((await open({}).ask('/api/models/search?q=zzzzzzzz')).body).toMatchObject({ models: [], count: 0, total: 0 })
  })
})

describe('GET /api/models/{provider}/{model}', () => {
  const router = { providers: [{ name: 'openrouter', api_key: 'sk-test', models: ['openai/gpt-4o', 'x/y:free'] }] }

  it.each([
    { path: 'demo/echo', id: 'echo' },
    { path: 'openrouter/openai/gpt-4o', id: 'openai/gpt-4o' },
    { path: 'openrouter/openai%2Fgpt-4o', id: 'openai/gpt-4o' },
    { path: 'openrouter/x/y:free', id: 'x/y:free' },
    { path: 'openrouter/x/y%3Afree', id: 'x/y:free' },
    { path: 'openai/gpt-4o', id: 'gpt-4o' },
  ])('gives one entry: $path', async ({ path, id }) => {
    const { status, body } = await open(router).ask(`/api/models/${path}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, provider: path.slice(0, path.indexOf('/')), cache_hit: false })
  })

  it.each(['demo/nope', 'nope/echo', 'search/echo'])('knows nothing of %s', async (path) => {
    const { status, body } = await open(router).ask(`/api/models/${path}`)
    expect(status).toBe(404)
    expect(body.error.code).toBe('model_not_found')
  })
})

describe('keys', () => {
  const config = { ...both, auth: { api_keys: ['all', { name: 'small', key: 'small', role: 'user', models: ['openai/gpt-4', 'demo/*'] }] } }
  const as = (key: string): RequestInit => ({ headers: { 'x-api-key': key } })

  it.each(['/api/models', '/api/models/search?q=gpt', '/api/models/demo/echo', '/api/nothing'])('are needed for %s', async (path) => {
    const { ask } = open(config)
    expect((await ask(path)).status).toBe(401)
    expect((await ask(path, as('wrong'))).status).toBe(401)
  })

  it('see only the models that they may use', async () => {
    const { ask } = open(config)
    const seen = (await ask('/api/models?sort=id', as('small'))).body.models.map((model) => `${model['provider']}/${model['id']}`)
    expect(seen).toEqual(['demo/echo', 'demo/embed', 'openai/gpt-4', 'demo/lorem', 'demo/moderation', 'demo/rerank', 'demo/slow'])
    expect((await ask('/api/models/openai/gpt-4o', as('small'))).status).toBe(404)
    expect((await ask('/api/models/openai/gpt-4o', as('all'))).status).toBe(200)
  })
})
