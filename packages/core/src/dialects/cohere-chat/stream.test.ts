import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import type { JsonObject } from '../../wire/json.ts'
import { toSseText } from '../../wire/sse.ts'
import { countingContext, decodeStream, fold, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { expectSameWhereverCut } from '../shared/__fixtures__/stream-laws.ts'
import { cohereChat } from './index.ts'
import { onCohereEvent, startCohereStream } from './stream.ts'

const { bytes } = fixtures(import.meta.url)
const streams = ['text', 'tool-call', 'tool-arguments', 'citations', 'reasoning', 'error'] as const

function decode(name: string): readonly ChatChunk[] {
  return decodeStream(cohereChat, bytes(`${name}.stream.sse`), { size: 4096 })
}

function encode(events: readonly JsonObject[]): Uint8Array {
  const text = events.map((event) => toSseText({ name: String(event['type']), data: JSON.stringify(event) })).join('')
  return new TextEncoder().encode(`${text}data: [DONE]\n\n`)
}

function decodeEvents(...events: readonly JsonObject[]): readonly ChatChunk[] {
  return decodeStream(cohereChat, encode(events), { size: 4096 })
}

describe('onCohereEvent', () => {
  it('starts, speaks, finishes and counts, in this order', () => {
    expect(decode('text')).toEqual([
      { type: 'start', id: '86e92dd8-481e-438f-b3f7-f34f8acc32a5', model: 'model-asked' },
      { type: 'text-delta', choice: 0, text: 'stream' },
      { type: 'text-delta', choice: 0, text: 'ed' },
      { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'COMPLETE' } },
      {
        type: 'usage',
        usage: {
          inputTokens: 506,
          outputTokens: 5,
          totalTokens: 511,
          cachedInputTokens: 448,
          reasoningTokens: undefined,
          billedInputTokens: 11,
          billedOutputTokens: 2,
        },
      },
    ])
  })

  it('reads a plan as text and gives a silent call empty arguments', () => {
    const read = fold(decode('tool-call'))
    expect(read.text).toBe('I will use the currentTime tool to find the current time.')
    expect(read.toolCalls).toEqual([{ id: 'currentTime_y46ar19t5gvw', name: 'currentTime', argumentsText: '{}' }])
    expect(read.finish?.reason).toBe('tool_calls')
  })

  it('joins arguments that come in pieces', () => {
    expect(fold(decode('tool-arguments')).toolCalls[0]?.argumentsText).toBe('{"latitude": "52.5200", "longitude": "13.4050"}')
  })

  it('gives a citation as an annotation where it comes', () => {
    const chunks = decode('citations')
    expect(chunks.map(({ type }) => type).slice(0, 4)).toEqual(['start', 'text-delta', 'annotations', 'text-delta'])
    expect(fold(chunks).annotations).toEqual([expect.objectContaining({ type: 'url_citation', text: 'Ruby' })])
  })

  it('keeps thinking apart from text', () => {
    const read = fold(decode('reasoning'))
    expect(read.reasoning).toMatch(/^The document clearly states/)
    expect(read.text).toMatch(/^According to the document/)
    expect(read.usage?.reasoningTokens).toBe(28)
  })

  it('ends in an error, without a finish, when the answer broke off', () => {
    const chunks = decode('error')
    expect(chunks.at(-1)).toMatchObject({
      type: 'error',
      error: { failure: 'server', provider: '', upstreamType: 'INVALID_TOOL_GENERATION' },
    })
    expect(fold(chunks).finish).toBeUndefined()
  })

  it('owes arguments to a call that is never closed', () => {
    const call = (index: number): JsonObject => ({
      type: 'tool-call-start',
      index,
      delta: { message: { tool_calls: { id: `c${index}`, function: { name: 'f', arguments: '' } } } },
    })
    const read = fold(decodeEvents(call(0), call(1), { type: 'message-end', delta: { finish_reason: 'TOOL_CALL' } }))
    expect(read.toolCalls.map(({ argumentsText }) => argumentsText)).toEqual(['{}', '{}'])
    expect(read.usage).toBeUndefined()
  })

  it('numbers calls from 0, whatever their index is at Cohere', () => {
    const start: JsonObject = {
      type: 'tool-call-start',
      index: 3,
      delta: { message: { tool_calls: [{ function: { name: 'f', arguments: '{"a"' } }] } },
    }
    const delta: JsonObject = {
      type: 'tool-call-delta',
      index: 3,
      delta: { message: { tool_calls: { function: { arguments: ':1}' } } } },
    }
    expect(decodeEvents(start, delta).slice(1)).toEqual([
      { type: 'tool-call-start', choice: 0, index: 0, id: 'call_2', name: 'f' },
      { type: 'tool-call-delta', choice: 0, index: 0, argumentsText: '{"a"' },
      { type: 'tool-call-delta', choice: 0, index: 0, argumentsText: ':1}' },
    ])
  })

  it('carries log probabilities beside the text', () => {
    const event: JsonObject = {
      type: 'content-delta',
      index: 0,
      delta: { message: { content: { text: 'Hi' } } },
      logprobs: { text: 'Hi', logprobs: [-1] },
    }
    expect(decodeEvents(event).at(-1)).toEqual({
      type: 'text-delta',
      choice: 0,
      text: 'Hi',
      logprobs: [{ token: 'Hi', logprob: -1, topLogprobs: [] }],
    })
  })

  it('starts with the first event even when it is no message-start, and only once', () => {
    const chunks = decodeEvents(
      { type: 'content-start', delta: { message: { content: { type: 'text', text: 'a' } } } },
      { type: 'message-start', id: 'late' },
    )
    expect(chunks.map(({ type }) => type)).toEqual(['start', 'text-delta'])
  })

  it('overlooks events it does not know and reads a bare error', () => {
    const chunks = decodeEvents({ type: 'message-start', id: 'x' }, { type: 'debug', prompt: 'p' })
    expect(chunks).toHaveLength(1)
    const { chunks: failed } = onCohereEvent(startCohereStream(countingContext()), {
      name: '',
      data: '{"message":"invalid request"}',
    })
    expect(failed).toMatchObject([{ type: 'error', error: { message: 'invalid request' } }])
  })

  it('never forwards, and ends at the end mark', () => {
    expect(onCohereEvent(startCohereStream(countingContext()), { name: '', data: '[DONE]' })).toMatchObject({
      chunks: [],
      forward: false,
      done: true,
    })
  })

  it.each(['{', '7', '[]', '{}', '{"type":"tool-call-delta","index":1}'])('takes the event %s for broken', (data) => {
    expect(() => onCohereEvent(startCohereStream(countingContext()), { name: '', data })).toThrow(
      expect.objectContaining({ code: 'bad_upstream_response' }),
    )
  })
})

describe('the laws of the stream decoder', () => {
  it.each(streams)('reads the stream "%s" the same wherever its bytes are cut', (name) => {
    expectSameWhereverCut(cohereChat, bytes(`${name}.stream.sse`))
  })

  const pieces = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 5 })
  const calls = fc.array(fc.record({ id: fc.string({ minLength: 1 }), name: fc.string({ minLength: 1 }), pieces }), {
    maxLength: 3,
  })

  it('folds a stream to what the whole answer says', () => {
    fc.assert(
      fc.property(fc.record({ plan: pieces, thinking: pieces, text: pieces, calls }), (answer) => {
        const usage = { tokens: { input_tokens: 3, output_tokens: 4 } }
        const content = [
          { type: 'thinking', thinking: answer.thinking.join('') },
          { type: 'text', text: answer.text.join('') },
        ]
        const tool_calls = answer.calls.map(({ id, name, pieces: args }) => ({
          id,
          type: 'function',
          function: { name, arguments: args.join('') },
        }))
        const whole = {
          id: 'x',
          message: { role: 'assistant', tool_plan: answer.plan.join(''), content, tool_calls },
          finish_reason: 'COMPLETE',
          usage,
        }
        const events: readonly JsonObject[] = [
          { type: 'message-start', id: 'x', delta: { message: { role: 'assistant' } } },
          ...answer.thinking.map((thinking) => ({
            type: 'content-delta',
            index: 0,
            delta: { message: { content: { thinking } } },
          })),
          ...answer.plan.map((tool_plan) => ({ type: 'tool-plan-delta', delta: { message: { tool_plan } } })),
          ...answer.text.map((text) => ({
            type: 'content-delta',
            index: 1,
            delta: { message: { content: { text } } },
          })),
          ...answer.calls.flatMap(({ id, name, pieces: args }, index) => [
            {
              type: 'tool-call-start',
              index,
              delta: { message: { tool_calls: { id, type: 'function', function: { name, arguments: '' } } } },
            },
            ...args.map((text) => ({
              type: 'tool-call-delta',
              index,
              delta: { message: { tool_calls: { function: { arguments: text } } } },
            })),
            { type: 'tool-call-end', index },
          ]),
          { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } },
        ]
        expect(fold(decodeEvents(...events))).toEqual(foldResponse(cohereChat, whole))
      }),
    )
  })

  it('never throws anything but its own errors', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.constantFrom('message-start', 'content-delta', 'tool-call-start', 'tool-call-delta', 'citation-start', 'message-end'),
        index: fc.jsonValue(),
        delta: fc.oneof(
          fc.jsonValue(),
          fc.record({
            message: fc.oneof(
              fc.jsonValue(),
              fc.record({
                content: fc.jsonValue(),
                tool_calls: fc.jsonValue(),
                citations: fc.jsonValue(),
                tool_plan: fc.jsonValue(),
              }),
            ),
            finish_reason: fc.jsonValue(),
            usage: fc.jsonValue(),
          }),
        ),
      }),
    )
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 6 }), (events) => {
        let state = startCohereStream(countingContext())
        for (const event of events) {
          try {
            state = onCohereEvent(state, { name: '', data: JSON.stringify(event) }).state
          } catch (error) {
            expect(isProxyApiError(error)).toBe(true)
          }
        }
      }),
    )
  })
})
