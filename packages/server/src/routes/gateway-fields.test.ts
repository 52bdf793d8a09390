import type { Transport, TransportRequest } from '@proxyapi/core'
import { afterEach, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'

const messages = [{ role: 'user', content: 'Hello there' }]
/** A body of each surface, and the demo's model that answers it. */
const surfaces: Readonly<Record<string, { readonly body: object; readonly demo: string }>> = {
  '/v1/chat/completions': { body: { messages }, demo: 'demo/echo' },
  '/v1/messages': { body: { messages, max_tokens: 99 }, demo: 'demo/echo' },
  '/v1/responses': { body: { input: 'Hello there' }, demo: 'demo/echo' },
  '/v1/completions': { body: { prompt: 'Hello there' }, demo: 'demo/echo' },
  '/v1/embeddings': { body: { input: 'Hello there' }, demo: 'demo/embed' },
}
const paths = Object.keys(surfaces)
const chatPaths = paths.filter((path) => path !== '/v1/embeddings')

/** Answers of the provider `up`: the next one of the list, as JSON or as events. */
function answering(
  ...answers: readonly { readonly status?: number; readonly body: object | string }[]
): Transport & { readonly sent: TransportRequest[] } {
  const sent: TransportRequest[] = []
  return {
    sent,
    send: (request) => {
      const { status = 200, body } = answers[Math.min(sent.length, answers.length - 1)] ?? { body: {} }
      sent.push(request)
      const isText = typeof body === 'string'
      const pieces = [new TextEncoder().encode(isText ? body : JSON.stringify(body))]
      const headers = { 'content-type': isText ? 'text/event-stream' : 'application/json' }
      return {
        answer: Promise.resolve({ status, headers, body: { read: () => Promise.resolve(pieces.shift()), release: () => undefined } }),
        abort: () => undefined,
      }
    },
    close: () => Promise.resolve(),
  }
}

const broken = { status: 503, body: { error: { message: 'down' } } }
let gateway: Gateway | undefined
afterEach(() => gateway?.close())

async function ask(
  path: string,
  body: object,
  { transport = answering(broken), auth = {} }: { transport?: Transport; auth?: object } = {},
): Promise<Response> {
  const up = { name: 'up', type: 'openai', api_key: 'k', base_url: 'http://upstream.test/v1', models: ['gpt-4o', 'text-embedding-3-small'] }
  gateway = createGateway({ providers: [up], auth, routing: { retry: { attempts_per_target: 1, base_delay_ms: 1 } } }, { transport })
  const headers = { 'content-type': 'application/json', 'x-api-key': 'key-of-a-client' }
  return gateway.fetch(`http://gateway${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

describe('models and fallbacks of the body', () => {
  const wanted = (path: string, fields: object): object => ({ ...surfaces[path]?.body, ...fields })
  const upOf = (path: string): string => (path === '/v1/embeddings' ? 'up/text-embedding-3-small' : 'up/gpt-4o')

  it.each(paths)('are tried in order, and stay with the gateway: %s', async (path) => {
    const demo = surfaces[path]?.demo ?? ''
    const forms = [
      { model: upOf(path), models: [upOf(path), demo] },
      { models: [upOf(path), demo] },
      { model: upOf(path), fallbacks: [demo] },
      { model: upOf(path), fallbacks: [{ model: demo }] },
      { model: upOf(path), models: [], fallbacks: [demo], usage: null },
    ]
    for (const form of forms) {
      const transport = answering(broken)
      const response = await ask(path, wanted(path, form), { transport })
      expect([response.status, response.headers.get('x-proxyapi-provider'), response.headers.get('x-proxyapi-attempts')]).toEqual([
        200,
        'demo',
        '2',
      ])
      const { body } = transport.sent[0] ?? {}
      const sent = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)) as object
      expect(Object.keys(sent).filter((key) => ['models', 'fallbacks', 'usage', 'cache'].includes(key))).toEqual([])
    }
  })

  it.each([
    [{ models: 'demo/echo' }, 'models must be a list'],
    [{ models: ['demo/echo', 3] }, 'models[1] must be the name'],
    [{ fallbacks: [{ name: 'x' }] }, 'fallbacks[0] must be the name'],
    [{ fallbacks: Array.from({ length: 9 }, (_, at) => `demo/${at}`) }, 'name 9 models'],
  ])('that are none are refused by name: %j', async (fields, message) => {
    const response = await ask('/v1/chat/completions', { messages, model: 'demo/echo', ...fields })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(message)
  })

  it.each(['models', 'fallbacks'])('are held to what the key may use: %s', async (field) => {
    const auth = { api_keys: [{ name: 'web', key: 'key-of-a-client', models: ['up/*'] }] }
    const response = await ask('/v1/chat/completions', { messages, model: 'up/gpt-4o', [field]: ['demo/echo'] }, { auth })
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('demo/echo')
  })
})

const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }
const chunk = (fields: object): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', ...fields })}\n\n`
const delta = (content: string, finish: string | null = null): object => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
})
const whole = {
  body: {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
    usage,
    unnamed: 'of the provider',
  },
}
const streamed = {
  body: [chunk(delta('He')), chunk(delta('llo "usage"')), chunk(delta('', 'stop')), chunk({ choices: [], usage }), 'data: [DONE]\n\n'].join(
    '',
  ),
}
const responseOf = (status: string, fields: object): object => ({
  ...{ id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-4o', status, error: null, incomplete_details: null, output: [] },
  ...fields,
})
const item = (text: string): object => ({
  ...{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed' },
  content: [{ type: 'output_text', text, annotations: [] }],
})
const responsesUsage = { input_tokens: 1000, output_tokens: 100, total_tokens: 1100 }
const wholeResponse = { body: responseOf('completed', { output: [item('Hello')], usage: responsesUsage }) }
const part = { item_id: 'msg_1', output_index: 0, content_index: 0 }
const streamedResponse = {
  body: [
    { type: 'response.created', response: responseOf('in_progress', {}) },
    { type: 'response.output_item.added', output_index: 0, item: { ...item(''), status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...part, part: { type: 'output_text', text: '', annotations: [] } },
    { type: 'response.output_text.delta', ...part, delta: 'He' },
    { type: 'response.output_text.delta', ...part, delta: 'llo "usage"' },
    { type: 'response.output_text.done', ...part, text: 'Hello "usage"' },
    { type: 'response.output_item.done', output_index: 0, item: item('Hello "usage"') },
    { type: 'response.completed', response: responseOf('completed', { output: [item('Hello "usage"')], usage: responsesUsage }) },
  ]
    .map((event, at) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: at })}\n\n`)
    .join(''),
}
/** The provider speaks Responses itself: such a client's call goes there in its own words. */
const wholeFor = (path: string): { readonly body: object } => (path === '/v1/responses' ? wholeResponse : whole)
const streamedFor = (path: string): { readonly body: string } => (path === '/v1/responses' ? streamedResponse : streamed)

/** gpt-4o costs 2.50 and 10 dollars a million tokens. */
const told = {
  cost: 0.0035,
  cost_details: { upstream_inference_cost: 0.0035, upstream_inference_prompt_cost: 0.0025, upstream_inference_completions_cost: 0.001 },
}

/** What the events of a stream tell of usage, at the places where the three APIs have it. */
function usagesOf(text: string): readonly unknown[] {
  const values = text
    .split('\n')
    .flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6)) as Record<string, unknown>] : []))
  return values
    .map((value) => value['usage'] ?? (value['response'] as { usage?: unknown } | undefined)?.usage)
    .filter((one) => one !== undefined && one !== null)
}

describe('usage: { include: true }', () => {
  const asked = (path: string, fields: object): object => ({
    ...surfaces[path]?.body,
    model: 'up/gpt-4o',
    usage: { include: true },
    ...fields,
  })

  it.each(chatPaths)('tells the cost of an answer: %s', async (path) => {
    const response = await ask(path, asked(path, {}), { transport: answering(wholeFor(path)) })
    const body = (await response.json()) as Record<string, unknown>
    expect(body['usage']).toMatchObject(told)
    // The provider's own bytes keep what only it knows.
    if (path === '/v1/chat/completions') expect(body['unnamed']).toBe('of the provider')
  })

  it.each(chatPaths)('tells the cost in the last usage of a stream: %s', async (path) => {
    const response = await ask(path, asked(path, { stream: true }), { transport: answering(streamedFor(path)) })
    const text = await response.text()
    expect(usagesOf(text).at(-1)).toMatchObject(told)
    expect(text).toContain('llo \\"usage\\"')
    if (path.includes('completions')) expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('tells that an answer out of the cache costs nothing', async () => {
    const transport = answering(whole)
    await (await ask('/v1/chat/completions', asked('/v1/chat/completions', { temperature: 0 }), { transport })).text()
    const headers = { 'content-type': 'application/json', 'x-api-key': 'key-of-a-client' }
    const body = JSON.stringify(asked('/v1/chat/completions', { temperature: 0 }))
    const again = await gateway?.fetch('http://gateway/v1/chat/completions', { method: 'POST', headers, body })
    expect(again?.headers.get('x-proxyapi-cache')).toBe('hit')
    expect(await again?.json()).toMatchObject({ usage: { ...usage, cost: 0 } })
  })

  it.each([false, true])('left out, nothing is told (stream: %s)', async (stream) => {
    const response = await ask(
      '/v1/chat/completions',
      { messages, model: 'up/gpt-4o', stream, stream_options: { include_usage: true }, usage: { include: false } },
      { transport: answering(stream ? streamed : whole) },
    )
    expect(await response.text()).not.toContain('cost')
  })
})
