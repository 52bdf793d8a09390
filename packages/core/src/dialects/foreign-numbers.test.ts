import { describe, expect, it } from 'vitest'
import { anthropicMessages } from './anthropic-messages/index.ts'
import { cohereChat } from './cohere-chat/index.ts'
import type { Dialect } from './dialect.ts'
import { gemini } from './gemini/index.ts'
import { openAiResponses } from './openai-responses/index.ts'
import { countingContext } from './shared/__fixtures__/decode.ts'

/** Numbers that are no place in any list; JSON has no others that a parser lets through. */
const nonsense = [-1, 0.5, 1_024, 130_000_000, 2 ** 53, 1e308, '0', true, [0], {}]

type ToBody = (index: unknown) => unknown

const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }

const events: readonly (readonly [what: string, dialect: Dialect, name: string, ToBody])[] = [
  ['a choice of Gemini', gemini, '', (index) => ({ candidates: [{ index, content: { parts: [{ text: 'x' }] } }] })],
  [
    'a block of Anthropic',
    anthropicMessages,
    '',
    (index) => ({ type: 'content_block_start', index, content_block: { type: 'text', text: 'x' } }),
  ],
  [
    'a delta of Anthropic',
    anthropicMessages,
    '',
    (index) => ({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: 'x' } }),
  ],
  ['a call of Cohere', cohereChat, '', (index) => ({ type: 'tool-call-start', index, delta: { message: { tool_calls: call } } })],
  [
    'an item of Responses',
    openAiResponses,
    '',
    (index) => ({ type: 'response.output_item.added', output_index: index, item: { type: 'function_call' } }),
  ],
  ['reasoning of Responses', openAiResponses, '', (index) => ({ type: 'response.reasoning_text.delta', output_index: index, delta: 'x' })],
]

describe.each(events)('the place of %s in a stream', (_what, { upstream }, name, toBody) => {
  const decode = (index: unknown) =>
    upstream.onEvent(upstream.startStream(countingContext()), { name, data: JSON.stringify(toBody(index)) })

  it.each(nonsense.map((index) => [index]))('can not be %j', (index) => {
    expect(() => decode(index)).toThrow('is no whole number')
  })

  it('can be small', () => {
    expect(() => decode(127)).not.toThrow()
  })
})

describe('the place of a choice in an answer of Gemini', () => {
  it.each(nonsense.map((index) => [index]))('can not be %j', (index) => {
    const body = { candidates: [{ index, content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }] }
    expect(() => gemini.upstream.fromResponse(body, countingContext())).toThrow('is no whole number')
  })
})
