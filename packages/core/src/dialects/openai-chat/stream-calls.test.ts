import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import type { JsonObject } from '../../wire/json.ts'
import { countingContext, decodeStream, fold } from '../shared/__fixtures__/decode.ts'
import { openAiChat } from './index.ts'
import { createStreamCalls } from './stream-calls.ts'

const head = { id: 'i', object: 'chat.completion.chunk', created: 1, model: 'm' }

function decode(deltas: readonly JsonObject[], finish_reason = 'tool_calls'): readonly ChatChunk[] {
  const choices = [...deltas.map((delta) => ({ index: 0, delta, finish_reason: null })), { index: 0, delta: {}, finish_reason }]
  const text = choices.map((choice) => `data: ${JSON.stringify({ ...head, choices: [choice] })}\n\n`).join('')
  return decodeStream(openAiChat, new TextEncoder().encode(text), { size: 1 << 20 })
}

function callsOf(...deltas: readonly JsonObject[]): readonly { id: string; name: string; argumentsText: string }[] {
  const calls = new Map<number, { id: string; name: string; argumentsText: string }>()
  for (const chunk of decode(deltas.map((delta) => ({ tool_calls: [delta] })))) {
    if (chunk.type === 'tool-call-start') calls.set(chunk.index, { id: chunk.id, name: chunk.name, argumentsText: '' })
    const call = chunk.type === 'tool-call-delta' ? calls.get(chunk.index) : undefined
    if (chunk.type === 'tool-call-delta' && call !== undefined) call.argumentsText += chunk.argumentsText
  }
  return [...calls].sort(([left], [right]) => left - right).map(([, call]) => call)
}

/** Text with what JSON escapes, and characters that are cut in half. */
const anyText = fc
  .array(fc.constantFrom('a', '"', '\\', '\n', '\u0000', 'é', '😀', '\ud83d', '\ude00'), { maxLength: 5 })
  .map((all) => all.join(''))

function begin(index: unknown, id: string, name = 'f', text = ''): JsonObject {
  // A provider may write anything there.
  return { index: index as number, id, type: 'function', function: { name, arguments: text } }
}

function more(index: unknown, text: string): JsonObject {
  return { index: index as number, function: { arguments: text } }
}

describe('the calls of a stream', () => {
  it.each<[string, readonly JsonObject[]]>([
    ['deltas that take turns', [begin(0, 'a'), begin(1, 'b'), more(0, '{"x":'), more(1, '{"x":'), more(0, '1}'), more(1, '2}')]],
    ['the second before the first', [begin(1, 'b'), begin(0, 'a'), more(1, '{"x":2}'), more(0, '{"x":1}')]],
    ['one index for all', [begin(0, 'a', 'f', '{"x":1}'), begin(0, 'b', 'f', '{"x":2}')]],
    ['one index for all, in pieces', [begin(0, 'a', 'f', '{"x"'), more(0, ':1}'), begin(0, 'b', 'f', '{"x"'), more(0, ':2}')]],
    ['no index, but ids', [begin(undefined, 'a', 'f', '{"x":1}'), begin(undefined, 'b', 'f', '{"x":2}')]],
    ['huge indexes', [begin(2 ** 31, 'a'), begin(2 ** 53, 'b'), more(2 ** 31, '{"x":1}'), more(2 ** 53, '{"x":2}')]],
    ['negative and fractional indexes', [begin(-1, 'a'), begin(0.5, 'b'), more(-1, '{"x":1}'), more(0.5, '{"x":2}')]],
    ['an index that is text', [begin('0', 'a', 'f', '{"x":1}'), begin('1', 'b', 'f', '{"x":2}')]],
    ['ids that are repeated', [begin(0, 'a'), begin(0, 'a', '', '{"x":1}'), begin(1, 'b'), begin(1, 'b', 'f', '{"x":2}')]],
    [
      'ids that change with every delta',
      [begin(0, 'a'), begin(0, 'r1', '', '{"x"'), begin(0, 'r2', '', ':1}'), begin(1, 'b', 'f', '{"x":2}')],
    ],
    ['names that come late', [begin(0, 'a', ''), more(0, '{"x":1}'), begin(0, 'a', 'f'), begin(1, 'b', ''), begin(1, 'b', 'f', '{"x":2}')]],
    [
      'an entry that says nothing',
      [begin(0, 'a', 'f', '{"x":1}'), begin(1, 'b', 'f', '{"x":2}'), { index: 2, function: { arguments: '' } }],
    ],
  ])('are whole with %s', (_name, deltas) => {
    expect(callsOf(...deltas)).toEqual([
      { id: 'a', name: 'f', argumentsText: '{"x":1}' },
      { id: 'b', name: 'f', argumentsText: '{"x":2}' },
    ])
  })

  it('have an id of ours where the provider gives none', () => {
    expect(callsOf({ index: 0, function: { name: 'f', arguments: '{}' } })).toEqual([{ id: 'call_1', name: 'f', argumentsText: '{}' }])
  })

  it('fail the answer where a call never gets its name', () => {
    const chunks = decode([{ tool_calls: [begin(0, 'a', '', '{}')] }])
    expect(chunks.at(-1)).toMatchObject({ type: 'error', error: { failure: 'invalid_response' } })
    expect(fold(chunks).finish).toBeUndefined()
  })

  it('read those of the first API as one call', () => {
    const chunks = decode([{ function_call: { name: 'f', arguments: '{"x"' } }, { function_call: { arguments: ':1}' } }], 'function_call')
    expect(fold(chunks)).toMatchObject({ toolCalls: [{ name: 'f', argumentsText: '{"x":1}' }], finish: { reason: 'tool_calls' } })
  })

  it('read custom calls as functions with one text argument, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 6 }), (pieces) => {
        const [first, ...rest] = [
          { index: 0, id: 'c', type: 'custom', custom: { name: 'run', input: '' } },
          ...pieces.map((input) => ({ index: 0, custom: { input } })),
        ]
        const { toolCalls } = fold(decode([first ?? {}, ...rest].map((delta) => ({ tool_calls: [delta] }))))
        expect(toolCalls).toMatchObject([{ id: 'c', name: 'run' }])
        expect(JSON.parse(toolCalls[0]?.argumentsText ?? '')).toEqual({ input: pieces.join('') })
      }),
    )
  })

  it('are the same in whatever order the deltas of different calls come', () => {
    const call = fc.record({
      index: fc.integer(),
      pieces: fc.array(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    })
    const calls = fc.uniqueArray(call, { selector: ({ index }) => index, minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(calls, fc.infiniteStream(fc.nat()), (given, choices) => {
        const queues = given.map(({ index, pieces }, place) => [begin(index, `id${place}`), ...pieces.map((piece) => more(index, piece))])
        const mixed: JsonObject[] = []
        for (let left = queues.filter(({ length }) => length > 0); left.length > 0; left = queues.filter(({ length }) => length > 0)) {
          const delta = left[Number(choices.next().value) % left.length]?.shift()
          if (delta !== undefined) mixed.push(delta)
        }
        const expected = given.map(({ pieces }, place) => ({ id: `id${place}`, name: 'f', argumentsText: pieces.join('') }))
        expect([...callsOf(...mixed)].sort((left, right) => left.id.localeCompare(right.id))).toEqual(expected)
      }),
    )
  })

  it('cost the same for each call, however many there are', () => {
    const calls = createStreamCalls(0, countingContext().newId)
    const many = 50_000
    for (let index = 0; index < many; index++) calls.onDelta(begin(index * 1e6, `id${index}`, 'f', '{}'))
    expect(calls.end().isNameless).toBe(false)
    expect(calls.onDelta(more((many - 1) * 1e6, '!')).chunks).toEqual([
      { type: 'tool-call-delta', choice: 0, index: many - 1, argumentsText: '!' },
    ])
  })
})

describe('what a client of the dialect gets of a call', () => {
  function own(...deltas: readonly JsonObject[]): readonly (JsonObject | undefined)[] {
    const calls = createStreamCalls(0, countingContext().newId)
    return deltas.map((delta) => calls.onDelta(delta).own)
  }

  it('is the delta itself where OpenAI could have sent it', () => {
    const deltas = [
      begin(0, 'a'),
      more(0, '{}'),
      begin(1, 'b', ''),
      { index: 1, function: { name: 'g' } },
      { index: 2, id: 'c', type: 'custom', custom: { name: 'run' } },
    ]
    own(...deltas).forEach((delta, place) => expect(delta).toBe(deltas[place]))
  })

  it.each<[string, readonly JsonObject[], readonly JsonObject[]]>([
    ['an index that sizes no list', [begin(1e9, 'a'), more(1e9, '1')], [begin(0, 'a'), more(0, '1')]],
    ['an id and a type', [{ index: 0, function: { name: 'f' } }], [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f' } }]],
    ['arguments as text', [{ ...begin(0, 'a'), function: { name: 'f', arguments: { x: 1 } } }], [begin(0, 'a', 'f', '{"x":1}')]],
  ])('has %s', (_name, given, expected) => {
    expect(own(...given)).toEqual(expected)
  })
})
