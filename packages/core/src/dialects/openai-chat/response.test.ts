import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { countingContext, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { openAiChat } from './index.ts'
import { repairResponse } from './repair.ts'
import { fromOpenAiResponse, toOpenAiResponse } from './response.ts'

const { json } = fixtures(import.meta.url)
/** The head of an answer that lacks nothing. */
const answer = { id: 'i', object: 'chat.completion', created: 1, model: 'm' }
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
    [
      'a custom call',
      { tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'run', input: 'say "hi"' } }] },
      { id: 'c', name: 'run', argumentsText: '{"input":"say \\"hi\\""}', custom: true },
    ],
  ])('reads %s', (_name, message, expected) => {
    const { choices } = fromOpenAiResponse({ id: 'i', choices: [{ message }] }, countingContext())
    expect(choices[0]?.toolCalls[0]).toMatchObject(expected)
    expect(choices[0]?.finish.reason).toBe('tool_calls')
  })

  it('reads a choice whose message a filter took away', () => {
    const body = { id: 'i', choices: [{ index: 0, finish_reason: 'content_filter', content_filter_results: {} }] }
    expect(fromOpenAiResponse(body, countingContext()).choices[0]).toMatchObject({ text: '', finish: { reason: 'content_filter' } })
  })

  it.each([
    ['a text', 'text'],
    ['no choices', { choices: [] }],
    ['a choice without a message', { choices: [{ index: 0, finish_reason: 'stop' }] }],
    ['a choice whose message is null', { choices: [{ index: 0, message: null, finish_reason: 'stop' }] }],
    ['a call without a name', { choices: [{ message: { tool_calls: [{ id: 'c', function: { name: '', arguments: '{}' } }] } }] }],
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
      expect(again.usage).toMatchObject({ ...read.usage, ...zeroes(read.usage), toldNanoUsd: undefined })
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
/** Details that OpenAI writes whether there are any or not. What a provider charges is not written for clients. */
const writtenAsZero: ReadonlySet<string> = new Set(['cachedInputTokens', 'reasoningTokens', 'audioInputTokens', 'audioOutputTokens'])

function zeroes(usage: object = {}): object {
  return Object.fromEntries(
    Object.entries(usage).map(([name, value]: [string, unknown]) => [name, value ?? (writtenAsZero.has(name) ? 0 : undefined)]),
  )
}

describe('repairResponse', () => {
  const nowSeconds = (): number => 7

  function repaired(body: JsonObject): JsonObject | undefined {
    const decode = { ...countingContext(), nowSeconds }
    return repairResponse(body, fromOpenAiResponse(body, decode), decode)
  }

  it.each(['text', 'tool-call', 'n-choices', 'reasoning'])('leaves %s as it came', (name) => {
    // The fixtures hold objects.
    const body = json(`${name}.response.json`) as JsonObject
    expect(repaired(body)).toBe(body)
  })

  it.each<[string, JsonObject]>([
    ['reasoning that is null', { reasoning: null }],
    ['images', { images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] }],
    ['a custom call', { content: null, tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'run', input: 'print(1)' } }] }],
    ['a call of a kind that nobody knows', { content: null, tool_calls: [{ id: 'c', type: 'mcp', mcp: {} }] }],
    ['a call of the first API', { content: null, function_call: { name: 'f', arguments: '{}' } }],
  ])('leaves %s as it came', (_name, fields) => {
    const body = { ...answer, choices: [{ index: 0, message: { role: 'assistant', content: 'a', ...fields }, finish_reason: 'stop' }] }
    expect(repaired(body)).toBe(body)
  })

  /** A vendor's own fields, at every level. */
  const vendor = { x_vendor: { kept: [1, null, 'a'] } }

  it.each<[string, { head?: JsonObject; choice?: JsonObject; message?: JsonObject }, JsonObject]>([
    ['an answer without an id', { head: { id: '' } }, { id: 'chatcmpl-1' }],
    ['an answer of another kind', { head: { object: 'completion' } }, { object: 'chat.completion' }],
    ['an answer without a time', { head: { created: null } }, { created: 7 }],
    ['an answer without a model', { head: { model: '' } }, { model: 'model-asked' }],
    [
      'usage counted otherwise',
      {
        head: {
          usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 5, cost: 2, completion_tokens_details: { reasoning_tokens: 3 } },
        },
      },
      { usage: { prompt_tokens: 1, completion_tokens: 4, total_tokens: 5, cost: 2, completion_tokens_details: { reasoning_tokens: 3 } } },
    ],
    ['a finish that clients do not know', { choice: { finish_reason: 'eos' } }, { choices: [{ finish_reason: 'stop' }] }],
    ['no finish', { choice: { finish_reason: null } }, { choices: [{ finish_reason: 'stop' }] }],
    [
      'a cut that the vendor names elsewhere',
      { choice: { finish_reason: 'tool_calls', native_finish_reason: 'max_tokens' } },
      { choices: [{ finish_reason: 'length', native_finish_reason: 'max_tokens' }] },
    ],
    ['an index that is none', { choice: { index: 1e9 } }, { choices: [{ index: 0 }] }],
    ['no role', { message: { role: null } }, { choices: [{ message: { role: 'assistant' } }] }],
    ['no content', { message: { content: undefined } }, { choices: [{ message: { content: null } }] }],
    [
      'reasoning under another name',
      { message: { reasoning: 'Hm.', reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 's' }] } },
      { choices: [{ message: { reasoning: 'Hm.', reasoning_content: 'Hm.', reasoning_details: [{ signature: 's' }] } }] },
    ],
    [
      'content as a list',
      {
        message: {
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
            { type: 'text', text: 'a' },
          ],
        },
      },
      { choices: [{ message: { content: 'a', reasoning_content: 'Hm.' } }] },
    ],
    [
      'a call without id, type and text',
      { message: { tool_calls: [{ function: { name: 'f', arguments: { a: 1 }, x: 1 }, extra_content: { kept: true } }] } },
      {
        choices: [
          {
            message: {
              tool_calls: [
                { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}', x: 1 }, extra_content: { kept: true } },
              ],
            },
          },
        ],
      },
    ],
  ])('mends %s and leaves the rest', (_name, broken, expected) => {
    const message = { role: 'assistant', content: 'a', ...vendor, ...broken.message }
    const choice = { index: 0, message, finish_reason: 'stop', ...vendor, ...broken.choice }
    const body: JsonObject = { ...answer, ...vendor, citations: ['https://a.example'], ...broken.head, choices: [choice] }
    const mended = repaired(body)
    expect(mended).toMatchObject(expected)
    expect(mended).toMatchObject({ ...vendor, citations: ['https://a.example'], choices: [{ ...vendor, message: vendor }] })
  })

  it('takes away an error beside an answer, and a list of no calls', () => {
    const message = { role: 'assistant', content: 'a' }
    for (const tool_calls of [null, []]) {
      const choices = [{ index: 0, message: { ...message, tool_calls }, finish_reason: 'stop' }]
      expect(repaired({ ...answer, error: {}, choices })).toEqual({ ...answer, choices: [{ index: 0, message, finish_reason: 'stop' }] })
    }
  })

  it('keeps vendor fields whatever else has to be mended', () => {
    const field = fc.tuple(
      fc.string({ minLength: 1 }).map((name) => `x_${name}`),
      fc.jsonValue(),
    )
    const fields = fc.array(field, { maxLength: 3 }).map((entries) => Object.fromEntries(entries) as JsonObject)
    fc.assert(
      fc.property(fields, fields, fields, fc.constantFrom('stop', 'eos', null), (atTop, atChoice, atMessage, finish_reason) => {
        const message = { role: 'assistant', content: 'a', reasoning: 'Hm.', ...atMessage }
        const body = { ...answer, ...atTop, choices: [{ index: 0, message, finish_reason, ...atChoice }] }
        expect(repaired(body)).toMatchObject({ ...atTop, choices: [{ ...atChoice, message: atMessage }] })
      }),
    )
  })
})
