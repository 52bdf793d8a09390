import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import type { JsonObject } from '../../wire/json.ts'
import { countingContext, decodeStream, fold, foldResponse, frameInPieces } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { expectSameWhereverCut } from '../shared/__fixtures__/stream-laws.ts'
import { openAiResponses } from './index.ts'
import { onResponsesEvent, startResponsesStream } from './stream.ts'

const { bytes } = fixtures(import.meta.url)
const streams = ['text', 'max-tokens', 'tool-parallel', 'reasoning', 'refusal'] as const

function decode(events: readonly JsonObject[]): readonly ChatChunk[] {
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  return decodeStream(openAiResponses, new TextEncoder().encode(text), { size: 1 << 20 })
}

const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 }
const head = { id: 'resp_1', model: 'm', created_at: 1 }
const created = { type: 'response.created', response: head }

function completed(output: readonly JsonObject[] = []): JsonObject {
  return { type: 'response.completed', response: { ...head, status: 'completed', output, usage } }
}

/** Every way in which a stream may tell the same item: which of its events come. */
interface Telling {
  readonly added: boolean
  readonly deltas: boolean
  readonly done: boolean
  readonly partDone: boolean
  readonly itemDone: boolean
  readonly output: boolean
  /** By place, or by the item's id alone. */
  readonly placed: boolean
}

const telling: fc.Arbitrary<Telling> = fc.record({
  ...{
    added: fc.boolean(),
    deltas: fc.boolean(),
    done: fc.boolean(),
    partDone: fc.boolean(),
    itemDone: fc.boolean(),
    output: fc.boolean(),
  },
  placed: fc.boolean(),
})

interface Told {
  readonly item: JsonObject
  readonly pieces: readonly string[]
}

/** The names of the events of an item's text, and of its whole. */
const words: Readonly<Record<string, readonly [string, string]>> = {
  message: ['response.output_text', 'text'],
  function_call: ['response.function_call_arguments', 'arguments'],
  custom_tool_call: ['response.custom_tool_call_input', 'input'],
}

function eventsOf({ item, pieces }: Told, place: number, how: Telling): readonly JsonObject[] {
  const [prefix = '', field = ''] = words[String(item['type'])] ?? []
  const at = how.placed ? { output_index: place } : {}
  const of = { ...at, item_id: item['id'], content_index: 0 }
  const isCall = item['type'] !== 'message'
  const empty = isCall ? { ...item, [field]: '' } : { ...item, content: [] }
  // A call is known by its name, which only these two events bring.
  const added = how.added || (isCall && !how.itemDone)
  // One of them has to bring the whole.
  const itemDone = how.itemDone || !(how.deltas || how.done || how.partDone)
  const text = pieces.join('')
  const part = { type: 'output_text', text, annotations: [] }
  return [
    ...(added ? [{ type: 'response.output_item.added', ...at, item: empty }] : []),
    ...(how.deltas ? pieces.map((delta) => ({ type: `${prefix}.delta`, ...of, delta })) : []),
    ...(how.done || (how.partDone && !how.deltas) ? [{ type: `${prefix}.done`, ...of, [field]: text }] : []),
    ...(how.partDone && !isCall ? [{ type: 'response.content_part.done', ...of, part }] : []),
    ...(itemDone ? [{ type: 'response.output_item.done', ...at, item }] : []),
  ]
}

const pieces = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
const told: fc.Arbitrary<Told> = fc.oneof(
  pieces.map((parts) => ({
    pieces: parts,
    item: { type: 'message', content: [{ type: 'output_text', text: parts.join(''), annotations: [] }] },
  })),
  pieces.map((parts) => ({ pieces: parts, item: { type: 'function_call', name: 'f', arguments: parts.join('') } })),
  pieces.map((parts) => ({ pieces: parts, item: { type: 'custom_tool_call', name: 'run', input: parts.join('') } })),
)

describe('onResponsesEvent', () => {
  it('starts, speaks, finishes and counts', () => {
    const chunks = decodeStream(openAiResponses, bytes('text.stream.sse'), { size: 4096 })
    expect(chunks[0]).toMatchObject({ type: 'start', id: expect.stringMatching(/^resp_/), model: expect.stringMatching(/^gpt-4o-mini/) })
    expect(fold(chunks)).toMatchObject({ text: '12 + 12 equals 24.', finish: { reason: 'stop' } })
    expect(chunks.at(-1)).toMatchObject({ type: 'usage' })
  })

  it.each([
    ['max-tokens', { text: '', finish: { reason: 'length', native: 'max_output_tokens' } }],
    ['reasoning', { text: expect.stringMatching(/^Alberta/), finish: { reason: 'stop' } }],
    [
      'tool-parallel',
      {
        toolCalls: [
          { name: 'secret_retrieval_tool', argumentsText: '{"password":"mellon"}' },
          { name: 'secret_retrieval_tool', argumentsText: '{"password":"radiance"}' },
        ],
      },
    ],
  ])('reads %s', (name, expected) => {
    expect(fold(decodeStream(openAiResponses, bytes(`${name}.stream.sse`), { size: 4096 }))).toMatchObject(expected)
  })

  it('reads a refusal', () => {
    const chunks = decodeStream(openAiResponses, bytes('refusal.stream.sse'), { size: 4096 })
    expect(chunks.filter(({ type }) => type === 'refusal-delta').length).toBeGreaterThan(0)
  })

  it.each(streams)('forwards every event of "%s"', (name) => {
    let state = startResponsesStream(countingContext())
    for (const event of frameInPieces('sse', bytes(`${name}.stream.sse`), 4096)) {
      const step = onResponsesEvent(state, event)
      state = step.state
      expect([step.forward, step.rewritten]).toEqual([true, undefined])
    }
  })

  it('reads an item the same however much of it is told twice, or only once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(told, telling), { minLength: 1, maxLength: 4 }), fc.boolean(), (items, isCreated) => {
        const named = items.map(([{ item, pieces: parts }, how], place) => ({
          how,
          told: { pieces: parts, item: { id: `item_${place}`, ...(item['type'] !== 'message' && { call_id: `call_${place}` }), ...item } },
        }))
        const output = named.map(({ told: { item } }) => item)
        const events = named.flatMap(({ told: one, how }, place) => eventsOf(one, place, how))
        const chunks = decode([...(isCreated ? [created] : []), ...events, completed(named.every(({ how }) => how.output) ? output : [])])
        const whole = foldResponse(openAiResponses, { ...head, status: 'completed', output, usage })
        expect(fold(chunks)).toMatchObject({ text: whole.text, toolCalls: whole.toolCalls, finish: whole.finish, usage: whole.usage })
        expect(chunks.filter(({ type }) => type === 'start')).toHaveLength(1)
      }),
    )
  })

  it('takes everything from the end where nothing came before it', () => {
    const output = [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'x' },
      { type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'a' }] },
      { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' },
    ]
    expect(fold(decode([created, completed(output)]))).toMatchObject({
      text: 'a',
      reasoning: 'Hm.',
      toolCalls: [{ id: 'c', name: 'f', argumentsText: '{}' }],
    })
  })

  it('holds arguments until the call has a name', () => {
    const item = { type: 'function_call', id: 'fc_1', call_id: 'c', name: '', arguments: '' }
    const delta = { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"x":1}' }
    const named = { ...item, name: 'f', arguments: '{"x":1}' }
    const chunks = decode([
      created,
      { type: 'response.output_item.added', output_index: 0, item },
      delta,
      { type: 'response.output_item.done', output_index: 0, item: named },
      completed(),
    ])
    expect(chunks.slice(1, 3)).toMatchObject([
      { type: 'tool-call-start', name: 'f' },
      { type: 'tool-call-delta', argumentsText: '{"x":1}' },
    ])
    expect(decode([created, { type: 'response.output_item.added', output_index: 0, item }, completed()]).at(-1)).toMatchObject({
      type: 'error',
      error: { failure: 'invalid_response' },
    })
  })

  it('keeps the parts of a summary apart, as the whole answer does', () => {
    const part = (summary_index: number, delta: string): JsonObject => ({
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      item_id: 'rs_1',
      summary_index,
      delta,
    })
    const item = {
      type: 'reasoning',
      id: 'rs_1',
      summary: ['One.', 'Two.'].map((text) => ({ type: 'summary_text', text })),
      encrypted_content: 'x',
    }
    const chunks = decode([
      created,
      part(0, 'On'),
      part(0, 'e.'),
      part(1, 'Two.'),
      { type: 'response.output_item.done', output_index: 0, item },
      completed(),
    ])
    expect(fold(chunks).reasoning).toBe('One.\n\nTwo.')
    expect(chunks.filter(({ type }) => type === 'reasoning-delta').at(-1)).toMatchObject({ text: '', encrypted: 'x', id: 'rs_1' })
  })

  it('reads citations once, whether they were announced or not', () => {
    const annotation = { type: 'url_citation', url: 'u', title: 't', start_index: 0, end_index: 1 }
    const item = { type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'a', annotations: [annotation] }] }
    const done = { type: 'response.output_item.done', output_index: 0, item }
    const announced = { type: 'response.output_text.annotation.added', output_index: 0, content_index: 0, annotation }
    const expected = [{ type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 0, end_index: 1 } }]
    expect(fold(decode([created, announced, done, completed()])).annotations).toEqual(expected)
    expect(fold(decode([created, done, completed()])).annotations).toEqual(expected)
  })

  it('gives clients the type in the data where a vendor has it in the name alone', () => {
    const state = startResponsesStream(countingContext())
    expect(onResponsesEvent(state, { name: 'response.created', data: '{"response":{}}' }).rewritten).toBe(
      '{"type":"response.created","response":{}}',
    )
  })

  it.each<[string, JsonObject, string]>([
    ['an error event', { type: 'error', code: 'rate_limit_exceeded', message: 'Slow.' }, 'rate_limit'],
    ['an error in an object', { type: 'error', error: { type: 'server_error', message: 'Broke.' } }, 'server'],
    [
      'a response that failed',
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'Broke.' } } },
      'server',
    ],
  ])('judges %s', (_name, event, failure) => {
    const chunks = decode([created, event])
    expect(chunks.at(-1)).toMatchObject({ type: 'error', error: { failure } })
    expect(fold(chunks).finish).toBeUndefined()
  })
})

describe('the laws of the stream decoder', () => {
  it.each(streams)('reads the stream "%s" the same wherever its bytes are cut', (name) => {
    expectSameWhereverCut(openAiResponses, bytes(`${name}.stream.sse`))
  })

  it('never throws anything but its own errors', () => {
    const type = fc.constantFrom(
      ...['created', 'output_item.added', 'output_item.done', 'output_text.delta', 'output_text.done', 'completed', 'refusal.done'],
      ...['function_call_arguments.delta', 'function_call_arguments.done', 'output_text.annotation.added', 'reasoning_text.delta'],
    )
    const item = fc.record({
      type: fc.constantFrom('message', 'function_call', 'reasoning', 'custom_tool_call', 'image_generation_call'),
      content: fc.jsonValue(),
      summary: fc.jsonValue(),
      name: fc.jsonValue(),
      arguments: fc.jsonValue(),
    })
    const event = fc.record({
      ...{
        type: type.map((name) => `response.${name}`),
        output_index: fc.jsonValue(),
        content_index: fc.jsonValue(),
        delta: fc.jsonValue(),
      },
      ...{ item: fc.oneof(fc.jsonValue(), item), response: fc.jsonValue(), text: fc.jsonValue(), annotation: fc.jsonValue() },
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), event), { maxLength: 8 }), (events) => {
        let state = startResponsesStream(countingContext())
        for (const one of events) {
          try {
            state = onResponsesEvent(state, { name: '', data: JSON.stringify(one) }).state
          } catch (error) {
            expect(isProxyApiError(error)).toBe(true)
          }
        }
      }),
    )
  })
})
