import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { fromChunks } from '../../chat/from-chunks.ts'
import type { Message, Tool } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { ChatResponse } from '../../chat/response.ts'
import { systemDeps } from '../../deps.ts'
import { createEngine } from '../../engine/engine.ts'

/** Without an outside world: time stands still, and each id is the same. */
const engine = createEngine({
  providers: [{ name: 'demo', type: 'demo' }],
  deps: { ...systemDeps, newId: () => 'id', sleep: () => Promise.resolve() },
})
const hello: readonly Message[] = [{ role: 'user', content: 'Hello there' }]

async function ask(fields: Partial<ChatRequest>): Promise<ChatResponse> {
  return engine.chat({ model: 'demo/echo', messages: hello, ...fields })
}

async function chunksOf(fields: Partial<ChatRequest>): Promise<readonly ChatChunk[]> {
  const chunks: ChatChunk[] = []
  const { batches } = await engine.stream({ model: 'demo/echo', messages: hello, ...fields })
  for await (const batch of batches) chunks.push(...batch.chunks)
  return chunks
}

const weather: Tool = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2 } }, required: ['city'] },
}
const time: Tool = { type: 'function', name: 'get_time' }
const call = { id: 'call_1_0_0', name: 'get_weather', argumentsText: '{"city":"city","days":2}' }
const answered: readonly Message[] = [
  ...hello,
  { role: 'assistant', toolCalls: [call] },
  { role: 'tool', toolCallId: call.id, content: 'Sunny, 21 degrees' },
]
const schema = {
  type: 'object',
  properties: { answer: { type: 'string' }, mood: { enum: ['glad', 'sad'] } },
  required: ['answer', 'mood'],
  additionalProperties: false,
}

describe('a chat model of the demo', () => {
  it.each<[string, Partial<ChatRequest>, object]>([
    [
      'says what the user said, to the last blank',
      { messages: [{ role: 'user', content: ' Hello,\n\tyou  ' }] },
      { text: ' Hello,\n\tyou  ', finish: { reason: 'stop' } },
    ],
    ['says something to nothing', { messages: [{ role: 'user', content: '' }] }, { text: 'You said nothing.' }],
    ['calls the first tool', { tools: [weather, time] }, { text: '', toolCalls: [call], finish: { reason: 'tool_calls' } }],
    ['calls a tool without arguments', { tools: [time] }, { toolCalls: [{ id: 'call_1_0_0', name: 'get_time', argumentsText: '{}' }] }],
    ['calls the tool that is chosen', { tools: [weather, time], toolChoice: { name: 'get_time' } }, { toolCalls: [{ name: 'get_time' }] }],
    ['calls no tool when it must not', { tools: [weather], toolChoice: 'none' }, { text: 'Hello there', toolCalls: [] }],
    ['answers with the result of a tool', { tools: [weather], messages: answered }, { text: 'Sunny, 21 degrees', toolCalls: [] }],
    ['calls again when it must', { tools: [weather], messages: answered, toolChoice: 'required' }, { toolCalls: [{ id: 'call_3_0_0' }] }],
    [
      'calls again in the next turn',
      { tools: [weather], messages: [...answered, { role: 'assistant', content: 'Sunny' }, ...hello] },
      { toolCalls: [{ name: 'get_weather' }] },
    ],
    [
      'calls each tool at once',
      { tools: [weather, time], parallelToolCalls: true },
      { toolCalls: [{ name: 'get_weather' }, { id: 'call_1_0_1', name: 'get_time' }] },
    ],
    ['calls the only tool twice', { tools: [time], parallelToolCalls: true }, { toolCalls: [{ name: 'get_time' }, { name: 'get_time' }] }],
    ['leaves tools of vendors alone', { tools: [{ type: 'vendor', dialect: 'openai-chat', definition: {} }] }, { text: 'Hello there' }],
    ['stops', { stop: ['there', 'ell'] }, { text: 'H', finish: { reason: 'stop', stopSequence: 'ell' } }],
    ['does not stop at nothing', { stop: [''] }, { text: 'Hello there', finish: { reason: 'stop' } }],
    ['is cut', { maxTokens: 1 }, { text: 'Hello', finish: { reason: 'length' } }],
    ['is not cut at its end', { maxTokens: 2 }, { text: 'Hello there', finish: { reason: 'stop' } }],
    [
      'is cut within a call',
      { tools: [weather], maxTokens: 2 },
      { toolCalls: [{ argumentsText: '{"city":"city","' }], finish: { reason: 'length' } },
    ],
    [
      'is cut within its thoughts',
      { reasoning: { effort: 'low' }, maxTokens: 2 },
      { text: '', reasoning: [{ text: 'The demo' }], finish: { reason: 'length' } },
    ],
    ['answers an object', { responseFormat: { type: 'json_object' } }, { text: '{"answer":"Hello there"}' }],
    [
      'says an object as it is',
      { messages: [{ role: 'user', content: '{"a": 1}' }], responseFormat: { type: 'json_object' } },
      { text: '{"a": 1}' },
    ],
    [
      'answers by a schema',
      { responseFormat: { type: 'json_schema', name: 'mood', schema } },
      { text: '{"answer":"Hello there","mood":"glad"}' },
    ],
    [
      'answers by a schema after a tool',
      { tools: [weather], messages: answered, responseFormat: { type: 'json_schema', name: 'mood', schema } },
      { text: '{"answer":"Sunny, 21 degrees","mood":"glad"}' },
    ],
    [
      'answers by a schema that has no instance',
      { responseFormat: { type: 'json_schema', name: 'none', schema: { not: {} } } },
      { text: '{}' },
    ],
    ['does not reason unless asked', {}, { reasoning: [] }],
    ['does not reason when told not to', { reasoning: { effort: 'none' } }, { reasoning: [] }],
    [
      'reasons',
      { reasoning: { effort: 'minimal' } },
      { reasoning: [{ origin: 'demo', text: 'The demo has no model behind it.' }], text: 'Hello there' },
    ],
    ['reasons within a budget', { reasoning: { budgetTokens: 1024, mode: 'enabled' } }, { reasoning: [{ origin: 'demo' }] }],
  ])('%s', async (_name, fields, expected) => {
    const whole = await ask(fields)
    expect(whole.choices[0]).toMatchObject(expected)
    // Streamed, it says the same in small steps, and always the same.
    expect(fromChunks(await chunksOf(fields))).toEqual(whole)
    expect(await ask(fields)).toEqual(whole)
  })

  it('gives as many choices as are asked for', async () => {
    const { choices, usage } = await ask({ n: 3, tools: [time] })
    expect(choices.map(({ index, toolCalls }) => [index, toolCalls[0]?.id])).toEqual([
      [0, 'call_1_0_0'],
      [1, 'call_1_1_0'],
      [2, 'call_1_2_0'],
    ])
    expect(usage?.outputTokens).toBe(6)
  })

  it.each([
    [undefined, 0],
    [0, 0],
    [5, 5],
  ])('tells log probabilities with %s alternatives', async (topLogprobs, count) => {
    const { choices } = await ask({ logprobs: true, topLogprobs })
    const logprobs = choices[0]?.logprobs ?? []
    expect(logprobs.map(({ token }) => token).join('')).toBe('Hello there')
    for (const { logprob, token, bytes, topLogprobs: top } of logprobs) {
      expect(logprob).toBeLessThan(0)
      expect(new TextDecoder().decode(new Uint8Array(bytes ?? []))).toBe(token)
      expect(top.map((one) => one.logprob)).toEqual(top.map((one) => one.logprob).sort((left, right) => right - left))
      expect(top).toHaveLength(count)
      expect(top.reduce((sum, one) => sum + Math.exp(one.logprob), 0)).toBeLessThanOrEqual(1)
      if (count > 0) expect(top[0]).toMatchObject({ token, logprob })
    }
    expect((await ask({ topLogprobs })).choices[0]?.logprobs).toBeUndefined()
  })

  it('counts thoughts apart', async () => {
    expect((await ask({ reasoning: { effort: 'minimal' } })).usage).toEqual({
      inputTokens: 3,
      outputTokens: 9,
      totalTokens: 12,
      reasoningTokens: 7,
    })
  })

  it('streams long words in pieces', async () => {
    const texts = (await chunksOf({ messages: [{ role: 'user', content: `a ${'😀'.repeat(20)}` }] })).flatMap((chunk) =>
      chunk.type === 'text-delta' ? [chunk.text] : [],
    )
    expect(texts).toEqual(['a', ` ${'😀'.repeat(16)}`, '😀'.repeat(4)])
  })

  it('refuses the choice of a tool that is not there', async () => {
    await expect(ask({ tools: [time], toolChoice: { name: 'get_weather' } })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'tool_choice',
      message: expect.stringContaining('"get_weather"') as string,
    })
  })
})
