import type { Receipt } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import type { Capability } from '../capability/capability.ts'
import { createGateway } from '../gateway/create-gateway.ts'

type Json = Readonly<Record<string, unknown>>

interface Sent {
  readonly path: string
  readonly body: Json
}

/** A gateway over a provider whose upstream answers `text`. */
function stage(
  text: string,
  { type = 'openai', status = 200, models = ['*'] as readonly unknown[], config = {}, capabilities = [] as Capability[] } = {},
) {
  const sent: Sent[] = []
  const receipts: Receipt[] = []
  const gateway = createGateway(
    { providers: [{ name: 'up', type, api_key: 'sk-test', base_url: 'http://up.test/v1', models }], ...config },
    {
      capabilities,
      onReceipt: (receipt) => receipts.push(receipt),
      deps: {
        now: () => 1_700_000_000_000,
        monotonicNow: () => 1_700_000_000_000,
        random: () => 0.5,
        newId: () => 'new-id',
        sleep: () => Promise.resolve(),
        setTimer: () => () => undefined,
        defer: (run: () => void) => run(),
        fetch: async (url, init) => {
          sent.push({ path: new URL(String(url)).pathname, body: JSON.parse(String(init?.body)) as Json })
          return new Response(text, { status, headers: { 'content-type': 'application/json' } })
        },
      },
    },
  )
  const post = (path: string, body: Json, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    gateway.fetch(`http://gateway${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  return { sent, receipts, post }
}

describe('POST /v1/embeddings', () => {
  const usage = { prompt_tokens: 2, total_tokens: 2 }
  const floats = `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5, 1]}],"model":"own","usage":${JSON.stringify(usage)},"x":1}`
  const packed = floats.replace('[0.5, 1]', '"AAAAPwAAgD8="')

  it.each<[string, object, string, string]>([
    ['floats as they came', {}, floats, floats],
    ['base64 as it came', { encoding_format: 'base64' }, packed, packed],
  ])('sends %s', async (_what, more, answer, expected) => {
    const { post } = stage(answer)
    const response = await post('/v1/embeddings', { model: 'up/m', input: 'a', ...more })
    expect(await response.text()).toBe(expected)
  })

  it.each<[string, string, object, string, unknown]>([
    ['floats from base64', 'openai', {}, packed, [0.5, 1]],
    ['base64 from floats', 'openai_compatible', { encoding_format: 'base64' }, floats, 'AAAAPwAAgD8='],
  ])('makes %s', async (_what, type, more, answer, embedding) => {
    const { post } = stage(answer, { type })
    const response = await post('/v1/embeddings', { model: 'up/m', input: 'a', ...more })
    expect(await response.json()).toEqual({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding }],
      model: 'own',
      usage,
    })
  })

  it.each([
    ['no input', { model: 'up/m', input: [] }, 'input'],
    ['no model', { input: 'a' }, 'model'],
    ['an unknown format', { model: 'up/m', input: 'a', encoding_format: 'int8' }, 'encoding_format'],
  ])('refuses %s', async (_what, body, param) => {
    const response = await stage(floats).post('/v1/embeddings', body)
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param, type: 'invalid_request_error' } }])
  })
})

describe('the paths of Azure', () => {
  const embedded = '{"data":[{"index":0,"embedding":[1]}]}'

  it.each([
    ['/openai/deployments/m/embeddings?api-version=2024-10-21', {}, 'm'],
    ['/openai/deployments/up/m/embeddings', { model: 'another' }, 'm'],
    ['/openai/v1/embeddings', { model: 'up/m' }, 'm'],
  ])('%s names the model', async (path, more, model) => {
    const { post, sent } = stage(embedded, { models: ['m'] })
    expect((await post(path, { input: 'a', ...more })).status).toBe(200)
    expect(sent[0]?.body['model']).toBe(model)
  })

  it('are closed to keys that may not use the model of the path', async () => {
    const config = { auth: { api_keys: [{ name: 'narrow', key: 'client-key-0123', models: ['up/other'] }] } }
    const { post, sent } = stage(embedded, { config })
    const headers = { 'api-key': 'client-key-0123' }
    expect((await post('/openai/deployments/up/m/embeddings', { model: 'up/other', input: 'a' }, headers)).status).toBe(403)
    expect(sent).toEqual([])
  })

  it('send the model of the path to the provider of a chat', async () => {
    const { post, sent } = stage(
      '{"id":"a","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]}',
    )
    const messages = [{ role: 'user', content: 'Hello' }]
    expect((await post('/openai/deployments/up/m/chat/completions', { model: 'another', messages })).status).toBe(200)
    expect(sent[0]?.body['model']).toBe('m')
  })
})

describe('rerank', () => {
  const answer = JSON.stringify({
    id: 'r-1',
    results: [
      { index: 1, relevance_score: 0.9 },
      { index: 0, relevance_score: 0.1 },
    ],
    meta: { billed_units: { search_units: 1 } },
  })
  const priced = [{ id: 'm', search_units_usd_per_million: 2_000 }]
  const body = { model: 'up/m', query: 'q', documents: ['a', { text: 'b' }], return_documents: true, cache: { ttl: 60 } }

  it.each(['/v1/rerank', '/v2/rerank', '/rerank'])('answers at %s, and says what it cost', async (path) => {
    const { post, sent } = stage(answer, { type: 'cohere', models: priced })
    const response = await post(path, body)
    expect(await response.json()).toEqual({
      id: 'r-1',
      model: 'm',
      results: [
        { index: 1, relevance_score: 0.9, document: { text: 'b' } },
        { index: 0, relevance_score: 0.1, document: { text: 'a' } },
      ],
      meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
    })
    expect(sent[0]?.body).toEqual({ model: 'm', query: 'q', documents: ['a', 'b'] })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-proxyapi-cost-usd': '0.002',
      'x-proxyapi-provider': 'up',
      'x-proxyapi-model': 'm',
      'x-proxyapi-attempts': '1',
    })
  })

  it.each([
    ['no documents', { documents: [] }, 400, 'documents'],
    ['a number as a document', { documents: [1] }, 400, 'documents[0]'],
    ['a wrong count', { top_n: -1 }, 400, 'top_n'],
  ])('refuses %s', async (_what, more, status, param) => {
    const { post, sent } = stage(answer, { type: 'cohere' })
    const response = await post('/v1/rerank', { ...body, ...more })
    expect([response.status, await response.json()]).toMatchObject([status, { error: { param } }])
    expect(sent).toEqual([])
  })

  it('is closed to keys that may not use the model', async () => {
    const config = { auth: { api_keys: [{ name: 'narrow', key: 'client-key-0123', models: ['up/other'] }] } }
    const { post } = stage(answer, { type: 'cohere', config })
    expect((await post('/v1/rerank', body)).status).toBe(401)
    expect((await post('/v1/rerank', body, { authorization: 'Bearer client-key-0123' })).status).toBe(403)
  })

  it('passes a refusal of the provider on', async () => {
    const { post } = stage('{"message":"too many documents"}', { type: 'cohere', status: 400 })
    const response = await post('/v1/rerank', body)
    expect([response.status, await response.json()]).toMatchObject([400, { error: { message: 'too many documents' } }])
  })
})

describe('POST /v1/moderations', () => {
  const result = { categories: { violence: true }, category_scores: { violence: 0.9 } }

  it('sends an answer of OpenAI on as it came', async () => {
    const answer = `{"id":"modr-1", "model":"omni-moderation-latest", "results":[${JSON.stringify({ flagged: true, ...result })}]}`
    const { post, sent } = stage(answer)
    const response = await post('/v1/moderations', { input: 'a', model: 'up/omni-moderation-latest' })
    expect(await response.text()).toBe(answer)
    expect(sent[0]).toEqual({ path: '/v1/moderations', body: { model: 'omni-moderation-latest', input: ['a'] } })
  })

  it('adds what the provider leaves unsaid', async () => {
    const { post } = stage(JSON.stringify({ id: 'm-1', model: 'm', results: [result] }), { type: 'mistral' })
    const response = await post('/v1/moderations', { input: ['a'], model: 'up/m' })
    expect(await response.json()).toEqual({ id: 'm-1', model: 'm', results: [{ flagged: true, ...result }] })
  })

  it('needs no model where the usual one is known', async () => {
    const answer = JSON.stringify({ id: 'm-1', model: 'm', results: [{ flagged: true, ...result }] })
    const { post, sent } = stage(answer, { models: ['omni-moderation-latest'] })
    expect((await post('/v1/moderations', { input: 'a' })).status).toBe(200)
    expect(sent[0]?.body['model']).toBe('omni-moderation-latest')
  })
})

describe('POST /v1/messages/count_tokens', () => {
  const body = { model: 'up/m', messages: [{ role: 'user', content: 'Hello there' }] }

  it('is a call like others, which costs nothing and asks no provider', async () => {
    const seen: string[] = []
    const watching: Capability = {
      name: 'watching',
      open: () => undefined,
      compile: () => ({
        filter: (next, { name }) => {
          return (request, call) => {
            seen.push(name)
            return next(request, call)
          }
        },
      }),
    }
    const { post, sent, receipts } = stage('', { capabilities: [watching] })
    const response = await post('/v1/messages/count_tokens', body)
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) as number })
    expect([seen, sent]).toEqual([['count_tokens'], []])
    expect(receipts).toMatchObject([
      { operation: 'count_tokens', outcome: 'complete', model: 'up/m', costNanoUsd: 0, attempts: [], usage: undefined, cache: undefined },
    ])
  })

  it('refuses in the words of Anthropic', async () => {
    const response = await stage('').post('/v1/messages/count_tokens', { messages: [] })
    expect([response.status, await response.json()]).toMatchObject([400, { type: 'error', error: { type: 'invalid_request_error' } }])
  })
})
