import type { Transport, TransportRequest } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

/** A provider that answers everything alike and keeps what it was sent. */
function answering(status: number, body: object): Transport & { readonly sent: TransportRequest[] } {
  const sent: TransportRequest[] = []
  return {
    sent,
    send: (request) => {
      sent.push(request)
      const pieces = [new TextEncoder().encode(JSON.stringify(body))]
      const reader = { read: () => Promise.resolve(pieces.shift()), release: () => undefined }
      return { answer: Promise.resolve({ status, headers: { 'content-type': 'application/json' }, body: reader }), abort: () => undefined }
    },
    close: () => Promise.resolve(),
  }
}

const message = {
  id: 'msg_2',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
}
const next = { role: 'user', content: 'And now?' }
const continued = { model: 'first/m', max_tokens: 9, messages: [next], thread: { type: 'continue', previous_message_id: 'msg_1' } }

async function ask(
  types: readonly string[],
  transport: Transport,
  body: object,
): Promise<{ status: number; body: unknown; dropped: string | null }> {
  const names = ['first', 'second']
  const providers = types.map((type, at) => ({
    name: names[at],
    type,
    models: ['m'],
    ...(type !== 'demo' && { api_key: 'k', base_url: 'http://upstream.test' }),
    ...(type === 'bedrock' && { access_key_id: 'a', secret_access_key: 'b' }),
  }))
  const gateway = createGateway({ providers, routing: { fallbacks: types.length > 1 ? { 'first/m': ['second/m'] } : {} } }, { transport })
  const response = await gateway.fetch('http://gateway/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = {
    status: response.status,
    body: (await response.json()) as unknown,
    dropped: response.headers.get('x-proxyapi-dropped-params'),
  }
  await gateway.close()
  return answer
}

const notFound = { type: 'error', error: { type: 'not_found_error', details: { error_code: 'thread_not_found' } } }

describe('a message thread', () => {
  it.each(['openai', 'cohere', 'gemini', 'bedrock', 'ollama', 'mistral', 'demo'])(
    'that %s does not have is not found, so that the client sends it whole',
    async (type) => {
      const transport = answering(200, {})
      const body = { ...continued, model: type === 'demo' ? 'first/echo' : 'first/m' }
      expect(await ask([type], transport, body)).toMatchObject({ status: 404, body: notFound })
      expect(transport.sent).toEqual([])
    },
  )

  it('that is created elsewhere is only reported as dropped', async () => {
    const body = { ...continued, model: 'first/echo', thread: { type: 'create' } }
    expect(await ask(['demo'], answering(200, {}), body)).toMatchObject({ status: 200, dropped: 'thread' })
  })

  it('is continued by Anthropic as the client asks', async () => {
    const transport = answering(200, message)
    expect(await ask(['anthropic'], transport, continued)).toMatchObject({ status: 200, body: message })
    expect(transport.sent.map(({ body }) => JSON.parse(new TextDecoder().decode(body as Uint8Array)) as unknown)).toEqual([
      { ...continued, model: 'm' },
    ])
  })

  it.each([
    [404, 'thread_not_found'],
    [409, 'thread_already_continued'],
    [409, 'thread_continue_in_flight'],
    [400, 'thread_unsupported_request'],
  ])('that Anthropic refuses (%i, %s) goes nowhere else, and the client is told why', async (status, code) => {
    const error = { type: 'invalid_request_error', message: 'no thread', details: { error_code: code } }
    const transport = answering(status, { type: 'error', error })
    expect(await ask(['anthropic', 'openai'], transport, continued)).toMatchObject({ status, body: { type: 'error', error } })
    expect(transport.sent).toHaveLength(1)
  })
})
