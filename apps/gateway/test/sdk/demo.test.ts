import Anthropic from '@anthropic-ai/sdk'
import { createGateway } from '@proxyapi/server'
import OpenAI from 'openai'
import { afterAll, describe, expect, it } from 'vitest'

const gateway = createGateway({})
const fetch = gateway.fetch as typeof globalThis.fetch
const openai = new OpenAI({ apiKey: 'none', baseURL: 'http://gateway/v1', fetch })
const anthropic = new Anthropic({ apiKey: 'none', baseURL: 'http://gateway', fetch })
afterAll(() => gateway.close())

const model = 'demo/echo'
const question = 'How is the weather?'
const parameters = {
  type: 'object' as const,
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
  required: ['city'],
}
const schema = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'], additionalProperties: false }

interface Said {
  readonly text: string
  readonly calls: readonly unknown[]
  readonly finish: unknown
}

/** What is asked, in words that all three APIs have. */
interface Wish {
  readonly tools?: boolean
  readonly parallel?: boolean
  readonly result?: string
  readonly maxTokens?: number
  readonly schema?: boolean
}

type Ask = (wish: Wish, stream: boolean) => Promise<Said>
const call = { id: 'call_1_0_0', name: 'get_weather', arguments: '{"city":"city","days":1}' }

const chat: Ask = async (wish, stream) => {
  const history: OpenAI.ChatCompletionMessageParam[] = [
    { role: 'assistant', tool_calls: [{ id: call.id, type: 'function', function: call }] },
    { role: 'tool', tool_call_id: call.id, content: wish.result ?? '' },
  ]
  const body: OpenAI.ChatCompletionCreateParamsNonStreaming = {
    model,
    messages: [{ role: 'user', content: question }, ...(wish.result === undefined ? [] : history)],
    ...(wish.tools && {
      tools: [{ type: 'function', function: { name: 'get_weather', parameters } }],
      parallel_tool_calls: wish.parallel ?? false,
    }),
    ...(wish.maxTokens !== undefined && { max_tokens: wish.maxTokens }),
    ...(wish.schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
  }
  const answer = stream
    ? await openai.chat.completions.stream({ ...body, stream: true }).finalChatCompletion()
    : await openai.chat.completions.create(body)
  const [choice] = answer.choices
  const calls = (choice?.message.tool_calls ?? []).map(
    (one) => (one.type === 'function' ? JSON.parse(one.function.arguments) : one) as unknown,
  )
  return { text: choice?.message.content ?? '', calls, finish: choice?.finish_reason }
}

const responses: Ask = async (wish, stream) => {
  const history: OpenAI.Responses.ResponseInputItem[] = [
    { type: 'function_call', call_id: call.id, name: call.name, arguments: call.arguments },
    { type: 'function_call_output', call_id: call.id, output: wish.result ?? '' },
  ]
  const body: OpenAI.Responses.ResponseCreateParamsNonStreaming = {
    model,
    input: [{ role: 'user', content: question }, ...(wish.result === undefined ? [] : history)],
    ...(wish.tools && {
      tools: [{ type: 'function', name: 'get_weather', parameters, strict: false }],
      parallel_tool_calls: wish.parallel ?? false,
    }),
    ...(wish.maxTokens !== undefined && { max_output_tokens: wish.maxTokens }),
    ...(wish.schema && { text: { format: { type: 'json_schema', name: 'answer', schema } } }),
  }
  const answer = stream ? await openai.responses.stream({ ...body, stream: true }).finalResponse() : await openai.responses.create(body)
  const calls = answer.output.flatMap((item) => (item.type === 'function_call' ? [JSON.parse(item.arguments) as unknown] : []))
  const finish = calls.length > 0 ? 'tool_calls' : answer.status === 'incomplete' ? 'length' : 'stop'
  return { text: answer.output_text, calls, finish }
}

const finishes: Readonly<Record<string, string>> = { tool_use: 'tool_calls', max_tokens: 'length', end_turn: 'stop' }

const messages: Ask = async (wish, stream) => {
  const history: Anthropic.MessageParam[] = [
    { role: 'assistant', content: [{ type: 'tool_use', id: call.id, name: call.name, input: JSON.parse(call.arguments) as unknown }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: wish.result ?? '' }] },
  ]
  const body: Anthropic.MessageCreateParamsNonStreaming = {
    model,
    max_tokens: wish.maxTokens ?? 1024,
    messages: [{ role: 'user', content: question }, ...(wish.result === undefined ? [] : history)],
    ...(wish.tools && {
      tools: [{ name: 'get_weather', input_schema: parameters }],
      tool_choice: { type: 'auto' as const, disable_parallel_tool_use: wish.parallel !== true },
    }),
    ...(wish.schema && { output_config: { format: { type: 'json_schema' as const, schema } } }),
  }
  const answer = stream ? await anthropic.messages.stream(body).finalMessage() : await anthropic.messages.create(body)
  return {
    text: answer.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: answer.content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : [])),
    finish: finishes[answer.stop_reason ?? ''] ?? answer.stop_reason,
  }
}

const surfaces: Readonly<Record<string, Ask>> = { 'openai chat': chat, 'openai responses': responses, 'anthropic messages': messages }
const given = { city: 'city', days: 1 }
const wishes: readonly (readonly [string, Wish, Said])[] = [
  ['a call', { tools: true }, { text: '', calls: [given], finish: 'tool_calls' }],
  ['parallel calls', { tools: true, parallel: true }, { text: '', calls: [given, given], finish: 'tool_calls' }],
  ['an answer to a result', { tools: true, result: 'Sunny' }, { text: 'Sunny', calls: [], finish: 'stop' }],
  ['a cut', { maxTokens: 2 }, { text: 'How is', calls: [], finish: 'length' }],
  ['a schema', { schema: true }, { text: JSON.stringify({ answer: question }), calls: [], finish: 'stop' }],
]

describe('the demo over every API', () => {
  const cells = Object.keys(surfaces).flatMap((name) =>
    wishes.flatMap((wish) => [false, true].map((stream) => [name, stream, ...wish] as const)),
  )
  it.each(cells)('%s (stream: %s): %s', async (name, stream, _wish, wish, expected) => {
    expect(await surfaces[name]?.(wish, stream)).toEqual(expected)
  })

  it('openai chat: choices, log probabilities and reasoning', async () => {
    const { choices } = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: question }],
      n: 2,
      logprobs: true,
      top_logprobs: 2,
      reasoning_effort: 'low',
    })
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, question],
      [1, question],
    ])
    expect(choices[0]?.logprobs?.content?.map(({ token, top_logprobs: top }) => [token, top.length])).toEqual([
      ['How', 2],
      [' is', 2],
      [' the', 2],
      [' weather?', 2],
    ])
    expect(choices[0]?.message).toMatchObject({ reasoning_content: expect.stringContaining('demo') as string })
  })

  it.each([false, true])('openai responses: log probabilities (stream: %s)', async (stream) => {
    const body = { model, input: question, top_logprobs: 1, include: ['message.output_text.logprobs' as const] }
    const answer = stream ? await openai.responses.stream({ ...body, stream: true }).finalResponse() : await openai.responses.create(body)
    const parts = answer.output.flatMap((item) => (item.type === 'message' ? item.content : []))
    const tokens = parts.flatMap((part) => (part.type === 'output_text' ? (part.logprobs ?? []) : [])).map(({ token }) => token)
    expect(tokens.join('')).toBe(question)
  })
})
