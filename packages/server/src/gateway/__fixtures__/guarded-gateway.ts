import type { Receipt } from '@proxyapi/core'
import { createGateway } from '../create-gateway.ts'
import type { GatewayDeps } from '../../state/gateway-deps.ts'

export type Json = Readonly<Record<string, unknown>>

/** What the upstream of these tests says to a request: a text, a tool call, or both. */
export interface Said {
  readonly text?: string
  readonly toolCall?: { readonly name: string; readonly argumentsText: string }
}

export type Reply = (sent: Json) => Said

function chatBody({ text, toolCall }: Said): Json {
  const calls = toolCall && [{ id: 'call_1', type: 'function', function: { name: toolCall.name, arguments: toolCall.argumentsText } }]
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text ?? null, ...(calls && { tool_calls: calls }) },
        finish_reason: calls === undefined ? 'stop' : 'tool_calls',
      },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
  }
}

function messageBody({ text, toolCall }: Said): Json {
  const content = [
    ...(text === undefined ? [] : [{ type: 'text', text }]),
    ...(toolCall === undefined ? [] : [{ type: 'tool_use', id: 'toolu_1', name: toolCall.name, input: JSON.parse(toolCall.argumentsText) as unknown }]),
  ]
  return {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content },
    ...{ stop_reason: toolCall === undefined ? 'end_turn' : 'tool_use', usage: { input_tokens: 5, output_tokens: 5 } },
  }
}

function pieces(text: string, size: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size))
}

function chatEvents({ text = '', toolCall }: Said, size: number): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' }
  const delta = (fields: Json, finish: string | null = null): Json => ({ ...head, choices: [{ index: 0, delta: fields, finish_reason: finish }] })
  const call = toolCall && [
    delta({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: toolCall.name, arguments: '' } }] }),
    ...pieces(toolCall.argumentsText, size).map((part) => delta({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
  ]
  const events = [
    delta({ role: 'assistant', content: '' }),
    ...pieces(text, size).map((content) => delta({ content })),
    ...(call ?? []),
    delta({}, call === undefined ? 'stop' : 'tool_calls'),
  ]
  return `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`
}

function messageEvents({ text, toolCall }: Said, size: number): string {
  const blocks = [
    ...(text === undefined ? [] : [{ start: { type: 'text', text: '' }, deltas: pieces(text, size).map((part) => ({ type: 'text_delta', text: part })) }]),
    ...(toolCall === undefined
      ? []
      : [
          {
            start: { type: 'tool_use', id: 'toolu_1', name: toolCall.name, input: {} },
            deltas: pieces(toolCall.argumentsText, size).map((part) => ({ type: 'input_json_delta', partial_json: part })),
          },
        ]),
  ]
  const events: Json[] = [{ type: 'message_start', message: { ...messageBody({}), content: [], stop_reason: null } }]
  blocks.forEach(({ start, deltas }, index) => {
    events.push({ type: 'content_block_start', index, content_block: start })
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta })
    events.push({ type: 'content_block_stop', index })
  })
  events.push({ type: 'message_delta', delta: { stop_reason: toolCall === undefined ? 'end_turn' : 'tool_use' }, usage: { output_tokens: 5 } })
  events.push({ type: 'message_stop' })
  return events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

function bodyOf(text: string, cutAt: number | undefined): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  const parts = cutAt === undefined ? [bytes] : [bytes.slice(0, cutAt), bytes.slice(cutAt)]
  return new ReadableStream({
    start: (controller) => {
      for (const part of parts) if (part.length > 0) controller.enqueue(part)
      controller.close()
    },
  })
}

export interface StageOptions {
  readonly guardrails?: readonly Json[]
  readonly config?: Json
  readonly deps?: GatewayDeps
  readonly type?: 'openai' | 'anthropic'
  readonly reply?: Reply
  /** Characters of a delta of a stream. */
  readonly deltaSize?: number
}

/** A gateway over one provider that keeps what it was sent, and answers with what `reply` says. */
export function stage({ guardrails = [], config = {}, deps = {}, type = 'openai', reply = () => ({ text: 'ok' }), deltaSize = 3 }: StageOptions) {
  const sent: { readonly url: string; readonly body: string }[] = []
  const receipts: Receipt[] = []
  const state: { cutAt: number | undefined; moderation: ((body: Json) => Json | Promise<Json>) | undefined } = { cutAt: undefined, moderation: undefined }
  const answer = async (url: string, text: string): Promise<Response> => {
    sent.push({ url, body: text })
    const body = JSON.parse(text) as Json
    const json = (value: unknown): Response => new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } })
    if (url.endsWith('/moderations')) return json(await state.moderation?.(body))
    if (url.endsWith('/embeddings'))
      return json({ object: 'list', model: 'm', data: [{ object: 'embedding', index: 0, embedding: [1, 2] }], usage: { prompt_tokens: 1, total_tokens: 1 } })
    const said = reply(body)
    if (body['stream'] !== true) return json(type === 'anthropic' ? messageBody(said) : chatBody(said))
    const events = type === 'anthropic' ? messageEvents(said, deltaSize) : chatEvents(said, deltaSize)
    return new Response(bodyOf(events, state.cutAt), { headers: { 'content-type': 'text/event-stream' } })
  }
  const gateway = createGateway(
    { providers: [{ name: 'up', type, api_key: 'sk-test', base_url: 'http://up.test/v1', models: ['*'] }], guardrails, ...config },
    {
      onReceipt: (receipt) => receipts.push(receipt),
      ...deps,
      deps: {
        now: () => 1_700_000_000_000,
        monotonicNow: () => 1_700_000_000_000,
        random: () => 0.5,
        newId: () => 'new-id',
        sleep: () => Promise.resolve(),
        setTimer: () => () => undefined,
        defer: (run: () => void) => run(),
        fetch: async (url, init) => answer(String(url), String(init?.body)),
        ...deps.deps,
      },
    },
  )
  const post = (path: string, body: Json, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    gateway.fetch(`http://gateway${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'up/m', ...body }),
    })
  return { sent, receipts, post, state, gateway, sentText: () => sent.map(({ body }) => body).join('\n') }
}

/** The last user words in a body of either dialect. */
export function lastWords(body: Json): string {
  const messages = body['messages'] as readonly { readonly content: unknown }[]
  const content = messages.at(-1)?.content
  if (typeof content === 'string') return content
  return (content as readonly { readonly text?: string }[]).map(({ text = '' }) => text).join('')
}
