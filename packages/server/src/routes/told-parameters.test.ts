import type { Receipt } from '@proxyapi/core'
import { expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

type Json = Readonly<Record<string, unknown>>

const chatAnswer = {
  id: 'x',
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
}
const messageAnswer = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'ok' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 1 },
}

/** A gateway over one provider, which keeps what is sent there. */
function stage(type: string, models: readonly unknown[] = ['*']) {
  const sent: Json[] = []
  const receipts: Receipt[] = []
  const gateway = createGateway(
    { providers: [{ name: 'up', type, api_key: 'sk-test', base_url: 'http://up.test', models }] },
    {
      onReceipt: (receipt) => receipts.push(receipt),
      deps: {
        now: () => 1_700_000_000_000,
        monotonicNow: () => 1_700_000_000_000,
        random: () => 0.5,
        newId: () => 'new-id',
        sleep: () => Promise.resolve(),
        setTimer: () => () => undefined,
        defer: (run: () => void) => run(),
        fetch: async (_url, init) => {
          sent.push(JSON.parse(String(init?.body)) as Json)
          const answer = type === 'anthropic' ? messageAnswer : chatAnswer
          return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } })
        },
      },
    },
  )
  const post = (path: string, body: Json): Promise<Response> =>
    gateway.fetch(`http://gateway${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return { sent, receipts, post }
}

const messages = [{ role: 'user', content: 'Hi' }]

it.each([
  ['/v1/messages', { max_tokens: 32_000, messages, metadata: { user_id: 'u'.repeat(150) } }, 'max_tokens, user', null],
  ['/v1/messages', { max_tokens: 10, messages, thinking: { type: 'enabled', budget_tokens: 2_000 } }, null, 'reasoning_effort'],
  ['/v1/responses', { input: 'Hi', metadata: { a: 'b' }, tools: [], tool_choice: 'auto' }, null, 'tool_choice, metadata'],
  ['/v1/chat/completions', { messages }, null, null],
])('tells a client of %s what became of %j', async (path, body, changed, dropped) => {
  // A provider that knows no Responses: a client of those would be spoken to in its own dialect.
  const { receipts, post } = stage(path === '/v1/responses' ? 'openai_compatible' : 'azure_openai')
  const response = await post(path, { model: 'up/gpt-4o', ...body })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-proxyapi-changed-params')).toBe(changed)
  expect(response.headers.get('x-proxyapi-dropped-params')).toBe(dropped)
  expect(receipts).toMatchObject([{ dropped: dropped?.split(', ') ?? [], changed: changed?.split(', ') }])
})

it('believes the configuration rather than the catalogue', async () => {
  const models = [{ id: 'gpt-4o', max_output_tokens: 1_000, capabilities: ['chat', 'reasoning'] }]
  const { sent, post } = stage('azure_openai', models)
  const response = await post('/v1/messages', { model: 'up/gpt-4o', max_tokens: 5_000, messages, output_config: { effort: 'low' } })
  expect(sent).toMatchObject([{ max_completion_tokens: 1_000, reasoning_effort: 'low' }])
  expect(response.headers.get('x-proxyapi-changed-params')).toBe('max_tokens')
})

it('answers whatever a client calls its parameters', async () => {
  const { post } = stage('anthropic')
  const names = Array.from({ length: 500 }, (_, index) => `${'\u{1F600}\r\nset-cookie: a=b, \u0000'.repeat(20)}${index}`)
  const body = { model: 'up/claude-sonnet-4-5', messages, ...Object.fromEntries(names.map((name) => [name, 1])) }
  const response = await post('/v1/chat/completions', body)
  expect(response.status).toBe(200)
  expect(response.headers.get('set-cookie')).toBeNull()
  expect(response.headers.get('x-proxyapi-dropped-params')?.length).toBeLessThan(2_200)
})
