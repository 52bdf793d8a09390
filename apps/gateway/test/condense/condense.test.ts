import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway } from '@proxyapi/server'
import { listen } from '@proxyapi/server/node'
import { afterEach, describe, expect, it } from 'vitest'
import { type ReceivedRequest, type ScriptedAnswer, startUpstream } from '../failover/scripted-upstream.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Sent {
  readonly role: string
  readonly content: string | null
  readonly tool_calls?: readonly { readonly id: string }[]
  readonly tool_call_id?: string
}

const answers: ScriptedAnswer = (response, { body }) => {
  if (body['stream'] !== true) {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices }))
    return
  }
  const chunk = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(`${chunk({ role: 'assistant', content: 'ok' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`)
}

const refuses: ScriptedAnswer = (response) => {
  const error = {
    message: "This model's maximum context length is 4096 tokens.",
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
  }
  response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
}

/** The model's window is not known here, so a threshold decides. */
function overThreshold({ condensation, ...config }: { readonly condensation?: object }): object {
  return { ...config, condensation: { truncation_threshold: 8000, ...condensation } }
}

async function open(config: object, ...script: readonly ScriptedAnswer[]) {
  const upstream = await startUpstream(...script)
  closers.push(upstream.close)
  const providers = [{ name: 'openai', api_key: 'sk-test', base_url: upstream.url, models: ['*'] }]
  const listening = await listen(createGateway({ providers, ...overThreshold(config) }, { transport: createNodeTransport() }), {
    host: '127.0.0.1',
    port: 0,
  })
  closers.push(() => listening.stop(0))
  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${listening.port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  return { post, seen: upstream.seen }
}

function messagesOf(request: ReceivedRequest | undefined): readonly Sent[] {
  return (request?.body['messages'] ?? []) as readonly Sent[]
}

const system = { role: 'system', content: 'You repair lighthouses. Never switch off the lamp at night.' }
const last = { role: 'user', content: 'Which lamp did we replace first?' }
const report = (index: number): string =>
  `Lighthouse ${index} at ${index % 60}.${index % 10} north: lamp L-${1000 + index} replaced on day ${index}. The keeper offered tea. It was windy.`

function talk(turns: number): readonly object[] {
  return Array.from({ length: turns }, (_, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: report(index) }))
}

function agentRun(calls: number): readonly object[] {
  return Array.from({ length: calls }, (_, index) => [
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: `call-${index}`, type: 'function', function: { name: 'inspect', arguments: `{"tower":${index}}` } }],
    },
    { role: 'tool', tool_call_id: `call-${index}`, content: Array.from({ length: 8 }, (_, line) => report(index * 8 + line)).join('\n') },
  ]).flat()
}

const tools = [
  { type: 'function', function: { name: 'inspect', parameters: { type: 'object', properties: { tower: { type: 'number' } } } } },
]

describe('a gateway before a long conversation', () => {
  it.each([
    ['whole', false],
    ['streamed', true],
  ])('keeps its system prompt, its last user turn and every call with its result (%s)', async (_how, stream) => {
    const { post, seen } = await open({}, answers)
    const messages = [system, ...talk(100), last, ...agentRun(40)]
    const response = await post('/v1/chat/completions', { model: 'openai/m', messages, tools, stream })
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('ok')])
    const sent = messagesOf(seen[0])
    expect(sent[0]).toEqual(system)
    expect(sent).toContainEqual(last)
    expect(sent.flatMap(({ tool_call_id: id }) => id ?? [])).toEqual(
      sent.flatMap(({ tool_calls: calls }) => (calls ?? []).map(({ id }) => id)),
    )
    expect(sent.at(-1)?.tool_call_id).toBe('call-39')
    expect(JSON.stringify(sent).length).toBeLessThan(JSON.stringify(messages).length / 2)
    expect(response.headers.get('x-proxyapi-condensed')).toMatch(/^\d{5}\/\d{4}$/)
  })

  it('does the same for an Anthropic client', async () => {
    const { post, seen } = await open({}, answers)
    const messages = [...talk(300), last]
    const response = await post('/v1/messages', { model: 'openai/m', max_tokens: 100, system: system.content, messages })
    expect([response.status, response.headers.has('x-proxyapi-condensed')]).toEqual([200, true])
    expect([messagesOf(seen[0])[0], messagesOf(seen[0]).at(-1)]).toEqual([system, last])
  })

  it.each<[string, object, Record<string, string>]>([
    ['the caller says off', {}, { 'x-proxyapi-condense': 'off' }],
    ['too little would survive', { condensation: { preservation_floor: 1 } }, {}],
  ])('sends it as it is when %s', async (_why, config, headers) => {
    const { post, seen } = await open(config, answers)
    const messages = [system, ...talk(300), last]
    const response = await post('/v1/chat/completions', { model: 'openai/m', messages, odd: { kept: true } }, headers)
    expect([response.status, response.headers.has('x-proxyapi-condensed')]).toEqual([200, false])
    expect(seen[0]?.body).toEqual({ model: 'm', messages, odd: { kept: true } })
  })

  it.each([false, true])('asks once more with less when the upstream finds it too long (stream: %s)', async (stream) => {
    const { post, seen } = await open({}, refuses, answers)
    const messages = [system, ...talk(100), last]
    const response = await post('/v1/chat/completions', { model: 'openai/m', messages, stream })
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('ok')])
    expect(messagesOf(seen[0])).toEqual(messages)
    expect([messagesOf(seen[1])[0], messagesOf(seen[1]).at(-1)]).toEqual([system, last])
    expect(JSON.stringify(seen[1]?.body).length).toBeLessThan(JSON.stringify(seen[0]?.body).length * 0.6)
    expect([response.headers.get('x-proxyapi-attempts'), seen.length]).toEqual(['2', 2])
  })

  it('passes the refusal on when it stays one', async () => {
    const { post, seen } = await open({}, refuses)
    const response = await post('/v1/chat/completions', { model: 'openai/m', messages: [system, ...talk(100), last] })
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([400, 'context_length_exceeded'])
    expect(seen.length).toBe(2)
  })
})

describe('POST /api/condense over a socket', () => {
  it('stays within its budget and lets other requests in between', async () => {
    const { post } = await open({}, answers)
    await post('/api/condense', { messages: talk(4), max_tokens: 20 })
    const condensing = post('/api/condense', { messages: [system, ...talk(2_400), last], max_tokens: 2_000 })
    let isDone = false
    void condensing.then(() => {
      isDone = true
    })
    let others = 0
    while (!isDone) {
      await (await post('/v1/chat/completions', { model: 'demo/echo', messages: [last] })).text()
      others++
    }
    const answer = (await (await condensing).json()) as { condensed_tokens: number; original_tokens: number }
    expect(answer.condensed_tokens).toBeLessThanOrEqual(2_000)
    expect(answer.original_tokens).toBeGreaterThan(70_000)
    expect(others).toBeGreaterThan(3)
  })
})
