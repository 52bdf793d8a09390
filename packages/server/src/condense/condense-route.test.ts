import { systemDeps } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

interface Body {
  readonly summary: string
  readonly messages?: readonly { readonly role: string; readonly content: string }[]
  readonly original_tokens: number
  readonly condensed_tokens: number
  readonly compression_ratio: number
  readonly mode: string
  readonly cached: boolean
  readonly fallback?: string
  readonly preservation: { readonly score: number }
  readonly error: { readonly message: string; readonly param: string | null; readonly code: string }
}

function open(config: object = {}, reply = 'Aurora-3 carried coffee.') {
  const prompts: string[] = []
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    prompts.push(String(init?.body))
    return reply === ''
      ? Response.json({ error: { message: 'boom' } }, { status: 500 })
      : Response.json({
          id: 'x',
          object: 'chat.completion',
          created: 1,
          model: 'm',
          choices: [{ index: 0, message: { role: 'assistant', content: reply }, finish_reason: 'stop' }],
        })
  }
  const receipts: unknown[] = []
  const gateway = createGateway(config, {
    deps: { ...systemDeps, fetch, defer: (run) => run() },
    onReceipt: (receipt) => receipts.push(receipt),
  })
  const ask = async (body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: Body }> => {
    const response = await gateway.fetch('http://gateway/api/condense', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Body }
  }
  return { ask, gateway, prompts, receipts }
}

const messages = [
  { role: 'system', content: 'You are the clerk of the harbour.' },
  ...Array.from({ length: 30 }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: `Aurora-${index} came in at ${index}:15 with ${index * 7} crates of coffee. The crew went ashore. It rained all day.`,
  })),
  { role: 'user', content: 'What did Aurora-4 carry?' },
]

describe('summaries', () => {
  it.each([
    ['clearing the cache', '/api/cache', 'removed', true],
    ['clearing what a user has in it', '/api/cache?user=u-1', 'removed', true],
    ['erasing a person', '/api/privacy/users/u-1', 'erased', true],
    ['clearing a model', '/api/cache?model=m', 'removed', false],
  ])('go with %s', async (_what, path, field, isCleared) => {
    const { ask, gateway } = open()
    await ask({ messages, max_tokens: 100 })
    expect((await ask({ messages, max_tokens: 100 })).body.cached).toBe(true)
    const answer = (await (await gateway.fetch(`http://gateway${path}`, { method: 'DELETE' })).json()) as Record<
      string,
      Record<string, number>
    >
    expect(answer[field]?.['summaries']).toBe(isCleared ? 1 : undefined)
    expect((await ask({ messages, max_tokens: 100 })).body.cached).toBe(!isCleared)
  })
})

describe('POST /api/condense', () => {
  it('answers without any provider, within the budget, and the second time from its cache', async () => {
    const { ask } = open()
    const first = await ask({ messages, max_tokens: 100 })
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ mode: 'extractive', cached: false })
    expect(first.body.condensed_tokens).toBeLessThanOrEqual(100)
    expect(first.body.compression_ratio).toBeCloseTo(first.body.condensed_tokens / first.body.original_tokens)
    expect(first.body.summary).toContain('28 crates')
    expect(first.body.preservation.score).toBeGreaterThan(0)
    const second = await ask({ messages, max_tokens: 100 })
    expect(second.body).toEqual({ ...first.body, cached: true })
  })

  it('gives a list ready to send', async () => {
    const { body } = await open().ask({ messages, max_tokens: 300, format: 'messages' })
    expect(body.messages?.[0]).toEqual(messages[0])
    expect(body.messages?.at(-1)).toEqual(messages.at(-1))
    expect(body.condensed_tokens).toBeLessThanOrEqual(300)
  })

  it('gives messages back as they came when they fit, fields and their order included', async () => {
    const list = [{ content: 'Hello.', metadata: { a: 1 }, role: 'user' }]
    const { body } = await open().ask({ messages: list, max_tokens: 100, format: 'messages' })
    expect(JSON.stringify(body.messages)).toBe(JSON.stringify(list))
  })

  it('takes the configured length when the body names none', async () => {
    const { body } = await open({ condensation: { summary_max_tokens: 60 } }).ask({ messages })
    expect(body.condensed_tokens).toBeLessThanOrEqual(60)
  })

  it('remembers nothing where the cache is off', async () => {
    const { ask } = open({ caching: { enabled: false } })
    await ask({ messages, max_tokens: 100 })
    expect((await ask({ messages, max_tokens: 100 })).body.cached).toBe(false)
  })

  it('keeps what it remembers apart for each key', async () => {
    const { ask } = open({ auth: { api_keys: ['key-one-1', 'key-two-2'] } })
    await ask({ messages, max_tokens: 100 }, { 'x-api-key': 'key-one-1' })
    expect((await ask({ messages, max_tokens: 100 }, { 'x-api-key': 'key-two-2' })).body.cached).toBe(false)
    expect((await ask({ messages, max_tokens: 100 }, { 'x-api-key': 'key-one-1' })).body.cached).toBe(true)
    expect((await ask({ messages, max_tokens: 100 })).status).toBe(401)
  })

  it.each<[string, object, string | null]>([
    ['no messages', { max_tokens: 10 }, 'messages'],
    ['a role that is none', { messages: [{ role: 'wizard', content: 'x' }], max_tokens: 10 }, 'messages[0].role'],
    ['a content that is none', { messages: [{ role: 'user', content: 5 }], max_tokens: 10 }, 'messages[0].content'],
    ['a budget of nothing', { messages, max_tokens: 0 }, 'max_tokens'],
    ['a budget with a fraction', { messages, max_tokens: 1.5 }, 'max_tokens'],
    ['a mode that is none', { messages, max_tokens: 10, mode: 'magic' }, 'mode'],
    ['a writer that is missing', { messages, max_tokens: 10, mode: 'abstractive' }, 'model'],
    ['a list that can’t be so short', { messages, max_tokens: 5, format: 'messages' }, 'max_tokens'],
  ])('refuses %s by its name', async (_what, body, param) => {
    const answer = await open().ask(body)
    expect([answer.status, answer.body.error.param]).toEqual([400, param])
  })

  it('refuses other methods', async () => {
    expect((await open().gateway.fetch('http://gateway/api/condense')).status).toBe(405)
  })
})

describe('a conversation of few words', () => {
  const call = { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }
  it.each<[string, readonly object[]]>([
    [
      'null as content',
      [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: null },
      ],
    ],
    ['a call and null as content', [{ role: 'user', content: 'hi' }, call, { role: 'tool', tool_call_id: 'a', content: 'ok' }]],
    ['no content at all', [{ role: 'user' }, { role: 'assistant' }]],
    [
      'a word each',
      [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'ok' },
        { role: 'user', content: 'What?' },
      ],
    ],
    [
      'empty parts',
      [
        { role: 'user', content: [] },
        { role: 'assistant', content: '' },
      ],
    ],
  ])('never grows with %s', async (_what, few) => {
    for (const format of ['summary', 'messages', undefined]) {
      const { status, body } = await open().ask({ messages: few, max_tokens: 500, format })
      expect(status).toBe(200)
      expect(body.condensed_tokens).toBeLessThanOrEqual(body.original_tokens)
    }
  })

  it('is not given to a model', async () => {
    const { ask, prompts } = open({ providers: [{ name: 'openai', api_key: 'sk-test', models: ['writer'] }] })
    const few = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'ok' },
      { role: 'user', content: 'What?' },
    ]
    const { body } = await ask({ messages: few, max_tokens: 500, mode: 'abstractive', model: 'openai/writer' })
    expect([body.mode, prompts.length]).toEqual(['extractive', 0])
  })
})

describe('the abstractive mode', () => {
  const providers = [{ name: 'openai', api_key: 'sk-test', models: ['writer'] }]

  it('lets the model write under a call of its own', async () => {
    const { ask, prompts, receipts } = open({ providers })
    const { body } = await ask({ messages, max_tokens: 100, mode: 'abstractive', model: 'openai/writer' })
    expect(body).toMatchObject({ mode: 'abstractive', cached: false })
    expect(body.summary).toContain('Aurora-3 carried coffee.')
    expect([prompts.length, receipts.length]).toEqual([1, 1])
    expect((await ask({ messages, max_tokens: 100, mode: 'abstractive', model: 'openai/writer' })).body.cached).toBe(true)
  })

  it('writes by the configured model', async () => {
    const { ask } = open({ providers, condensation: { model: 'openai/writer' } })
    expect((await ask({ messages, max_tokens: 100, mode: 'auto' })).body.mode).toBe('abstractive')
  })

  it('falls back to choosing when the model fails, and says so', async () => {
    const { ask } = open({ providers, routing: { retry: { max_attempts: 1 } } }, '')
    const { body } = await ask({ messages, max_tokens: 100, mode: 'auto', model: 'openai/writer' })
    expect(body).toMatchObject({ mode: 'extractive', fallback: 'failed' })
  })

  it('tells of a model that is not known, and of one that the key may not use', async () => {
    const { ask } = open({ providers, auth: { api_keys: [{ name: 'narrow', key: 'key-one-1', models: ['demo/*'] }] } })
    const wanted = { messages, max_tokens: 100, mode: 'abstractive' }
    expect((await ask({ ...wanted, model: 'openai/writer' }, { 'x-api-key': 'key-one-1' })).status).toBe(403)
    expect((await open({ providers }).ask({ ...wanted, model: 'openai/none' })).status).toBe(404)
  })
})
