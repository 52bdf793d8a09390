import { describe, expect, it } from 'vitest'
import { countingContext, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { ollama } from './index.ts'
import { fromOllamaResponse } from './response.ts'

const { json } = fixtures(import.meta.url)

describe('fromOllamaResponse', () => {
  it('reads a plain answer, and when it was made', () => {
    expect(fromOllamaResponse(json('text.response.json'), countingContext())).toMatchObject({
      id: 'chatcmpl-1',
      model: 'llama3',
      createdAtSeconds: Date.UTC(2024, 4, 24, 20, 1, 31) / 1000,
      choices: [{ index: 0, finish: { reason: 'stop', native: 'stop' }, reasoning: [], toolCalls: [] }],
      usage: { inputTokens: 17, outputTokens: 66, totalTokens: 83 },
    })
  })

  it('reads an answer whose prompt was not counted', () => {
    expect(fromOllamaResponse(json('uncounted.response.json'), countingContext()).usage).toEqual({
      inputTokens: 0,
      outputTokens: 79,
      totalTokens: 79,
    })
  })

  it('reads thinking and a call with its id', () => {
    const response = fromOllamaResponse(json('tool-call.response.json'), countingContext())
    expect(response.choices[0]).toMatchObject({
      text: '',
      reasoning: [{ origin: 'ollama', text: expect.stringMatching(/^Thinking Process/) }],
      toolCalls: [{ id: 'call_gsiiy8py', name: 'get_current_weather', argumentsText: '{"city":"Paris"}' }],
      finish: { reason: 'tool_calls', native: 'stop' },
    })
  })

  it('makes ids for calls that have none', () => {
    const { toolCalls } = foldResponse(ollama, json('tool-parallel.response.json'))
    expect(toolCalls.map(({ id, name }) => [id, name])).toEqual([
      ['call_1', 'search'],
      ['call_2', 'weather'],
    ])
  })

  it.each([
    ['no arguments', {}, '{}'],
    ['null', { arguments: null }, '{}'],
    ['an empty text', { arguments: '' }, '{}'],
    ['a text', { arguments: '{"a":1}' }, '{"a":1}'],
    ['an object', { arguments: { a: 1 } }, '{"a":1}'],
  ])('reads a call with %s', (_name, given, argumentsText) => {
    const read = foldResponse(ollama, { message: { tool_calls: [{ function: { name: 'f', ...given } }] }, done: true })
    expect(read.toolCalls[0]?.argumentsText).toBe(argumentsText)
  })

  it('gives log probabilities', () => {
    const logprobs = [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [{ token: 'Hey', logprob: -2 }] }]
    expect(foldResponse(ollama, { message: { content: 'Hi' }, logprobs }).logprobs).toEqual([
      { token: 'Hi', logprob: -0.1, bytes: [72, 105], topLogprobs: [{ token: 'Hey', logprob: -2, bytes: undefined }] },
    ])
  })

  it('reads the answer to a bare load of a model', () => {
    expect(
      foldResponse(ollama, { model: 'm', message: { role: 'assistant', content: '' }, done_reason: 'load', done: true }).finish,
    ).toEqual({ reason: 'stop', native: 'load' })
  })

  it.each([
    ['no object', 'text', /not a JSON object/],
    ['no message', { model: 'm' }, /no message/],
    ['an error', { error: 'out of memory' }, /out of memory/],
  ])('takes %s for a bad answer', (_name, body, message) => {
    const read = (): unknown => fromOllamaResponse(body, countingContext())
    expect(read).toThrow(message)
    expect(read).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })
})
