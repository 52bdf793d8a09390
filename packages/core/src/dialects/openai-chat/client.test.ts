import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { parseJson } from '../../wire/json.ts'
import { clientContext, encodeStream } from '../shared/__fixtures__/client-stream.ts'
import { expectReadsBack } from '../shared/__fixtures__/stream-laws.ts'
import { openAiChat, openAiChatClient } from './index.ts'

const start: ChatChunk = { type: 'start', id: 'i', model: 'm', createdAtSeconds: 5 }
const head = { id: 'i', object: 'chat.completion.chunk', created: 5, model: 'm' }

/** The JSON of each event but the end mark. */
function eventsOf(body: string): readonly unknown[] {
  const events = body.split('\n\n').filter((event) => event !== '')
  expect(events.pop()).toBe('data: [DONE]')
  return events.map((event) => parseJson(event.slice('data: '.length)))
}

describe('the stream for a client', () => {
  it.each<[string, ChatChunk, object]>([
    ['a text', { type: 'text-delta', choice: 1, text: 'a' }, { index: 1, delta: { content: 'a' } }],
    ['a refusal', { type: 'refusal-delta', choice: 0, text: 'No.' }, { delta: { refusal: 'No.' } }],
    [
      'reasoning',
      { type: 'reasoning-delta', choice: 0, index: 2, origin: 'gemini', text: 'Hm.', signature: 's' },
      {
        delta: {
          reasoning_content: 'Hm.',
          reasoning_details: [{ type: 'reasoning.text', format: 'google-gemini-v1', index: 2, text: 'Hm.', signature: 's' }],
        },
      },
    ],
    [
      'encrypted reasoning',
      { type: 'reasoning-delta', choice: 0, index: 0, origin: 'anthropic-messages', text: '', encrypted: 'x' },
      { delta: { reasoning_details: [{ type: 'reasoning.encrypted', format: 'anthropic-claude-v1', index: 0, data: 'x' }] } },
    ],
    [
      'a call',
      { type: 'tool-call-start', choice: 0, index: 1, id: 'c', name: 'f', signature: 's' },
      {
        delta: {
          tool_calls: [
            {
              index: 1,
              id: 'c',
              type: 'function',
              function: { name: 'f', arguments: '' },
              extra_content: { google: { thought_signature: 's' } },
            },
          ],
        },
      },
    ],
    [
      'arguments',
      { type: 'tool-call-delta', choice: 0, index: 1, argumentsText: '{' },
      { delta: { tool_calls: [{ index: 1, function: { arguments: '{' } }] } },
    ],
    ['a finish', { type: 'finish', choice: 0, finish: { reason: 'length', native: 'MAX_TOKENS' } }, { delta: {}, finish_reason: 'length' }],
  ])('writes %s', (_name, chunk, expected) => {
    const [, event] = eventsOf(encodeStream(openAiChatClient, [start, chunk]))
    expect(event).toEqual({ ...head, choices: [{ index: 0, logprobs: null, finish_reason: null, ...expected }] })
  })

  it.each([true, false])('tells usage only to a client that asked for it (%s)', (includeUsage) => {
    const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 }
    const body = encodeStream(openAiChatClient, [start, { type: 'usage', usage }], clientContext(includeUsage))
    expect(body.includes('"total_tokens":3')).toBe(includeUsage)
  })

  it('names the model that was asked for where no start came', () => {
    const [event] = eventsOf(encodeStream(openAiChatClient, [{ type: 'text-delta', choice: 0, text: 'a' }]))
    expect(event).toMatchObject({ id: 'chatcmpl-new', created: 7, model: 'asked' })
  })

  it('reads back as it was written', () => {
    expectReadsBack(openAiChatClient, openAiChat)
  })
})

describe('errors for a client', () => {
  const error = { status: 429, type: 'rate_limit_error', message: 'Slow down.', code: 'rate_limit_exceeded', param: null }
  const body = { error: { message: 'Slow down.', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' } }

  it('are objects of OpenAI’s form', () => {
    expect(openAiChatClient.toErrorBody(error)).toEqual(body)
  })

  it('end a stream without its end mark', () => {
    const event = openAiChatClient.toErrorEvent(error, openAiChatClient.startStream(clientContext()))
    expect(event).toBe(`data: ${JSON.stringify(body)}\n\n`)
  })
})
