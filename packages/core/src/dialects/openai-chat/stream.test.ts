import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import { type JsonObject, parseJson } from '../../wire/json.ts'
import { countingContext, decodeStream, fold, foldResponse, frameInPieces } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { expectSameWhereverCut } from '../shared/__fixtures__/stream-laws.ts'
import { openAiChat } from './index.ts'
import { onOpenAiEvent, startOpenAiStream } from './stream.ts'

const { bytes } = fixtures(import.meta.url)
const streams = ['text', 'tool-parallel', 'n-choices', 'logprobs', 'reasoning-mistral', 'error'] as const
const head = { id: 'i', object: 'chat.completion.chunk', created: 1, model: 'm' }

function decode(name: string): readonly ChatChunk[] {
  return decodeStream(openAiChat, bytes(`${name}.stream.sse`), { size: 4096 })
}

function decodeEvents(...events: readonly object[]): readonly ChatChunk[] {
  const text = events.map((event) => `data: ${JSON.stringify({ ...head, ...event })}\n\n`).join('')
  return decodeStream(openAiChat, new TextEncoder().encode(text), { size: 4096 })
}

function choice(delta: JsonObject, fields: JsonObject = {}): JsonObject {
  return { choices: [{ index: 0, delta, finish_reason: null, ...fields }] }
}

/** What a client of the dialect gets of each event: itself, a mended copy, or nothing. */
function sent(...events: readonly object[]): readonly unknown[] {
  let state = startOpenAiStream({ ...countingContext(), nowSeconds: () => 7 })
  return events.map((event) => {
    const step = onOpenAiEvent(state, { name: '', data: JSON.stringify(event) })
    state = step.state
    if (step.rewritten !== undefined) return parseJson(step.rewritten)
    return step.forward ? 'as it came' : undefined
  })
}

/** Whether each event's own bytes are fit for a client. */
function forwards(name: string): readonly boolean[] {
  let state = startOpenAiStream(countingContext())
  return frameInPieces('sse', bytes(`${name}.stream.sse`), 4096).map((event) => {
    const step = onOpenAiEvent(state, event)
    state = step.state
    return step.forward
  })
}

describe('onOpenAiEvent', () => {
  it('starts, speaks, finishes and counts', () => {
    const chunks = decode('text')
    expect(chunks[0]).toMatchObject({ type: 'start', id: 'chatcmpl-D2uJqxLS71HHTTZ8iImR2EbUMNJVE', model: 'gpt-5-mini-2025-08-07' })
    expect(chunks.slice(-2)).toMatchObject([
      { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'stop' } },
      { type: 'usage', usage: { inputTokens: 14, outputTokens: 10, totalTokens: 24 } },
    ])
  })

  it('keeps calls apart', () => {
    const { toolCalls, finish } = fold(decode('tool-parallel'))
    expect(toolCalls.map(({ name, argumentsText }) => [name, argumentsText])).toEqual([
      ['get_country', '{}'],
      ['get_product_name', '{}'],
    ])
    expect(finish?.reason).toBe('tool_calls')
  })

  it('keeps choices apart', () => {
    const finished = decode('n-choices').filter((chunk) => chunk.type === 'finish')
    expect(finished.map((chunk) => chunk.choice).sort()).toEqual([0, 1])
  })

  it('carries log probabilities', () => {
    expect(fold(decode('logprobs')).logprobs.length).toBeGreaterThan(0)
  })

  it('reads thinking parts as reasoning', () => {
    const read = fold(decode('reasoning-mistral'))
    expect(read.reasoning).toMatch(/^The user is asking for 2\+2/)
    expect(read.text).not.toBe('')
  })

  it('ends in an error, without a finish, when the answer broke off', () => {
    const chunks = decode('error')
    expect(chunks.at(-1)).toMatchObject({ type: 'error', error: { failure: 'server', upstreamType: 'server_error' } })
    expect(fold(chunks).finish).toBeUndefined()
  })

  it.each([
    ['a numeric code', { error: { message: 'slow', code: 429 } }, 'rate_limit'],
    ['no code', { error: { message: 'broke' } }, 'server'],
    ['a finish that is an error', choice({}, { finish_reason: 'error' }), 'server'],
  ])('judges an error by %s', (_name, event, failure) => {
    expect(decodeEvents(event).at(-1)).toMatchObject({ type: 'error', error: { failure } })
  })

  it('gives a call that said nothing its empty arguments at the finish, for every client', () => {
    const call = choice({ tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }] })
    const end = choice({}, { finish_reason: 'tool_calls' })
    const chunks = decodeEvents(call, end)
    const owed = { tool_calls: [{ index: 0, function: { arguments: '{}' } }] }
    expect(sent({ ...head, ...call }, { ...head, ...end })).toEqual([
      'as it came',
      { ...head, choices: [{ index: 0, delta: owed, finish_reason: 'tool_calls' }] },
    ])
    expect(chunks.slice(1)).toMatchObject([
      { type: 'tool-call-start', id: 'c', name: 'f' },
      { type: 'tool-call-delta', argumentsText: '{}' },
      { type: 'finish', finish: { reason: 'tool_calls' } },
    ])
  })

  it.each<[string, readonly JsonObject[]]>([
    [
      'by id, where there is no index',
      [
        { id: 'a', function: { name: 'f', arguments: '1' } },
        { id: 'b', function: { name: 'g', arguments: '2' } },
      ],
    ],
    [
      'by index',
      [
        { index: 0, id: 'a', function: { name: 'f', arguments: '1' } },
        { index: 1, id: 'b', function: { name: 'g', arguments: '2' } },
      ],
    ],
  ])('tells calls apart %s', (_name, calls) => {
    const { toolCalls } = fold(decodeEvents(...calls.map((call) => choice({ tool_calls: [call] }))))
    expect(toolCalls).toEqual([
      { id: 'a', name: 'f', argumentsText: '1' },
      { id: 'b', name: 'g', argumentsText: '2' },
    ])
  })

  it('starts with the first event that has a model', () => {
    const azure = { model: '', choices: [], prompt_filter_results: [] }
    const chunks = decodeEvents({ ...azure, id: '' }, choice({ content: 'a' }))
    expect(chunks.map(({ type }) => type)).toEqual(['start', 'text-delta'])
  })

  it('reads the usage of Groq', () => {
    expect(
      decodeEvents({ ...choice({}), x_groq: { usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } } }).at(-1),
    ).toMatchObject({
      type: 'usage',
      usage: { totalTokens: 3 },
    })
  })

  it('is done with the end mark', () => {
    expect(onOpenAiEvent(startOpenAiStream(countingContext()), { name: '', data: '[DONE]' })).toMatchObject({ chunks: [], done: true })
  })

  it('forwards every event of OpenAI itself but the end mark', () => {
    expect(new Set(forwards('text').slice(0, -1))).toEqual(new Set([true]))
    expect(forwards('text').at(-1)).toBe(false)
  })

  it('mends events of vendors who say it otherwise', () => {
    expect(forwards('reasoning-mistral')[0]).toBe(false)
  })

  it.each<[string, JsonObject]>([
    ['reasoning that is null', { reasoning: null, content: 'a' }],
    ['images', { reasoning: null, images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aa' } }] }],
    ['a custom call', { tool_calls: [{ index: 0, id: 'c', type: 'custom', custom: { name: 'run', input: '' } }] }],
    ['a call of the first API', { function_call: { name: 'f', arguments: '' } }],
    ['fields that nobody knows', { content: 'a', x_vendor: { kept: [1] } }],
  ])('lets %s pass as it came', (_name, delta) => {
    expect(sent({ ...head, ...choice(delta) })).toEqual(['as it came'])
  })

  const kept = { x_vendor: { kept: [1] } }

  it.each<[string, JsonObject, JsonObject]>([
    [
      'an event without an id',
      { ...head, id: '', ...choice({ content: 'a', ...kept }) },
      { id: 'chatcmpl-1', choices: [{ delta: { content: 'a' } }] },
    ],
    ['an event without a time', { ...head, created: null, ...choice({ ...kept }) }, { created: 7 }],
    ['a choice without a finish', { ...head, choices: [{ index: 0, delta: kept }] }, { choices: [{ finish_reason: null }] }],
    [
      'a choice without a delta',
      { ...head, choices: [{ index: 0, finish_reason: null, content_filter_offsets: {} }] },
      { choices: [{ delta: {}, content_filter_offsets: {} }] },
    ],
    ['a word that clients do not know', { ...head, ...choice(kept, { finish_reason: 'eos' }) }, { choices: [{ finish_reason: 'stop' }] }],
    ['an index that is none', { ...head, ...choice(kept, { index: -1 }) }, { choices: [{ index: 0 }] }],
    [
      'reasoning under another name',
      { ...head, ...choice({ reasoning: 'Hm.', ...kept }) },
      { choices: [{ delta: { reasoning: 'Hm.', reasoning_content: 'Hm.' } }] },
    ],
    [
      'content as a list',
      {
        ...head,
        ...choice({
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
            { type: 'text', text: 'a' },
          ],
          ...kept,
        }),
      },
      { choices: [{ delta: { content: 'a', reasoning_content: 'Hm.' } }] },
    ],
    [
      'usage counted otherwise',
      {
        ...head,
        choices: [],
        ...kept,
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 5, cost: 2, completion_tokens_details: { reasoning_tokens: 3 } },
      },
      { usage: { completion_tokens: 4, cost: 2 } },
    ],
  ])('mends %s and leaves the rest', (_name, event, expected) => {
    const [mended] = sent(event)
    expect(mended).toMatchObject(expected)
    expect(JSON.stringify(mended)).toContain(_name === 'a choice without a delta' ? 'content_filter_offsets' : '"x_vendor":{"kept":[1]}')
  })

  it('carries what comes in the details of reasoning alone', () => {
    const details = [
      { type: 'reasoning.text', text: 'Hm.', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.text', signature: 's', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'x', format: 'anthropic-claude-v1', index: 1 },
    ]
    const chunks = decodeEvents(...details.map((detail) => choice({ reasoning: detail.text ?? null, reasoning_details: [detail] })))
    expect(chunks.slice(1)).toMatchObject([
      { type: 'reasoning-delta', index: 0, origin: 'anthropic-messages', text: 'Hm.' },
      { type: 'reasoning-delta', index: 0, origin: 'anthropic-messages', text: '', signature: 's' },
      { type: 'reasoning-delta', index: 1, origin: 'anthropic-messages', text: '', encrypted: 'x' },
    ])
  })

  it('tells images and citations apart from text', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,aa' } }
    const citation = { type: 'url_citation', url_citation: { url: 'https://a.example' } }
    expect(fold(decodeEvents(choice({ images: [image], annotations: [citation] }))).annotations).toEqual([citation, image])
  })

  it('reads a cut that the vendor names elsewhere as one', () => {
    const call = choice({ tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{"a' } }] })
    const { finish } = fold(decodeEvents(call, choice({}, { finish_reason: 'tool_calls', native_finish_reason: 'length' })))
    expect(finish?.reason).toBe('length')
  })

  it.each(['{', '7', '[]', '{}'])('takes the event %s for broken', (data) => {
    expect(() => onOpenAiEvent(startOpenAiStream(countingContext()), { name: '', data })).toThrow(
      expect.objectContaining({ code: 'bad_upstream_response' }),
    )
  })
})

describe('the laws of the stream decoder', () => {
  it.each(streams)('reads the stream "%s" the same wherever its bytes are cut', (name) => {
    expectSameWhereverCut(openAiChat, bytes(`${name}.stream.sse`))
  })

  it('folds a stream to what the whole answer says', () => {
    const pieces = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 5 })
    const call = fc.record({
      name: fc.string({ minLength: 1 }),
      pieces: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
    })
    fc.assert(
      fc.property(pieces, pieces, fc.array(call, { maxLength: 3 }), (thought, text, calls) => {
        const finish_reason = calls.length > 0 ? 'tool_calls' : 'stop'
        const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
        const events = [
          ...thought.map((piece) => choice({ reasoning_content: piece })),
          ...text.map((content) => choice({ content })),
          ...calls.flatMap(({ name, pieces: parts }, index) => [
            choice({ tool_calls: [{ index, id: `c${index}`, type: 'function', function: { name, arguments: '' } }] }),
            ...parts.map((part) => choice({ tool_calls: [{ index, function: { arguments: part } }] })),
          ]),
          choice({}, { finish_reason }),
          { choices: [], usage },
        ]
        const tool_calls = calls.map(({ name, pieces: parts }, index) => ({
          id: `c${index}`,
          type: 'function',
          function: { name, arguments: parts.join('') },
        }))
        const message = { role: 'assistant', content: text.join(''), reasoning_content: thought.join(''), tool_calls }
        const whole = { ...head, choices: [{ index: 0, message, finish_reason }], usage }
        expect(fold(decodeEvents(...events))).toEqual(foldResponse(openAiChat, whole))
      }),
    )
  })

  it('never throws anything but its own errors', () => {
    const delta = fc.record({
      content: fc.jsonValue(),
      tool_calls: fc.jsonValue(),
      reasoning_details: fc.jsonValue(),
      refusal: fc.jsonValue(),
    })
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({
        choices: fc.oneof(fc.jsonValue(), fc.array(fc.record({ index: fc.jsonValue(), delta, finish_reason: fc.jsonValue() }))),
        usage: fc.jsonValue(),
      }),
    )
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 6 }), (events) => {
        let state = startOpenAiStream(countingContext())
        for (const event of events) {
          try {
            state = onOpenAiEvent(state, { name: '', data: JSON.stringify(event) }).state
          } catch (error) {
            expect(isProxyApiError(error)).toBe(true)
          }
        }
      }),
    )
  })
})
