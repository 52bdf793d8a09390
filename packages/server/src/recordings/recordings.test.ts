import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'
import { createMemoryRecordingStore } from './recording-store.ts'

type Json = Readonly<Record<string, unknown>> & {
  readonly error?: { readonly message: string; readonly code: string; readonly param: string | null }
}

const keys = [
  { name: 'ops', key: 'ops-key-0001', role: 'admin' },
  { name: 'app', key: 'app-key-0001' },
  { name: 'eyes', key: 'eyes-key-0001', role: 'viewer' },
]
const chat = {
  model: 'demo/echo',
  user: 'alice',
  messages: [{ role: 'user', content: 'Write to alice@example.org with sk-abcdefghijklmnopqrstuvwxyz0123456789' }],
}

function open(config: object = {}, store = createMemoryRecordingStore()) {
  const gateway = createGateway({ auth: { api_keys: keys }, ...config }, { recordingStore: store, secret: 'a secret of this test' })
  const ask = async (method: string, path: string, body?: unknown, key = 'ops-key-0001'): Promise<{ status: number; body: Json }> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
    const response = await gateway.fetch(`http://gateway${path}`, { method, headers, ...init })
    const text = await response.text()
    // What is recorded is written in a task of its own, after the answer.
    await new Promise((resolve) => setImmediate(resolve))
    return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Json) : { text } }
  }
  const lines = async (id: unknown): Promise<readonly Json[]> => {
    const { body } = await ask('GET', `/api/recordings/${String(id)}/lines`)
    return (body['lines'] as string[]).map((line) => JSON.parse(line) as Json)
  }
  return { ask, lines, gateway, store }
}

const plan = { key: 'app', minutes: 5, reason: 'a customer asked' }

describe('recordings', () => {
  it('record the requests of one key with their bodies, masked, and what became of them', async () => {
    const { ask, lines } = open()
    const { status, body } = await ask('POST', '/api/recordings', plan)
    expect([status, body]).toMatchObject([200, { key: 'app', status: 'running', minutes: 5, requests: 0, reason: 'a customer asked' }])
    await ask('POST', '/v1/chat/completions', chat, 'app-key-0001')
    await ask('POST', '/v1/chat/completions', chat, 'ops-key-0001')
    const [head, request, ...more] = await lines(body['id'])
    expect([head, more]).toMatchObject([{ object: 'recording', version: 1, key: 'app', reason: 'a customer asked' }, []])
    expect(request).toMatchObject({
      object: 'recorded_request',
      key: { name: 'app' },
      endpoint: '/v1/chat/completions',
      operation: 'chat',
      requested_model: 'demo/echo',
      outcome: 'complete',
      attempts: [{ provider: 'demo', model: 'echo', outcome: 'success', usage: { input: expect.any(Number) as number } }],
      request: { path: '/v1/chat/completions', body: { model: 'demo/echo' } },
      response: { choices: [{ message: { role: 'assistant' } }] },
    })
    const text = JSON.stringify(request)
    for (const hidden of ['alice', 'sk-abcdefghijklm']) expect(text).not.toContain(hidden)
    expect(request?.['user']).toMatch(/^user_[0-9a-f]{24}$/)
  })

  it('record streams as whole answers, and other operations', async () => {
    const { ask, lines } = open()
    const { body } = await ask('POST', '/api/recordings', { ...plan, key: 'all' })
    await ask('POST', '/v1/chat/completions', { ...chat, stream: true })
    await ask('POST', '/v1/messages', { model: 'demo/echo', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] })
    await ask('POST', '/v1/embeddings', { model: 'demo/embed', input: ['a', 'b'] })
    await ask('POST', '/v1/chat/completions', { model: 'demo/nothing', messages: [{ role: 'user', content: 'Hi' }] })
    const [, streamed, messages, embeddings, failed] = await lines(body['id'])
    expect(streamed).toMatchObject({ stream: true, response: { object: 'chat.completion', choices: [{ finish_reason: 'stop' }] } })
    expect(messages).toMatchObject({ endpoint: '/v1/messages', request: { path: '/v1/messages', body: { max_tokens: 9 } } })
    expect(embeddings).toMatchObject({
      operation: 'embeddings',
      request: { path: '/v1/embeddings', body: { input: ['a', 'b'] } },
      response: null,
    })
    expect(failed).toMatchObject({ outcome: 'error', response: null })
  })

  it('gives the bodies of a request to who may record, and to nobody else', async () => {
    const { ask, lines } = open()
    const { body } = await ask('POST', '/api/recordings', plan)
    await ask('POST', '/v1/chat/completions', chat, 'app-key-0001')
    const id = String((await lines(body['id']))[1]?.['id'])
    expect((await ask('GET', `/v1/receipts/${id}/bodies`)).body).toMatchObject({ id, request: { path: '/v1/chat/completions' } })
    for (const key of ['app-key-0001', 'eyes-key-0001']) {
      expect((await ask('GET', `/v1/receipts/${id}/bodies`, undefined, key)).status).toBe(403)
      expect((await ask('GET', `/api/recordings/${String(body['id'])}/lines`, undefined, key)).status).toBe(403)
    }
    expect((await ask('GET', '/api/recordings', undefined, 'eyes-key-0001')).status).toBe(200)
    expect((await ask('GET', '/v1/receipts/nothing/bodies')).status).toBe(404)
  })

  it('end by number and by hand, and are removed', async () => {
    const { ask, lines } = open()
    const { body } = await ask('POST', '/api/recordings', { ...plan, key: 'all', max_requests: 2 })
    for (let round = 0; round < 4; round++) await ask('POST', '/v1/chat/completions', chat)
    expect((await ask('GET', `/api/recordings/${String(body['id'])}`)).body).toMatchObject({
      status: 'ended',
      end: 'requests',
      requests: 2,
    })
    expect((await lines(body['id'])).map(({ object }) => object)).toEqual([
      'recording',
      'recorded_request',
      'recorded_request',
      'recording_end',
    ])
    const second = await ask('POST', '/api/recordings', plan)
    expect((await ask('POST', `/api/recordings/${String(second.body['id'])}/stop`)).body).toMatchObject({ end: 'stopped' })
    expect((await ask('DELETE', `/api/recordings/${String(body['id'])}`)).status).toBe(200)
    expect((await ask('GET', `/api/recordings/${String(body['id'])}`)).status).toBe(404)
    expect((await ask('GET', '/api/recordings')).body['recordings']).toHaveLength(1)
  })

  it('end by size before they grow over it', async () => {
    const { ask } = open({ recordings: { max_size_mb: 0.01 } })
    const { body } = await ask('POST', '/api/recordings', { ...plan, key: 'all' })
    for (let round = 0; round < 20; round++) await ask('POST', '/v1/chat/completions', chat)
    const { body: ended } = await ask('GET', `/api/recordings/${String(body['id'])}`)
    expect(ended['end']).toBe('size')
    expect(Number(ended['bytes'])).toBeLessThanOrEqual(10_485)
  })

  it('forget an end user who is erased', async () => {
    const { ask, lines } = open()
    const { body } = await ask('POST', '/api/recordings', { ...plan, key: 'all' })
    await ask('POST', '/v1/chat/completions', chat)
    await ask('POST', '/v1/chat/completions', { ...chat, user: 'bob' })
    expect((await ask('GET', '/api/privacy/users/alice')).body['held']).toMatchObject({ recorded_requests: 1 })
    expect((await ask('DELETE', '/api/privacy/users/alice')).body['erased']).toMatchObject({ recorded_requests: 1 })
    expect(await lines(body['id'])).toHaveLength(2)
    expect((await ask('DELETE', '/api/privacy/users/alice')).body['erased']).toMatchObject({ recorded_requests: 0 })
  })

  it('outlive the process: what ran has ended with it', async () => {
    const first = open()
    const { body } = await first.ask('POST', '/api/recordings', { ...plan, key: 'all' })
    await first.ask('POST', '/v1/chat/completions', chat)
    await first.gateway.close()
    const { ask } = open({}, first.store)
    expect((await ask('GET', `/api/recordings/${String(body['id'])}`)).body).toMatchObject({ status: 'ended', end: 'restart', requests: 1 })
  })

  it.each<[string, object, string, string]>([
    ['no reason', { reason: undefined }, 'reason', 'is missing'],
    ['an empty reason', { reason: ' ' }, 'reason', 'at least 1'],
    ['more than an hour', { minutes: 61 }, 'minutes', '(found 61; allowed: at most 60)'],
    ['no key', { key: '' }, 'key', 'at least 1'],
    ['too many requests', { max_requests: 10_001 }, 'max_requests', 'at most 10000'],
    ['an unknown field', { user: 'alice' }, 'user', 'unknown key'],
  ])('are refused with %s', async (_what, change, param, words) => {
    const { status, body } = await open().ask('POST', '/api/recordings', { ...plan, ...change })
    expect([status, body.error?.param]).toEqual([400, param])
    expect(body.error?.message).toContain(words)
  })

  it('are four at a time, and none where they are off', async () => {
    const { ask } = open()
    for (let round = 0; round < 4; round++) await ask('POST', '/api/recordings', plan)
    expect((await ask('POST', '/api/recordings', plan)).status).toBe(409)
    const off = open({ recordings: { enabled: false } })
    const refused = await off.ask('POST', '/api/recordings', plan)
    expect([refused.status, refused.body.error?.message]).toEqual([403, expect.stringContaining('recordings.enabled')])
    expect((await off.ask('GET', '/api/recordings')).body).toEqual({ recordings: [] })
  })
})
