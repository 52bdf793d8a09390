import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import type { JsonObject } from '../../wire/json.ts'
import { countingContext, decodeStream, fold, foldResponse, frameInPieces } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { expectSameWhereverCut } from '../shared/__fixtures__/stream-laws.ts'
import { anthropicMessages } from './index.ts'
import { onAnthropicEvent, startAnthropicStream } from './stream.ts'

const { bytes } = fixtures(import.meta.url)
const streams = ['text', 'tool-call', 'tool-parallel', 'reasoning', 'citations', 'error'] as const

function decode(name: string): readonly ChatChunk[] {
  return decodeStream(anthropicMessages, bytes(`${name}.stream.sse`), { size: 4096 })
}

function decodeEvents(...events: readonly JsonObject[]): readonly ChatChunk[] {
  const text = events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('')
  return decodeStream(anthropicMessages, new TextEncoder().encode(text), { size: 4096 })
}

function block(index: number, content_block: JsonObject, ...deltas: readonly JsonObject[]): readonly JsonObject[] {
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

describe('onAnthropicEvent', () => {
  it('starts, speaks, finishes and counts', () => {
    expect(decode('text')).toMatchObject([
      { type: 'start', id: 'msg_019YzLeF9bnSTwHRpHPNEbid', model: 'claude-3-haiku-20240307', usage: { inputTokens: 19 } },
      { type: 'text-delta', choice: 0, text: '4' },
      { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'end_turn' } },
      { type: 'usage', usage: { inputTokens: 19, outputTokens: 5, totalTokens: 24 } },
    ])
  })

  it('joins the pieces of a call', () => {
    const { toolCalls, finish } = fold(decode('tool-call'))
    expect(toolCalls).toEqual([
      { id: 'toolu_01GWMYVRPdJWuP8ywu1XZDW8', name: 'customAdditionImplementation', argumentsText: '{"a": 2, "b": 3}' },
    ])
    expect(finish?.reason).toBe('tool_calls')
  })

  it('numbers calls in the order they come', () => {
    const starts = decode('tool-parallel').filter((chunk) => chunk.type === 'tool-call-start')
    expect(starts.map(({ index }) => index)).toEqual([0, 1])
  })

  it('tells what each passage rests on, and where it stands in the text', () => {
    const { text, annotations } = fold(decode('citations'))
    expect(annotations).toHaveLength(2)
    const passages = annotations.map((annotation) => {
      const { start_index, end_index } = annotation['url_citation'] as { readonly start_index: number; readonly end_index: number }
      return text.slice(start_index, end_index)
    })
    expect(passages[0]).toMatch(/^Today \(November 15, 2025\) in San Francisco is overcast/)
    expect(annotations[0]).toMatchObject({
      type: 'url_citation',
      url_citation: { url: 'https://www.wunderground.com/hourly/us/ca/san-francisco', encrypted_index: 'EpMBCioICRgCIiRiMzIwZGYx' },
    })
  })

  it('keeps thinking apart from text, with its signature', () => {
    const chunks = decode('reasoning')
    const read = fold(chunks)
    expect(read.reasoning).toMatch(/^This is a simple/)
    expect(read.text).toMatch(/^2 \+ 2 = 4/)
    const signatures = chunks.flatMap((chunk) => (chunk.type === 'reasoning-delta' ? (chunk.signature ?? []) : []))
    expect(signatures).toEqual([expect.stringMatching(/^Eo4/)])
  })

  it('gives encrypted thinking a block of its own', () => {
    const events = [...block(0, { type: 'redacted_thinking', data: 'x' }), ...block(1, { type: 'thinking', thinking: 'Hm.' })]
    expect(decodeEvents(...events)).toMatchObject([
      { type: 'reasoning-delta', index: 0, text: '', encrypted: 'x' },
      { type: 'reasoning-delta', index: 1, text: 'Hm.' },
    ])
  })

  it('gives a call that said nothing its empty arguments', () => {
    const chunks = decodeEvents(
      ...block(0, { type: 'tool_use', id: 'c', name: 'f', input: {} }, { type: 'input_json_delta', partial_json: '' }),
    )
    expect(chunks).toMatchObject([{ type: 'tool-call-start' }, { type: 'tool-call-delta', argumentsText: '{}' }])
  })

  it('replaces the usage of the start by that of the end', () => {
    const usage = { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 }
    const chunks = decodeEvents(
      { type: 'message_start', message: { usage } },
      { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 7 } },
    )
    expect(fold(chunks).usage).toMatchObject({ inputTokens: 15, cachedInputTokens: 5, outputTokens: 7, totalTokens: 22 })
    expect(fold(chunks).finish).toMatchObject({ reason: 'length' })
  })

  it('ends in an error, without a finish, when the answer broke off', () => {
    const chunks = decode('error')
    expect(chunks.at(-1)).toMatchObject({ type: 'error', error: { failure: 'server', upstreamType: 'overloaded_error' } })
    expect(fold(chunks).text).toMatch(/^Sunlight scatters off/)
    expect(fold(chunks).finish).toBeUndefined()
  })

  it('passes on what it does not know to clients of the dialect, without a chunk', () => {
    const events = [
      { type: 'ping' },
      { type: 'something_new' },
      ...block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
    ]
    let state = startAnthropicStream(countingContext())
    for (const event of events) {
      const step = onAnthropicEvent(state, { name: '', data: JSON.stringify(event) })
      expect(step).toMatchObject({ chunks: [], forward: true })
      state = step.state
    }
  })

  it('forwards every event but the end mark', () => {
    let state = startAnthropicStream(countingContext())
    const steps = frameInPieces('sse', bytes('reasoning.stream.sse'), 4096).map((event) => {
      const step = onAnthropicEvent(state, event)
      state = step.state
      return step
    })
    expect(steps.slice(0, -1).every(({ forward }) => forward)).toBe(true)
    expect(steps.at(-1)).toMatchObject({ forward: false, done: true })
  })

  it.each(['{', '7', '[]'])('takes the event %s for broken', (data) => {
    expect(() => onAnthropicEvent(startAnthropicStream(countingContext()), { name: '', data })).toThrow(
      expect.objectContaining({ code: 'bad_upstream_response' }),
    )
  })
})

describe('the laws of the stream decoder', () => {
  it.each(streams)('reads the stream "%s" the same wherever its bytes are cut', (name) => {
    expectSameWhereverCut(anthropicMessages, bytes(`${name}.stream.sse`))
  })

  it('folds a stream to what the whole message says', () => {
    const pieces = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 4 })
    const call = fc.record({ name: fc.string(), input: fc.dictionary(fc.string(), fc.nat()) })
    fc.assert(
      fc.property(pieces, pieces, fc.array(call, { maxLength: 3 }), (thought, text, calls) => {
        const uses = calls.map(({ name, input }, at) => ({ type: 'tool_use', id: `c${at}`, name, input }))
        const usage = { input_tokens: 3, output_tokens: 4 }
        const content = [{ type: 'thinking', thinking: thought.join(''), signature: 's' }, { type: 'text', text: text.join('') }, ...uses]
        const events = [
          { type: 'message_start', message: { id: 'm', model: 'm', usage } },
          ...block(0, { type: 'thinking', thinking: '' }, ...thought.map((thinking) => ({ type: 'thinking_delta', thinking })), {
            type: 'signature_delta',
            signature: 's',
          }),
          ...block(1, { type: 'text', text: '' }, ...text.map((piece) => ({ type: 'text_delta', text: piece }))),
          ...uses.flatMap((use, at) =>
            block(at + 2, { ...use, input: {} }, { type: 'input_json_delta', partial_json: JSON.stringify(use.input) }),
          ),
          { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
        ]
        const whole = { id: 'm', model: 'm', type: 'message', content, stop_reason: 'end_turn', usage }
        expect(fold(decodeEvents(...events))).toEqual(foldResponse(anthropicMessages, whole))
      }),
    )
  })

  it('never throws anything but its own errors', () => {
    const type = fc.constantFrom(
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'error',
    )
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({
        type,
        index: fc.jsonValue(),
        message: fc.jsonValue(),
        content_block: fc.jsonValue(),
        delta: fc.jsonValue(),
        usage: fc.jsonValue(),
      }),
    )
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 6 }), (events) => {
        let state = startAnthropicStream(countingContext())
        for (const event of events) {
          try {
            state = onAnthropicEvent(state, { name: '', data: JSON.stringify(event) }).state
          } catch (error) {
            expect(isProxyApiError(error)).toBe(true)
          }
        }
      }),
    )
  })
})
