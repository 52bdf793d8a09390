import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { ChatResponse } from '../../chat/response.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readObject, readString } from '../../wire/json.ts'
import { anyStream, clientContext, encodeStream } from '../shared/__fixtures__/client-stream.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { expectReadsBack } from '../shared/__fixtures__/stream-laws.ts'
import { toCustomArguments } from '../shared/custom-tool.ts'
import { openAiResponses, openAiResponsesClient } from './index.ts'

const start: ChatChunk = { type: 'start', id: 'i', model: 'm', createdAtSeconds: 5 }
const customRequest: ChatRequest = { model: 'm', messages: [], tools: [{ type: 'function', name: 'run', custom: {} }] }

/** Text with what JSON escapes, and characters that are cut in half. */
const anyText = fc
  .array(fc.constantFrom('a', '"', '\\', '\n', '\u0000', 'é', '😀', '\ud83d', '\ude00'), { maxLength: 12 })
  .map((all) => all.join(''))

function finish(reason: 'stop' | 'length' | 'tool_calls' = 'stop'): ChatChunk {
  return { type: 'finish', choice: 0, finish: { reason, native: '' } }
}

function call(index: number, name = 'f'): ChatChunk {
  return { type: 'tool-call-start', choice: 0, index, id: `call_${index}`, name }
}

function argue(index: number, argumentsText: string): ChatChunk {
  return { type: 'tool-call-delta', choice: 0, index, argumentsText }
}

function say(text: string): ChatChunk {
  return { type: 'text-delta', choice: 0, text }
}

function eventsOf(chunks: readonly ChatChunk[], request?: ChatRequest): readonly JsonObject[] {
  const body = encodeStream(openAiResponsesClient, chunks, { ...clientContext(), newId: countingContext().newId, request })
  return body
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [name = '', data = ''] = event.split('\n')
      const parsed = parseJson(data.slice('data: '.length))
      if (!isJsonObject(parsed)) throw new Error('An event is no object.')
      expect(name).toBe(`event: ${readString(parsed, 'type')}`)
      return parsed
    })
}

function outputOf(events: readonly JsonObject[]): readonly JsonObject[] {
  const last = readObject(events.at(-1) ?? {}, 'response') ?? {}
  return (readArray(last, 'output') ?? []).filter(isJsonObject)
}

/** The fields by which deltas and their whole are told apart. */
const wholes: Readonly<Record<string, readonly [string, string]>> = {
  'response.output_text.delta': ['response.output_text.done', 'text'],
  'response.refusal.delta': ['response.refusal.done', 'refusal'],
  'response.reasoning_summary_text.delta': ['response.reasoning_summary_text.done', 'text'],
  'response.function_call_arguments.delta': ['response.function_call_arguments.done', 'arguments'],
  'response.custom_tool_call_input.delta': ['response.custom_tool_call_input.done', 'input'],
}

/** What OpenAI's reference says of every stream of events. */
function expectLawful(events: readonly JsonObject[]): void {
  events.forEach((event, place) => expect(event['sequence_number']).toBe(place))
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress'])
  const added = events.filter(({ type }) => type === 'response.output_item.added')
  const done = events.filter(({ type }) => type === 'response.output_item.done')
  // Items are added in the order of their places, and each is ended once.
  expect(added.map((event) => event['output_index'])).toEqual(added.map((_event, place) => place))
  expect(done.map((event) => Number(event['output_index'])).sort((left, right) => left - right)).toEqual(
    added.map((_event, place) => place),
  )
  const ids = added.map((event) => readString(readObject(event, 'item') ?? {}, 'id'))
  expect(new Set(ids).size).toBe(ids.length)
  for (const event of events) {
    const place = event['output_index']
    if (typeof place !== 'number') continue
    const at = events.indexOf(event)
    const from = events.findIndex((other) => other['type'] === 'response.output_item.added' && other['output_index'] === place)
    const to = events.findIndex((other) => other['type'] === 'response.output_item.done' && other['output_index'] === place)
    expect(at >= from && at <= to).toBe(true)
    expect(readString(event, 'item_id') ?? readString(readObject(event, 'item') ?? {}, 'id')).toBe(ids[place])
    const [wholeType, field] = wholes[String(event['type'])] ?? []
    if (wholeType === undefined || field === undefined) continue
    const deltas = events.filter((other) => other['type'] === event['type'] && other['output_index'] === place)
    const whole = events.find((other) => other['type'] === wholeType && other['output_index'] === place)
    expect(whole?.[field]).toBe(deltas.map((delta) => readString(delta, 'delta')).join(''))
  }
  const ended = [...done].sort((left, right) => Number(left['output_index']) - Number(right['output_index']))
  expect(outputOf(events)).toEqual(ended.map((event) => event['item']))
}

describe('the stream for a client', () => {
  it('reads back as it was written', () => {
    expectReadsBack(openAiResponsesClient, openAiResponses)
  })

  it('keeps calls apart whose arguments take turns', () => {
    const turns = [call(0), call(1), argue(0, '{"city":'), argue(1, '{"city":'), argue(0, '"Paris"}'), argue(1, '"Rome"}')]
    const events = eventsOf([start, ...turns, finish('tool_calls')])
    expectLawful(events)
    expect(outputOf(events)).toMatchObject([
      { type: 'function_call', call_id: 'call_0', arguments: '{"city":"Paris"}', status: 'completed' },
      { type: 'function_call', call_id: 'call_1', arguments: '{"city":"Rome"}', status: 'completed' },
    ])
  })

  it('is lawful, and complete, for every stream of one choice', () => {
    fc.assert(
      fc.property(anyStream, (chunks) => {
        const events = eventsOf(chunks)
        expectLawful(events)
        expect(events.at(-1)).toMatchObject({ type: 'response.completed' })
      }),
    )
  })

  it('is lawful whatever comes in whatever order', () => {
    const piece = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 })
    const index = fc.integer({ min: 0, max: 3 })
    const chunk: fc.Arbitrary<ChatChunk> = fc.oneof(
      piece.map(say),
      piece.map((text): ChatChunk => ({ type: 'refusal-delta', choice: 0, text })),
      fc
        .tuple(index, piece)
        .map(([at, text]): ChatChunk => ({ type: 'reasoning-delta', choice: 0, index: at, origin: 'openai-chat', text })),
      fc.tuple(index, fc.constantFrom('f', 'run')).map(([at, name]) => call(at, name)),
      fc.tuple(index, piece).map(([at, text]) => argue(at, text)),
      piece.map((url): ChatChunk => ({ type: 'annotations', choice: 0, annotations: [{ type: 'url_citation', url_citation: { url } }] })),
      fc.constant<ChatChunk>({
        type: 'annotations',
        choice: 0,
        annotations: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aaaa' } }],
      }),
    )
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 12 }), fc.constantFrom('stop', 'length', 'tool_calls'), (chunks, reason) => {
        expectLawful(eventsOf([start, ...chunks, finish(reason)], customRequest))
      }),
    )
  })

  it('costs the same for each call, however many there are', () => {
    const many = 3_000
    const calls = Array.from({ length: many }, (_one, index) => [call(index), argue(index, '{}')]).flat()
    expect(outputOf(eventsOf([start, ...calls, finish('tool_calls')]))).toHaveLength(many)
  })

  it('tells custom calls with their text alone, whoever made them', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat({ max: 20 })), fc.boolean(), (input, cuts, isSpaced) => {
        const text = isSpaced ? JSON.stringify({ input }, null, 2) : toCustomArguments(input)
        const places = [0, ...[...cuts].sort((left, right) => left - right), text.length]
        const pieces = places.slice(1).map((end, place) => text.slice(places[place], Math.max(places[place] ?? 0, end)))
        const events = eventsOf([start, call(0, 'run'), ...pieces.map((part) => argue(0, part)), finish('tool_calls')], customRequest)
        expectLawful(events)
        expect(outputOf(events)).toMatchObject([{ type: 'custom_tool_call', call_id: 'call_0', name: 'run', input, status: 'completed' }])
      }),
    )
  })

  it.each<[string, string, string]>([
    ['cut off', '{"input":"*** Begin', '*** Begin'],
    ['not of our form', '{"patch":"a"}', '{"patch":"a"}'],
    ['no JSON', 'ls -la', 'ls -la'],
    ['with a bare line feed', '{"input":"a\nb"}', 'a\nb'],
  ])('tells a custom call whose arguments are %s', (_name, text, input) => {
    expect(outputOf(eventsOf([start, call(0, 'run'), argue(0, text), finish('length')], customRequest))).toMatchObject([{ input }])
  })

  it('announces citations and repeats them in the part', () => {
    const citation = { url: 'https://example.org', title: 'E', start_index: 0, end_index: 2 }
    const cited: ChatChunk = { type: 'annotations', choice: 0, annotations: [{ type: 'url_citation', url_citation: citation }] }
    for (const chunks of [
      [say('ok'), cited],
      [cited, say('ok')],
    ]) {
      const events = eventsOf([start, ...chunks, finish()])
      expect(events.find(({ type }) => type === 'response.output_text.annotation.added')).toMatchObject({
        content_index: 0,
        annotation_index: 0,
        annotation: { type: 'url_citation', ...citation },
      })
      expect(outputOf(events)).toMatchObject([{ content: [{ text: 'ok', annotations: [{ type: 'url_citation', ...citation }] }] }])
    }
  })

  it('gives images as items of their own', () => {
    const image: ChatChunk = {
      type: 'annotations',
      choice: 0,
      annotations: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aaaa' } }],
    }
    expect(outputOf(eventsOf([start, image, finish()]))).toMatchObject([
      { type: 'image_generation_call', status: 'completed', result: 'aaaa' },
    ])
  })

  it('calls what was cut off incomplete, and what came before it complete', () => {
    const events = eventsOf([start, say('a'), call(0), argue(0, '{}'), call(1), argue(1, '{"x'), finish('length')])
    expect(events.at(-1)).toMatchObject({ type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } })
    expect(outputOf(events).map(({ status }) => status)).toEqual(['completed', 'completed', 'incomplete'])
  })

  it('fails with what was finished, and no end after it', () => {
    let state = openAiResponsesClient.startStream(clientContext())
    for (const chunk of [start, say('a'), call(0)]) state = openAiResponsesClient.onChunk(state, chunk).state
    const error = { status: 502, type: 'api_error', message: 'Broke.', code: 'upstream_error', param: null }
    const text = openAiResponsesClient.toErrorEvent(error, state)
    expect(text).toMatch(/^event: response\.failed\n/)
    expect(text).toContain('"status":"failed"')
    expect(text).toContain('"message":"Broke."')
  })
})

describe('a whole answer for a client', () => {
  const response: ChatResponse = {
    id: 'i',
    model: 'm',
    choices: [
      {
        index: 0,
        text: 'ok',
        reasoning: [{ origin: 'gemini', text: 'Hm.', signature: 's' }],
        toolCalls: [
          { id: 'c0', name: 'f', argumentsText: '{}' },
          { id: 'c1', name: 'run', argumentsText: '{"input":"ls"}' },
        ],
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://example.org', title: 'E', start_index: 0, end_index: 2 } },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,aaaa' } },
        ],
        finish: { reason: 'tool_calls', native: '' },
      },
    ],
  }

  it('has every piece as an item', () => {
    const { output } = openAiResponsesClient.toResponse(response, { ...clientContext(), request: customRequest })
    expect(output).toMatchObject([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      {
        type: 'message',
        content: [
          {
            type: 'output_text',
            text: 'ok',
            annotations: [{ type: 'url_citation', url: 'https://example.org', title: 'E', start_index: 0, end_index: 2 }],
          },
        ],
      },
      { type: 'image_generation_call', result: 'aaaa' },
      { type: 'function_call', call_id: 'c0', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'c1', name: 'run', input: 'ls' },
    ])
  })

  it('repeats what was asked', () => {
    const body = {
      model: 'p/m',
      input: 'hi',
      instructions: 'Be brief.',
      temperature: 0.5,
      tools: [{ type: 'custom', name: 'run' }],
      truncation: 'auto',
    }
    const request = openAiResponsesClient.fromRequest(body)
    const { model: _model, input: _input, ...asked } = body
    expect(openAiResponsesClient.toResponse(response, { ...clientContext(), request })).toMatchObject(asked)
  })
})
