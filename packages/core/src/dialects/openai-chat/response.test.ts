import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { countingContext, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { openAiChat } from './index.ts'
import { fromOpenAiResponse, isForwardableResponse, toOpenAiResponse } from './response.ts'

const { json } = fixtures(import.meta.url)
const context = { newId: () => 'new', nowSeconds: 7, includeUsage: false, model: 'asked' }

describe('fromOpenAiResponse', () => {
  it('reads a plain answer', () => {
    expect(fromOpenAiResponse(json('text.response.json'), countingContext())).toMatchObject({
      id: 'chatcmpl-8P7s1c2QVZW1Uqqd11S0cB78LBvoA',
      model: 'gpt-3.5-turbo-0613',
      createdAtSeconds: 1_700_999_145,
      choices: [{ index: 0, text: 'Hi there! How can I assist you today?', finish: { reason: 'stop', native: 'stop' }, toolCalls: [] }],
      usage: { inputTokens: 9, outputTokens: 10, totalTokens: 19 },
    })
  })

  it('reads calls in their order', () => {
    const { toolCalls, finish } = foldResponse(openAiChat, json('tool-parallel.response.json'))
    expect(toolCalls.map(({ name, argumentsText }) => [name, argumentsText])).toEqual([
      ['current_date', '{}'],
      ['current_month', '{}'],
    ])
    expect(finish?.reason).toBe('tool_calls')
  })

  it('reads every choice', () => {
    const { choices } = fromOpenAiResponse(json('n-choices.response.json'), countingContext())
    expect(choices.map(({ index, text }) => [index, text])).toEqual([
      [0, 'cobalt'],
      [1, 'cobalt'],
    ])
  })

  it('reads log probabilities', () => {
    expect(foldResponse(openAiChat, json('logprobs.response.json')).logprobs).toEqual([
      { token: '42', logprob: 0, bytes: [52, 50], topLogprobs: [] },
    ])
  })

  it.each([
    ['reasoning-mistral', 'openai-chat', /^The user is asking for the result/],
    ['reasoning-openrouter', 'anthropic-messages', /^The user is asking me to reply/],
  ])('reads the reasoning of %s with its origin', (name, origin, text) => {
    const [block] = fromOpenAiResponse(json(`${name}.response.json`), countingContext()).choices[0]?.reasoning ?? []
    expect(block).toMatchObject({ origin, text: expect.stringMatching(text) })
  })

  it.each<[string, JsonObject, object]>([
    ['a call without an id', { tool_calls: [{ function: { name: 'f', arguments: '' } }] }, { id: 'call_1', argumentsText: '{}' }],
    ['arguments as an object', { tool_calls: [{ id: 'c', function: { name: 'f', arguments: { a: 1 } } }] }, { argumentsText: '{"a":1}' }],
    ['a call of the first API', { function_call: { name: 'f', arguments: '{}' } }, { id: 'call_1', name: 'f' }],
  ])('reads %s', (_name, message, expected) => {
    const { choices } = fromOpenAiResponse({ id: 'i', choices: [{ message }] }, countingContext())
    expect(choices[0]?.toolCalls[0]).toMatchObject(expected)
    expect(choices[0]?.finish.reason).toBe('tool_calls')
  })

  it.each([
    ['a text', 'text'],
    ['no choices', { choices: [] }],
    ['a choice that broke off', { choices: [{ message: { content: 'a' }, finish_reason: 'error' }] }],
  ])('takes %s for a bad answer', (_name, body) => {
    expect(() => fromOpenAiResponse(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })
})

describe('toOpenAiResponse', () => {
  it.each(['text', 'tool-call', 'tool-parallel', 'n-choices', 'logprobs', 'reasoning', 'reasoning-mistral', 'reasoning-openrouter'])(
    'writes %s so that it reads the same',
    (name) => {
      const read = fromOpenAiResponse(json(`${name}.response.json`), countingContext())
      const again = fromOpenAiResponse(toOpenAiResponse(read, context), countingContext())
      const native = { finish: { ...read.choices[0]?.finish, native: read.choices[0]?.finish.reason } }
      expect(again.choices[0]).toMatchObject({ ...read.choices[0], ...native, annotations: again.choices[0]?.annotations })
      expect(again.usage).toMatchObject({ ...read.usage, ...zeroes(read.usage) })
      expect([again.id, again.model, again.createdAtSeconds]).toEqual([read.id, read.model, read.createdAtSeconds])
    },
  )

  it('states when it was made where the provider does not', () => {
    const finish = { reason: 'stop', native: 'end_turn' } as const
    const choice = { index: 0, text: '', refusal: 'No.', reasoning: [], toolCalls: [], finish }
    expect(toOpenAiResponse({ id: 'i', model: 'm', choices: [choice] }, context)).toEqual({
      id: 'i',
      object: 'chat.completion',
      created: 7,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: null, refusal: 'No.' }, logprobs: null, finish_reason: 'stop' }],
    })
  })
})

/** OpenAI's answers write 0 where a vendor says nothing. */
function zeroes(usage: object = {}): object {
  return Object.fromEntries(
    Object.entries(usage).map(([name, value]: [string, unknown]) => [name, value ?? (name.startsWith('cacheWrite') ? undefined : 0)]),
  )
}

describe('isForwardableResponse', () => {
  it.each([
    ['text', true],
    ['tool-call', true],
    ['n-choices', true],
    ['reasoning', true],
    // Content as a list and reasoning under another name are rewritten.
    ['reasoning-mistral', false],
    ['reasoning-openrouter', false],
  ])('judges %s: %s', (name, forwardable) => {
    expect(isForwardableResponse(json(`${name}.response.json`))).toBe(forwardable)
  })

  it.each<[string, JsonObject]>([
    ['without an id', { id: '' }],
    ['with an error', { error: {} }],
    ['of another kind', { object: 'completion' }],
    ['without a time', { created: null }],
    [
      'with usage counted otherwise',
      { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 5, completion_tokens_details: { reasoning_tokens: 3 } } },
    ],
    [
      'with a finish that clients do not know',
      { choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'eos' }] },
    ],
    ['without a role', { choices: [{ index: 0, message: { content: 'a' }, finish_reason: 'stop' }] }],
  ])('rewrites an answer %s', (_name, fields) => {
    // The fixture holds an object.
    const body = json('text.response.json') as JsonObject
    expect(isForwardableResponse({ ...body, ...fields })).toBe(false)
  })
})
