import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import type { JsonObject } from '../../wire/json.ts'
import { toSseText } from '../../wire/sse.ts'
import { countingContext, decodeStream, fold, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { expectSameWhereverCut } from '../shared/__fixtures__/stream-laws.ts'
import { gemini } from './index.ts'
import { onGeminiEnd, onGeminiEvent, startGeminiStream } from './stream.ts'

const { bytes } = fixtures(import.meta.url)
const streams = ['text', 'tool-parallel', 'reasoning', 'code-execution', 'partial-calls', 'error-synthetic'] as const

function decode(name: string): readonly ChatChunk[] {
  return decodeStream(gemini, bytes(`${name}.stream.sse`), { size: 4096 })
}

function decodeEvents(...events: readonly JsonObject[]): readonly ChatChunk[] {
  const text = events.map((event) => toSseText({ data: JSON.stringify(event) })).join('')
  return decodeStream(gemini, new TextEncoder().encode(text), { size: 4096 })
}

function parts(...list: readonly JsonObject[]): JsonObject {
  return { candidates: [{ content: { parts: list } }] }
}

describe('onGeminiEvent', () => {
  it('starts, speaks, finishes and counts, in this order', () => {
    expect(decode('text').map(({ type }) => type)).toEqual(['start', 'text-delta', 'text-delta', 'text-delta', 'finish', 'usage'])
    expect(decode('text').at(-1)).toMatchObject({ usage: { inputTokens: 7, outputTokens: 8, totalTokens: 15 } })
  })

  it('tells calls without ids whole, and finishes for them', () => {
    const read = fold(decode('tool-parallel'))
    expect(read.toolCalls).toEqual([
      { id: 'call_1', name: 'lookup_harbor_label', argumentsText: '{}' },
      { id: 'call_2', name: 'lookup_orchard_label', argumentsText: '{}' },
    ])
    expect(read.finish).toEqual({ reason: 'tool_calls', native: 'STOP' })
  })

  it('keeps the signature of a call', () => {
    expect(decode('reasoning').find(({ type }) => type === 'tool-call-start')).toHaveProperty(
      'signature',
      expect.stringMatching(/^\S{20,}$/),
    )
  })

  it("finishes once, at the end, while Google's own tools are at work", () => {
    const chunks = decode('code-execution')
    expect(chunks.map(({ type }) => type)).toEqual(['start', 'text-delta', 'finish', 'usage'])
    expect(fold(chunks)).toMatchObject({ text: 'résultats ✅ 42 et 142.', usage: { totalTokens: 666 } })
  })

  it('puts calls in pieces together', () => {
    const chunks = decode('partial-calls')
    expect(fold(chunks).toolCalls.map(({ argumentsText }) => argumentsText)).toEqual([
      '{"location":"Boston"}',
      '{"location":"San Francisco"}',
    ])
    expect(chunks.filter(({ type }) => type === 'tool-call-start')[0]).toHaveProperty('signature', expect.any(String))
  })

  it('ends in an error when the answer broke off', () => {
    expect(decode('error-synthetic').find(({ type }) => type === 'error')).toMatchObject({
      error: { failure: 'server', provider: '', upstreamType: 'UNAVAILABLE' },
    })
  })

  it('begins a new block of reasoning after a text, a call or a signature', () => {
    const thought = { text: 't', thought: true }
    const chunks = decodeEvents(
      parts(thought, thought),
      parts(thought, { text: 'said' }, thought),
      parts({ ...thought, thoughtSignature: 'S' }),
      parts(thought),
    )
    const indexes = chunks.flatMap((chunk) => (chunk.type === 'reasoning-delta' ? [chunk.index] : []))
    expect(indexes).toEqual([0, 0, 0, 1, 1, 2])
  })

  it('finishes a prompt that was blocked', () => {
    expect(decodeEvents({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } }).slice(1)).toEqual([
      { type: 'finish', choice: 0, finish: { reason: 'content_filter', native: 'SAFETY' } },
      { type: 'usage', usage: expect.objectContaining({ inputTokens: 4 }) },
    ])
  })

  it('keeps candidates apart', () => {
    const both = {
      candidates: [{ content: { parts: [{ text: 'a' }] } }, { index: 1, content: { parts: [{ text: 'b' }] }, finishReason: 'STOP' }],
    }
    const chunks = decodeEvents(both, { candidates: [{ index: 0, finishReason: 'MAX_TOKENS' }] })
    expect(chunks.slice(1)).toEqual([
      { type: 'text-delta', choice: 0, text: 'a' },
      { type: 'text-delta', choice: 1, text: 'b' },
      { type: 'finish', choice: 1, finish: { reason: 'stop', native: 'STOP' } },
      { type: 'finish', choice: 0, finish: { reason: 'length', native: 'MAX_TOKENS' } },
    ])
  })

  it('tells a call whole whose end never comes, and one that is followed by another', () => {
    const piece = (name: string | undefined, value: string): JsonObject => ({
      functionCall: { ...(name !== undefined && { name }), partialArgs: [{ jsonPath: '$.a', stringValue: value }], willContinue: true },
    })
    const read = fold(
      decodeEvents(parts(piece('f', 'x')), parts(piece(undefined, 'y')), parts(piece('g', 'z')), {
        candidates: [{ finishReason: 'STOP' }],
      }),
    )
    expect(read.toolCalls.map(({ name, argumentsText }) => [name, argumentsText])).toEqual([
      ['f', '{"a":"xy"}'],
      ['g', '{"a":"z"}'],
    ])
    expect(read.finish?.reason).toBe('tool_calls')
  })

  it('tells of a wrong key in mid-stream as what it is', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }]
    const { chunks } = onGeminiEvent(startGeminiStream(countingContext()), {
      name: '',
      data: JSON.stringify([{ error: { code: 400, message: 'm', details } }]),
    })
    expect(chunks).toMatchObject([{ type: 'error', error: { failure: 'authentication' } }])
  })

  it('owes nothing to a stream without a finish', () => {
    const { state } = onGeminiEvent(startGeminiStream(countingContext()), { name: '', data: JSON.stringify(parts({ text: 'a' })) })
    expect(onGeminiEnd(state)).toEqual([])
  })

  it.each(['{', '7', '[]', '{}', '{"error":null}', '[DONE]'])('takes the event %s for broken', (data) => {
    expect(() => onGeminiEvent(startGeminiStream(countingContext()), { name: '', data })).toThrow(
      expect.objectContaining({ code: 'bad_upstream_response' }),
    )
  })
})

describe('the laws of the stream decoder', () => {
  it.each(streams)('reads the stream "%s" the same wherever its bytes are cut', (name) => {
    expectSameWhereverCut(gemini, bytes(`${name}.stream.sse`))
  })

  const signed = { thoughtSignature: fc.option(fc.string({ minLength: 1 }), { nil: undefined }) }
  const part = fc.oneof(
    fc.record({ text: fc.string(), ...signed }),
    fc.record({ text: fc.string(), thought: fc.constant(true), ...signed }),
    fc.record({
      functionCall: fc.record({
        id: fc.string({ minLength: 1 }),
        name: fc.string({ minLength: 1 }),
        args: fc.dictionary(fc.string(), fc.jsonValue()),
      }),
      ...signed,
    }),
    fc.constant({ executableCode: { code: 'x' } }),
    fc.constant({ inlineData: { mimeType: 'image/png', data: 'AA==' } }),
  )

  it('folds a stream to what the whole answer says', () => {
    fc.assert(
      fc.property(fc.array(fc.array(part, { maxLength: 3 }), { minLength: 1, maxLength: 6 }), (pieces) => {
        const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 }
        const head = { responseId: 'r', modelVersion: 'm' }
        // Through JSON, as on the wire: it has no words for undefined.
        const whole: JsonObject = JSON.parse(
          JSON.stringify({ ...head, candidates: [{ content: { parts: pieces.flat() }, finishReason: 'STOP' }], usageMetadata }),
        )
        const events = pieces.map((list, index) => ({
          ...head,
          candidates: [{ content: { parts: list }, ...(index === pieces.length - 1 && { finishReason: 'STOP' }) }],
          usageMetadata,
        }))
        const chunks = decodeEvents(...events.map((event): JsonObject => JSON.parse(JSON.stringify(event))))
        expect(fold(chunks)).toEqual(foldResponse(gemini, whole))
        const blocks = gemini.upstream.fromResponse(whole, countingContext()).choices[0]?.reasoning ?? []
        const streamed = new Map<number, { text: string; signature: string | undefined }>()
        for (const chunk of chunks) {
          if (chunk.type !== 'reasoning-delta') continue
          streamed.set(chunk.index, { text: (streamed.get(chunk.index)?.text ?? '') + chunk.text, signature: chunk.signature })
        }
        expect([...streamed.values()]).toEqual(blocks.map(({ text, signature }) => ({ text, signature })))
      }),
    )
  })

  it('never throws anything but its own errors', () => {
    const oddPart = fc.oneof(
      part,
      fc.jsonValue(),
      fc.record({
        functionCall: fc.record(
          {
            name: fc.jsonValue(),
            willContinue: fc.jsonValue(),
            partialArgs: fc.array(
              fc.record(
                {
                  jsonPath: fc.oneof(fc.string(), fc.constantFrom('$.a', '$[0]', '$.a[9].b', "$['c']", '$.__proto__.x', '$.constructor')),
                  stringValue: fc.jsonValue(),
                  numberValue: fc.jsonValue(),
                },
                { requiredKeys: [] },
              ),
            ),
          },
          { requiredKeys: [] },
        ),
      }),
    )
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          candidates: fc.oneof(
            fc.jsonValue(),
            fc.array(
              fc.record(
                { content: fc.record({ parts: fc.array(oddPart) }), finishReason: fc.jsonValue(), index: fc.jsonValue() },
                { requiredKeys: [] },
              ),
            ),
          ),
          promptFeedback: fc.jsonValue(),
          usageMetadata: fc.jsonValue(),
          error: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    )
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 6 }), (events) => {
        let state = startGeminiStream(countingContext())
        for (const event of events) {
          try {
            state = onGeminiEvent(state, { name: '', data: JSON.stringify(event) }).state
          } catch (error) {
            expect(isProxyApiError(error)).toBe(true)
          }
        }
        onGeminiEnd(state)
      }),
    )
  })
})
