import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import type { JsonObject } from '../../wire/json.ts'
import { countingContext, decodeStream, fold, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { expectSameWhereverCut } from '../shared/__fixtures__/stream-laws.ts'
import { bedrockConverse } from './index.ts'
import { onBedrockEvent, startBedrockStream } from './stream.ts'

const { bytes } = fixtures(import.meta.url)
const streams = ['text', 'tool-call', 'tool-silent', 'tool-parallel', 'reasoning', 'encrypted', 'error-synthetic'] as const

type Frame = readonly [name: string, body: JsonObject]

function decode(name: string): readonly ChatChunk[] {
  return decodeStream(bedrockConverse, bytes(`${name}.stream.bin`), { size: 4096 })
}

function decodeFrames(...frames: readonly Frame[]): readonly ChatChunk[] {
  let state = startBedrockStream(countingContext())
  return frames.flatMap(([name, body]) => {
    const step = onBedrockEvent(state, { name, data: JSON.stringify(body) })
    state = step.state
    return step.chunks
  })
}

function toolStart(block: number, toolUse: JsonObject): Frame {
  return ['contentBlockStart', { contentBlockIndex: block, start: { toolUse } }]
}

function delta(block: number, given: JsonObject): Frame {
  return ['contentBlockDelta', { contentBlockIndex: block, delta: given }]
}

describe('onBedrockEvent', () => {
  it('starts, speaks, finishes and counts, in this order', () => {
    const chunks = decode('text')
    expect(chunks[0]).toEqual({ type: 'start', id: 'chatcmpl-1', model: 'model-asked' })
    expect(chunks.slice(-2)).toEqual([
      { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'end_turn' } },
      { type: 'usage', usage: expect.objectContaining({ inputTokens: 53, outputTokens: 21 }) },
    ])
    expect(fold(chunks).text).toMatch(/1/)
  })

  it('reads a call', () => {
    expect(fold(decode('tool-call')).toolCalls).toEqual([
      { id: expect.stringMatching(/^tooluse_/), name: 'weather', argumentsText: '{"latitude":"52.5200","longitude":"13.4050"}' },
    ])
  })

  it('gives a silent call empty arguments', () => {
    expect(fold(decode('tool-silent')).toolCalls).toEqual([expect.objectContaining({ name: 'lookup_harbor_label', argumentsText: '{}' })])
  })

  it('keeps parallel calls apart', () => {
    expect(fold(decode('tool-parallel')).toolCalls.map(({ argumentsText }) => argumentsText)).toEqual([
      '{"location":"Seattle"}',
      '{"location":"San Francisco"}',
    ])
  })

  it('keeps reasoning, its signature and what is encrypted', () => {
    expect(fold(decode('reasoning')).reasoning).toMatch(/^The user has greeted me/)
    expect(decode('reasoning').filter((chunk) => chunk.type === 'reasoning-delta' && chunk.signature !== undefined)).toHaveLength(1)
    const encrypted = decode('encrypted').flatMap((chunk) => (chunk.type === 'reasoning-delta' ? [[chunk.index, chunk.encrypted]] : []))
    expect(encrypted).toEqual([
      [0, expect.any(String)],
      [1, expect.any(String)],
    ])
  })

  it('ends in an error when an exception comes', () => {
    expect(decode('error-synthetic').at(-1)).toMatchObject({
      type: 'error',
      error: { failure: 'server', provider: '', upstreamType: 'ModelStreamErrorException' },
    })
  })

  it('owes arguments to a call that is never closed', () => {
    const chunks = decodeFrames(toolStart(0, { toolUseId: 'a', name: 'f' }), toolStart(1, { name: 'g' }), [
      'messageStop',
      { stopReason: 'tool_use' },
    ])
    expect(fold(chunks).toolCalls).toEqual([
      { id: 'a', name: 'f', argumentsText: '{}' },
      { id: 'call_2', name: 'g', argumentsText: '{}' },
    ])
  })

  it('leaves a tool that AWS runs out, and cites what it found', () => {
    const chunks = decodeFrames(
      toolStart(0, { toolUseId: 'a', name: 'nova_grounding', type: 'server_tool_use' }),
      delta(0, { toolUse: { input: '{"query":"x"}' } }),
      ['contentBlockStop', { contentBlockIndex: 0 }],
      delta(1, { toolResult: [{ text: '[HIDDEN]' }] }),
      delta(2, { citation: { location: { web: { url: 'https://x.test', domain: 'x.test' } } } }),
      delta(2, { citation: { location: { somewhere: {} } } }),
      ['messageStop', { stopReason: 'end_turn' }],
    )
    expect(chunks.slice(1)).toEqual([
      {
        type: 'annotations',
        choice: 0,
        annotations: [{ type: 'url_citation', url_citation: { url: 'https://x.test', title: 'x.test', start_index: 0, end_index: 0 } }],
      },
      { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'end_turn' } },
    ])
  })

  it('starts with the first frame even when it is no messageStart, overlooks unknown ones, and is done with its usage', () => {
    expect(decodeFrames(delta(0, { text: 'a' }), ['newEvent', {}]).map(({ type }) => type)).toEqual(['start', 'text-delta'])
    expect(onBedrockEvent(startBedrockStream(countingContext()), { name: 'metadata', data: '{}' })).toMatchObject({
      done: true,
      forward: false,
    })
  })

  it.each(['{', '7', '[]', ''])('takes the payload %j for broken', (data) => {
    expect(() => onBedrockEvent(startBedrockStream(countingContext()), { name: 'messageStart', data })).toThrow(
      expect.objectContaining({ code: 'bad_upstream_response' }),
    )
  })
})

describe('the laws of the stream decoder', () => {
  it.each(streams)('reads the stream "%s" the same wherever its bytes are cut', (name) => {
    expectSameWhereverCut(bedrockConverse, bytes(`${name}.stream.bin`))
  })

  const pieces = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 })
  const block = fc.oneof(
    fc.record({ type: fc.constant('text' as const), pieces }),
    fc.record({ type: fc.constant('reasoning' as const), pieces, signature: fc.string({ minLength: 1 }) }),
    fc.record({
      type: fc.constant('call' as const),
      id: fc.string({ minLength: 1 }),
      name: fc.string(),
      input: fc.dictionary(fc.string(), fc.string()),
    }),
  )

  function toBlock(given: typeof block extends fc.Arbitrary<infer Value> ? Value : never): JsonObject {
    if (given.type === 'text') return { text: given.pieces.join('') }
    if (given.type === 'call') return { toolUse: { toolUseId: given.id, name: given.name, input: given.input } }
    return { reasoningContent: { reasoningText: { text: given.pieces.join(''), signature: given.signature } } }
  }

  function toFrames(given: typeof block extends fc.Arbitrary<infer Value> ? Value : never, at: number): readonly Frame[] {
    const stop: Frame = ['contentBlockStop', { contentBlockIndex: at }]
    if (given.type === 'text') return [...given.pieces.map((text) => delta(at, { text })), stop]
    if (given.type === 'call')
      return [
        toolStart(at, { toolUseId: given.id, name: given.name }),
        delta(at, { toolUse: { input: JSON.stringify(given.input) } }),
        stop,
      ]
    return [
      ...given.pieces.map((text) => delta(at, { reasoningContent: { text } })),
      delta(at, { reasoningContent: { signature: given.signature } }),
      stop,
    ]
  }

  it('folds a stream to what the whole answer says', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 5 }), (blocks) => {
        const usage = { inputTokens: 3, outputTokens: 4, totalTokens: 7 }
        const whole = { output: { message: { role: 'assistant', content: blocks.map(toBlock) } }, stopReason: 'end_turn', usage }
        const chunks = decodeFrames(
          ['messageStart', { role: 'assistant' }],
          ...blocks.flatMap(toFrames),
          ['messageStop', { stopReason: 'end_turn' }],
          ['metadata', { usage }],
        )
        expect(fold(chunks)).toEqual(foldResponse(bedrockConverse, whole))
      }),
    )
  })

  it('never throws anything but its own errors', () => {
    const name = fc.constantFrom(
      'messageStart',
      'contentBlockStart',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
      'x',
    )
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          contentBlockIndex: fc.jsonValue(),
          start: fc.oneof(fc.jsonValue(), fc.record({ toolUse: fc.jsonValue() })),
          delta: fc.oneof(
            fc.jsonValue(),
            fc.record(
              { text: fc.jsonValue(), toolUse: fc.jsonValue(), reasoningContent: fc.jsonValue(), citation: fc.jsonValue() },
              { requiredKeys: [] },
            ),
          ),
          stopReason: fc.jsonValue(),
          usage: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(name, body, fc.boolean()), { maxLength: 6 }), (events) => {
        let state = startBedrockStream(countingContext())
        for (const [event, odd, exception] of events) {
          try {
            state = onBedrockEvent(state, { name: event, data: JSON.stringify(odd), exception }).state
          } catch (error) {
            expect(isProxyApiError(error)).toBe(true)
          }
        }
      }),
    )
  })
})
