import { type Receipt, systemDeps } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

interface Sent {
  readonly model: string
  readonly messages: readonly {
    readonly role: string
    readonly content: string
    readonly tool_calls?: readonly { id: string }[]
    readonly tool_call_id?: string
  }[]
  readonly note?: string
}

const answer = {
  id: 'x',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
}
const tooLong = (): Response =>
  Response.json(
    {
      error: {
        message: "This model's maximum context length is exceeded.",
        type: 'invalid_request_error',
        code: 'context_length_exceeded',
      },
    },
    { status: 400 },
  )

/** A gateway before an upstream that finds requests too long from so many characters on. */
function open(config: object = {}, mostCharacters = Number.POSITIVE_INFINITY) {
  const sent: Sent[] = []
  const receipts: Receipt[] = []
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    const text = typeof init?.body === 'string' ? init.body : await new Response(init?.body).text()
    sent.push(JSON.parse(text) as Sent)
    return text.length > mostCharacters ? tooLong() : Response.json(answer)
  }
  const providers = [{ name: 'openai', api_key: 'sk-test', models: ['gpt-4o', 'gpt-4', { id: 'local', context_length: 3000 }] }]
  const gateway = createGateway(
    { providers, ...config },
    { deps: { ...systemDeps, fetch, defer: (run) => run() }, onReceipt: (receipt) => receipts.push(receipt) },
  )
  const ask = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
    gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'openai/gpt-4o', ...body }),
    })
  return { gateway, ask, sent, receipts }
}

const system = { role: 'system', content: 'You are the clerk of the harbour. Never give out berth numbers.' }
const last = { role: 'user', content: 'Which ship came last, and what did it carry?' }

/** Turns about ships, each of about 60 tokens. */
function turns(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => [
    {
      role: 'user',
      content: `Ship ${index} named Aurora-${index} arrived at ${index % 24}:15 with ${index * 7} crates of coffee from Santos.`,
    },
    {
      role: 'assistant',
      content: `Noted: Aurora-${index}, ${index * 7} crates. The customs form C-${1000 + index} must be signed before Friday.`,
    },
  ]).flat()
}

const long = [system, ...turns(200), last]

const over8000 = { condensation: { truncation_threshold: 8000 } }

describe('a request over the threshold', () => {
  it('reaches the provider shorter, with its system prompt and its last turn word for word', async () => {
    const { ask, sent, receipts } = open(over8000)
    const response = await ask({ messages: long })
    const [from, to] = (response.headers.get('x-proxyapi-condensed') ?? '').split('/').map(Number)
    expect(from).toBeGreaterThan(8000)
    expect(to).toBeLessThanOrEqual(4000)
    expect(sent[0]?.messages[0]).toEqual(system)
    expect(sent[0]?.messages.at(-1)).toEqual(last)
    expect(receipts[0]?.condensation).toMatchObject({ fromTokens: from, toTokens: to, savedNanoUsd: ((from ?? 0) - (to ?? 0)) * 2500 })
    expect(Number(response.headers.get('x-proxyapi-saved-usd'))).toBeGreaterThan(0)
  })

  it('keeps its front as it was while the conversation grows', async () => {
    const { ask, sent } = open(over8000)
    const more = [...long, { role: 'assistant', content: 'The Aurora-199.' }, { role: 'user', content: 'And before that?' }]
    await ask({ messages: long })
    await ask({ messages: more })
    const front = sent[0]?.messages.slice(0, -1)
    expect(sent[1]?.messages.slice(0, front?.length)).toEqual(front)
  })

  it.each<[string, object, Record<string, string>, boolean]>([
    ['is left alone when the caller says off', over8000, { 'x-proxyapi-condense': 'off' }, false],
    ['is left alone where condensation is off', { condensation: { enabled: false } }, {}, false],
    [
      'is condensed there when the caller wants it',
      { condensation: { enabled: false, truncation_threshold: 8000 } },
      { 'x-proxyapi-condense': 'auto' },
      true,
    ],
    ['is left alone below a threshold of the caller’s own', over8000, { 'x-proxyapi-condense': '90000' }, false],
    ['is left alone when too little would survive', { condensation: { preservation_floor: 1, truncation_threshold: 8000 } }, {}, false],
  ])('%s', async (_what, config, headers, isCondensed) => {
    const { ask, sent } = open(config)
    const response = await ask({ messages: long }, headers)
    expect(response.headers.has('x-proxyapi-condensed')).toBe(isCondensed)
    if (!isCondensed) expect(sent[0]?.messages).toEqual(long)
  })

  it('refuses a control that is none', async () => {
    const response = await open(over8000).ask({ messages: long }, { 'x-proxyapi-condense': 'much' })
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('auto, off, or a whole number')])
  })

  it('never parts a tool’s call from its result', async () => {
    const { ask, sent } = open(over8000)
    const calls = Array.from({ length: 60 }, (_, index) => [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: `c${index}`, type: 'function', function: { name: 'berth', arguments: `{"n":${index}}` } }],
      },
      {
        role: 'tool',
        tool_call_id: `c${index}`,
        content: `Berth ${index}: ${'free from noon, depth nine metres, crane 4 is out of order. '.repeat(20)}`,
      },
    ]).flat()
    await ask({
      messages: [system, last, ...calls],
      tools: [{ type: 'function', function: { name: 'berth', parameters: { type: 'object' } } }],
    })
    const { messages = [] } = sent[0] ?? {}
    const called = messages.flatMap(({ tool_calls: made = [] }) => made.map(({ id }) => id))
    expect(messages.length).toBeLessThan(calls.length)
    expect(called).toContain('c59')
    expect(messages.flatMap(({ tool_call_id: id }) => id ?? [])).toEqual(called)
  })
})

/** Tokens before and after, and why it was left alone. */
function told({ headers }: Response): readonly [from: number, to: number, skipped: string | null] {
  const [from = 0, to = 0] = (headers.get('x-proxyapi-condensed') ?? '').split('/').map(Number)
  return [from, to, headers.get('x-proxyapi-condense-skipped')]
}

describe('a limit of the caller’s own', () => {
  it.each([[['3500', '9000', '5000']], [['9000', '3500', '6000']]])('holds whatever was asked for before: %j', async (limits) => {
    const { ask } = open()
    for (const limit of limits) {
      const [, to, skipped] = told(await ask({ messages: long }, { 'x-proxyapi-condense': limit }))
      const alone = told(await open().ask({ messages: long }, { 'x-proxyapi-condense': limit }))
      expect([to, skipped]).toEqual([alone[1], null])
      expect(to).toBeGreaterThan(0)
      expect(to).toBeLessThanOrEqual(Number(limit))
    }
    expect(told(await ask({ messages: long }))).toEqual([0, 0, null])
  })

  const asked = { 'x-proxyapi-condense': '1000' }
  const material = { role: 'user', content: 'and the crates of the Aurora '.repeat(400) }
  const strict = { condensation: { preservation_floor: 1 } }
  it.each<[string, object, readonly object[], Record<string, string>, string | null]>([
    ['is within the limit', {}, [system, ...turns(3), last], asked, 'within_limit'],
    ['is within the limit, as its tokens are counted', {}, [system, ...turns(12), last], { 'x-proxyapi-condense': '900' }, 'within_limit'],
    ['has no history', {}, [system, material], asked, 'no_history'],
    ['has a last turn over the limit', {}, [system, ...turns(3), material], asked, 'too_large'],
    ['would lose too much', strict, long, asked, 'below_floor'],
    [
      'would lose too much for the operator’s threshold',
      { condensation: { preservation_floor: 1, truncation_threshold: 8000 } },
      long,
      {},
      'below_floor',
    ],
    ['is short and names no limit', over8000, [system, ...turns(3), last], {}, null],
    ['is not to be condensed', over8000, long, { 'x-proxyapi-condense': 'off' }, null],
  ])('is answered with the reason where the request %s', async (_what, config, messages, headers, reason) => {
    const { ask, sent } = open(config)
    expect(told(await ask({ messages }, headers))).toEqual([0, 0, reason])
    expect(sent[0]?.messages).toEqual(messages)
  })
})

describe('a limit for what is no conversation', () => {
  const { gateway } = open()
  const ask = (path: string, body: object, condense: string): Promise<Response> =>
    gateway.fetch(`http://gateway${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-proxyapi-condense': condense },
      body: JSON.stringify(body),
    })
  it.each<[path: string, body: object]>([
    ['/v1/embeddings', { model: 'demo/embed', input: 'one' }],
    ['/v1/rerank', { model: 'demo/rerank', query: 'one', documents: ['one', 'two'] }],
    ['/v1/moderations', { model: 'demo/moderation', input: 'one' }],
    ['/v1/messages/count_tokens', { model: 'demo/echo', messages: [{ role: 'user', content: 'one' }] }],
  ])('is answered with the reason at %s', async (path, body) => {
    const limited = await ask(path, body, '1000')
    expect([limited.status, told(limited)]).toEqual([200, [0, 0, 'not_a_conversation']])
    expect(told(await ask(path, body, 'auto'))).toEqual([0, 0, null])
  })
})

describe('a long request without a threshold', () => {
  it('goes out as it is where the model can read it', async () => {
    const { ask, sent } = open()
    const response = await ask({ messages: long })
    expect(response.headers.has('x-proxyapi-condensed')).toBe(false)
    expect(sent[0]?.messages).toEqual(long)
  })

  it('is condensed to what the model can read', async () => {
    const { ask } = open()
    const response = await ask({ messages: long, model: 'openai/gpt-4' })
    const [from, to] = (response.headers.get('x-proxyapi-condensed') ?? '').split('/').map(Number)
    expect(from).toBeGreaterThan(8192)
    expect(to).toBeLessThanOrEqual(8192)
  })
})

describe('a short request', () => {
  it('goes out with every field the client wrote', async () => {
    const { ask, sent } = open()
    const response = await ask({ messages: [system, ...turns(3), last], note: 'unknown to us' })
    expect(response.headers.has('x-proxyapi-condensed')).toBe(false)
    expect(sent[0]).toEqual({ model: 'gpt-4o', messages: [system, ...turns(3), last], note: 'unknown to us' })
  })

  it('is condensed when the model can read even less', async () => {
    const { ask } = open()
    const messages = [system, ...turns(50), last]
    const [from, to] = ((await ask({ messages, model: 'openai/local', max_tokens: 200 })).headers.get('x-proxyapi-condensed') ?? '').split(
      '/',
    )
    expect(Number(from)).toBeGreaterThan(2800)
    expect(Number(to)).toBeLessThanOrEqual(2800)
    expect((await ask({ messages })).headers.has('x-proxyapi-condensed')).toBe(false)
  })
})

describe('an upstream that finds it too long', () => {
  it('is asked once more with half', async () => {
    const { ask, sent } = open({}, 9_000)
    const response = await ask({ messages: [system, ...turns(45), last] })
    expect([response.status, sent.length, response.headers.get('x-proxyapi-attempts')]).toEqual([200, 2, '2'])
    expect(response.headers.get('x-proxyapi-condensed')).toMatch(/^\d+\/\d+$/)
    expect(sent[1]?.messages.at(-1)).toEqual(last)
  })

  it('is not asked again with as much when the caller says off', async () => {
    const { ask, sent } = open({}, 9_000)
    const response = await ask({ messages: [system, ...turns(45), last] }, { 'x-proxyapi-condense': 'off' })
    expect([response.status, sent.length]).toEqual([400, 1])
  })

  it('has the last word when it still finds it too long', async () => {
    const { ask, sent } = open({}, 100)
    const response = await ask({ messages: [system, ...turns(45), last] })
    expect([response.status, sent.length]).toEqual([400, 2])
    expect(await response.text()).toContain('context_length_exceeded')
  })
})
