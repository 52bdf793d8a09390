import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import { countingContext, decodeStream, fold, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { expectSameWhereverCut } from '../shared/__fixtures__/stream-laws.ts'
import { ollama } from './index.ts'
import { onOllamaEvent, startOllamaStream } from './stream.ts'

const { bytes } = fixtures(import.meta.url)
const streams = ['text', 'tool-call', 'tool-parallel', 'reasoning', 'synthetic-error'] as const

function decode(name: string): readonly ChatChunk[] {
  return decodeStream(ollama, bytes(`${name}.stream.ndjson`), { size: 4096 })
}

function decodeLines(...lines: readonly object[]): readonly ChatChunk[] {
  return decodeStream(ollama, new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join('')), {
    size: 4096,
  })
}

describe('onOllamaEvent', () => {
  it('starts, speaks, finishes and counts, in this order', () => {
    const chunks = decode('text')
    expect(chunks[0]).toEqual({
      type: 'start',
      id: 'chatcmpl-1',
      model: 'llama3',
      createdAtSeconds: Date.UTC(2024, 4, 24, 20, 26, 46) / 1000,
    })
    expect(chunks[1]).toEqual({ type: 'text-delta', choice: 0, text: 'Why' })
    expect(chunks.slice(-2)).toEqual([
      { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'stop' } },
      { type: 'usage', usage: { inputTokens: 17, outputTokens: 50, totalTokens: 67 } },
    ])
  })

  it('reads a call that comes whole, without an id, as OpenAI clients expect it', () => {
    expect(decode('tool-call').slice(1, 4)).toEqual([
      { type: 'tool-call-start', choice: 0, index: 0, id: 'call_1', name: 'weather' },
      { type: 'tool-call-delta', choice: 0, index: 0, argumentsText: '{"city":"Detroit"}' },
      { type: 'finish', choice: 0, finish: { reason: 'tool_calls', native: 'stop' } },
    ])
  })

  it('numbers calls in the order they come', () => {
    const starts = decode('tool-parallel').filter((chunk) => chunk.type === 'tool-call-start')
    expect(starts.map(({ index, name }) => [index, name])).toEqual([
      [0, 'weather'],
      [1, 'search'],
    ])
  })

  it('keeps thinking apart from text', () => {
    const read = fold(decode('reasoning'))
    expect(read.reasoning).toMatch(/^The user says "Test prompt"/)
    expect(read.text).toMatch(/^Got it!/)
  })

  it('ends in an error, without a finish, when the answer broke off', () => {
    const chunks = decode('synthetic-error')
    expect(chunks.at(-1)).toMatchObject({
      type: 'error',
      error: { failure: 'server', provider: '', message: expect.stringMatching(/unexpected EOF$/) },
    })
    expect(fold(chunks).text).toBe('Why did the')
    expect(fold(chunks).finish).toBeUndefined()
  })

  it('judges an error by its status where it has one', () => {
    expect(decodeLines({ error: 'slow down', status_code: 429 }).at(-1)).toMatchObject({
      type: 'error',
      error: { failure: 'rate_limit', upstreamStatus: 429 },
    })
  })

  it('is done with the line that says so', () => {
    const step = onOllamaEvent(startOllamaStream(countingContext()), { name: '', data: '{"done":true}' })
    expect(step).toMatchObject({ forward: false, done: true })
    expect(step.chunks.map(({ type }) => type)).toEqual(['start', 'finish'])
  })

  it('carries log probabilities beside the text', () => {
    expect(decodeLines({ message: { content: 'Hi' }, logprobs: [{ token: 'Hi', logprob: -1 }] })[1]).toEqual({
      type: 'text-delta',
      choice: 0,
      text: 'Hi',
      logprobs: [{ token: 'Hi', logprob: -1, bytes: undefined, topLogprobs: [] }],
    })
  })

  it('keeps its state while nothing changes', () => {
    const first = onOllamaEvent(startOllamaStream(countingContext()), { name: '', data: '{"message":{"content":"a"}}' })
    expect(onOllamaEvent(first.state, { name: '', data: '{"message":{"content":"b"}}' }).state).toBe(first.state)
  })

  it.each(['{', '7', '[]', '{}', '{"status":"pulling"}'])('takes the line %s for broken', (data) => {
    expect(() => onOllamaEvent(startOllamaStream(countingContext()), { name: '', data })).toThrow(
      expect.objectContaining({ code: 'bad_upstream_response' }),
    )
  })
})

describe('the laws of the stream decoder', () => {
  it.each(streams)('reads the stream "%s" the same wherever its bytes are cut', (name) => {
    expectSameWhereverCut(ollama, bytes(`${name}.stream.ndjson`))
  })

  const pieces = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 5 })
  const calls = fc.array(fc.record({ function: fc.record({ name: fc.string(), arguments: fc.dictionary(fc.string(), fc.jsonValue()) }) }), {
    maxLength: 3,
  })

  it('folds a stream to what the whole answer says', () => {
    fc.assert(
      fc.property(
        fc.record({ thinking: pieces, text: pieces, calls, done_reason: fc.constantFrom('stop', 'length') }),
        ({ thinking, text, calls: given, done_reason }) => {
          const end = { model: 'm', done: true, done_reason, prompt_eval_count: 3, eval_count: 4 }
          const whole = { ...end, message: { thinking: thinking.join(''), content: text.join(''), tool_calls: given } }
          const lines = [
            ...thinking.map((piece) => ({ model: 'm', message: { content: '', thinking: piece }, done: false })),
            ...text.map((piece) => ({ model: 'm', message: { content: piece }, done: false })),
            ...given.map((call) => ({ model: 'm', message: { content: '', tool_calls: [call] }, done: false })),
            { ...end, message: { content: '' } },
          ]
          const ids = (read: ReturnType<typeof fold>): unknown => ({
            ...read,
            toolCalls: read.toolCalls.map((call) => ({ ...call, id: '' })),
          })
          expect(ids(fold(decodeLines(...lines)))).toEqual(ids(foldResponse(ollama, whole)))
        },
      ),
    )
  })

  it('never throws anything but its own errors', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({
        message: fc.oneof(fc.jsonValue(), fc.record({ content: fc.jsonValue(), thinking: fc.jsonValue(), tool_calls: fc.jsonValue() })),
        done: fc.jsonValue(),
        logprobs: fc.jsonValue(),
        created_at: fc.jsonValue(),
      }),
    )
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 6 }), (lines) => {
        let state = startOllamaStream(countingContext())
        for (const line of lines) {
          try {
            state = onOllamaEvent(state, { name: '', data: JSON.stringify(line) }).state
          } catch (error) {
            expect(isProxyApiError(error)).toBe(true)
          }
        }
      }),
    )
  })
})
