import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../wire/json.ts'
import { clientContext, encodeStream } from '../shared/__fixtures__/client-stream.ts'
import { expectReadsBack } from '../shared/__fixtures__/stream-laws.ts'
import { anthropicMessages, anthropicMessagesClient } from './index.ts'

const start: ChatChunk = { type: 'start', id: '1', model: 'm', usage: { inputTokens: 3, outputTokens: 0, totalTokens: 3 } }
const finish: ChatChunk = { type: 'finish', choice: 0, finish: { reason: 'length', native: 'length' } }

function eventsOf(chunks: readonly ChatChunk[]): readonly JsonObject[] {
  const events = encodeStream(anthropicMessagesClient, chunks)
    .split('\n\n')
    .filter((event) => event !== '')
  return events.map((event) => {
    const [name, data] = event.split('\n')
    const parsed = parseJson((data ?? '').slice('data: '.length))
    if (!isJsonObject(parsed)) throw new Error(`No object: ${event}`)
    expect(name).toBe(`event: ${String(parsed['type'])}`)
    return parsed
  })
}

/** The type of each event; deltas and blocks by their own. */
function outline(chunks: readonly ChatChunk[]): readonly unknown[] {
  return eventsOf(chunks).map((event) => {
    const inner = event['content_block'] ?? (event['type'] === 'content_block_delta' ? event['delta'] : undefined)
    return isJsonObject(inner) ? `${String(event['index'])} ${String(inner['type'])}` : event['type']
  })
}

describe('the stream for a client', () => {
  it('opens and closes a block for each kind of content', () => {
    const chunks: readonly ChatChunk[] = [
      start,
      { type: 'reasoning-delta', choice: 0, index: 0, origin: 'gemini', text: 'Hm.' },
      { type: 'text-delta', choice: 0, text: 'a' },
      { type: 'text-delta', choice: 0, text: 'b' },
      { type: 'tool-call-start', choice: 0, index: 0, id: 'c', name: 'f' },
      { type: 'tool-call-delta', choice: 0, index: 0, argumentsText: '{}' },
      finish,
    ]
    expect(outline(chunks)).toEqual([
      'message_start',
      '0 thinking',
      '0 thinking_delta',
      // The mark of a vendor whose thinking nobody signed.
      '0 signature_delta',
      'content_block_stop',
      '1 text',
      '1 text_delta',
      '1 text_delta',
      'content_block_stop',
      '2 tool_use',
      '2 input_json_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
  })

  it('tells why it stopped and what it cost', () => {
    const usage: ChatChunk = { type: 'usage', usage: { inputTokens: 9, outputTokens: 4, totalTokens: 13, cachedInputTokens: 5 } }
    const events = eventsOf([start, finish, usage])
    expect(events[0]).toMatchObject({ message: { id: 'msg_1', role: 'assistant', usage: { input_tokens: 3 } } })
    expect(events.at(-2)).toMatchObject({
      delta: { stop_reason: 'max_tokens', stop_sequence: null },
      usage: { input_tokens: 4, cache_read_input_tokens: 5, output_tokens: 4 },
    })
  })

  it('leaves out choices beyond the first, and empty texts', () => {
    const other: ChatChunk = { type: 'text-delta', choice: 1, text: 'x' }
    expect(outline([start, other, { type: 'text-delta', choice: 0, text: '' }, finish])).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ])
  })

  it('gives encrypted reasoning a block of its own', () => {
    const events = eventsOf([start, { type: 'reasoning-delta', choice: 0, index: 0, origin: 'bedrock-converse', text: '', encrypted: 'x' }])
    expect(events[1]).toMatchObject({ content_block: { type: 'redacted_thinking', data: 'proxyapi:bedrock-converse:x' } })
  })

  it('is a whole message even where nothing was said', () => {
    expect(outline([])).toEqual(['message_start', 'message_delta', 'message_stop'])
    expect(outline([start])).toEqual(['message_start', 'message_delta', 'message_stop'])
  })

  it('reads back as it was written', () => {
    expectReadsBack(anthropicMessagesClient, anthropicMessages)
  })
})

describe('errors for a client', () => {
  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [418, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [503, 'overloaded_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('have for status %i the type %s', (status, type) => {
    const error = { status, type: 'odd', message: 'm', code: null, param: null, requestId: 'r' }
    const body = { type: 'error', error: { type, message: 'm' }, request_id: 'r' }
    expect(anthropicMessagesClient.toErrorBody(error)).toEqual(body)
    const event = anthropicMessagesClient.toErrorEvent(error, anthropicMessagesClient.startStream(clientContext()))
    expect(event).toBe(`event: error\ndata: ${JSON.stringify(body)}\n\n`)
  })
})
