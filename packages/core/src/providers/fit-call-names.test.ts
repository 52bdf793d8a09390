import { describe, expect, it } from 'vitest'
import type { Receipt } from '../call/receipt.ts'
import type { ChatAnswer } from '../chat/answer.ts'
import { fromChunks } from '../chat/from-chunks.ts'
import { type Deps, systemDeps } from '../deps.ts'
import { anthropicMessagesClient } from '../dialects/anthropic-messages/index.ts'
import { openAiChatClient } from '../dialects/openai-chat/index.ts'
import { openAiResponsesClient } from '../dialects/openai-responses/index.ts'
import { createEngine } from '../engine/engine.ts'
import { chat } from '../operations/chat.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'

const long = 'mcp__plugin_garden-planner-server_garden-planner__list_watering_intervals'
const longer = `${long}_of_all`
const id = 'toolu_01A09q90qw90lq917835lq9'

const call = { id, type: 'function', function: { name: long, arguments: '{}' } }
const parameters = { type: 'object', properties: {} }
const surfaces = {
  chat: () =>
    openAiChatClient.fromRequest({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, odd: 1, tool_calls: [call] },
        { role: 'tool', tool_call_id: id, content: 'ok' },
      ],
      odd: 2,
      tools: [long, longer, 'short'].map((name) => ({ type: 'function', function: { name, parameters, odd: 3 } })),
      tool_choice: { type: 'function', function: { name: long } },
    }),
  messages: () =>
    anthropicMessagesClient.fromRequest({
      max_tokens: 100,
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [{ type: 'tool_use', id, name: long, input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'ok' }] },
      ],
      tools: [long, longer, 'short'].map((name) => ({ name, input_schema: parameters })),
      tool_choice: { type: 'tool', name: long },
    }),
  responses: () =>
    openAiResponsesClient.fromRequest({
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'function_call', call_id: id, name: long, arguments: '{}' },
        { type: 'function_call_output', call_id: id, output: 'ok' },
      ],
      tools: [long, longer, 'short'].map((name) => ({ type: 'function', name, parameters })),
      tool_choice: { type: 'function', name: long },
    }),
} as const
const names = Object.keys(surfaces) as (keyof typeof surfaces)[]

/** The names of the functions that a body offers. */
function offered(body: JsonObject): readonly string[] {
  return [...JSON.stringify(body['tools']).matchAll(/"name":"([^"]+)"/g)].map(([, name = '']) => name)
}

/** An OpenAI-style provider that calls every function that it is offered. */
function answerOf(body: JsonObject): Response {
  const calls = offered(body).map((name, index) => ({ index, id: `id${index}`, type: 'function', function: { name, arguments: '{}' } }))
  if (body['stream'] !== true) {
    const choices = [{ index: 0, message: { role: 'assistant', content: null, tool_calls: calls }, finish_reason: 'tool_calls' }]
    return new Response(JSON.stringify({ id: 'x', model: 'm', choices }), { headers: { 'content-type': 'application/json' } })
  }
  const event = (choice: JsonObject): string => `data: ${JSON.stringify({ id: 'x', model: 'm', choices: [{ index: 0, ...choice }] })}\n\n`
  const text = `${event({ delta: { tool_calls: calls } })}${event({ delta: {}, finish_reason: 'tool_calls' })}data: [DONE]\n\n`
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } })
}

async function exchange(type: string, surface: keyof typeof surfaces, stream: boolean) {
  const seen: JsonObject[] = []
  const fakeFetch: Deps['fetch'] = async (input, init) => {
    const body: unknown = await new Request(input, init).json()
    if (!isJsonObject(body)) throw new Error('The body is no object.')
    seen.push(body)
    return answerOf(body)
  }
  const provider = { name: type, type, apiKey: 'k', models: ['*'], baseUrl: 'https://provider.example/v1' }
  const engine = createEngine({ providers: [provider], deps: { ...systemDeps, fetch: fakeFetch } })
  const request = surfaces[surface]()
  Object.assign(request, { model: `${type}/some-model`, stream })
  const receipts: Receipt[] = []
  const answer: ChatAnswer = await engine.run(chat, request, { onSettled: (receipt) => receipts.push(receipt) })
  const chunks = []
  let isRaw = answer.type === 'whole' ? answer.raw !== undefined : false
  if (answer.type === 'stream') {
    for await (const batch of answer.batches) {
      chunks.push(...batch.chunks)
      isRaw ||= batch.raw !== undefined
    }
  }
  const response = answer.type === 'whole' ? answer.response : fromChunks(chunks)
  await new Promise(setImmediate)
  return { body: seen[0] ?? {}, called: response?.choices[0]?.toolCalls.map(({ name }) => name), changed: receipts[0]?.changed, isRaw }
}

const rows = ['groq', 'deepseek', 'openai_compatible', 'openrouter', 'mistral'].flatMap((type) =>
  names.flatMap((surface) => [true, false].map((stream) => [type, surface, stream] as const)),
)

describe('tools with names that a provider does not take', () => {
  it.each(rows)('have others for %s, and their own for the client of %s (stream: %s)', async (type, surface, stream) => {
    const { body, called, changed, isRaw } = await exchange(type, surface, stream)
    const sent = offered(body)
    expect(sent).toHaveLength(3)
    expect(new Set(sent).size).toBe(3)
    for (const name of sent) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
    expect(sent[2]).toBe('short')
    const written = JSON.stringify(body)
    expect(written).not.toContain(long)
    expect(written.split(sent[0] ?? '?').length - 1).toBe(3) // the tool, the choice and the call of the history
    expect(called).toEqual([long, longer, 'short'])
    expect(changed).toContain('tools')
    expect(isRaw).toBe(false)
    if (surface === 'chat')
      expect(body).toMatchObject({ odd: 2, tools: [{ function: { odd: 3 } }, {}, {}], messages: [{}, { odd: 1 }, {}] })
  })
})

describe('ids of calls', () => {
  it.each(names)('have nine letters or digits for mistral, the same for call and result, from %s', async (surface) => {
    const { body, changed } = await exchange('mistral', surface, false)
    const written = JSON.stringify(body['messages'])
    const called = /"id":"([^"]*)"/.exec(written)?.[1]
    expect(called).toMatch(/^[A-Za-z0-9]{9}$/)
    expect(/"tool_call_id":"([^"]*)"/.exec(written)?.[1]).toBe(called)
    expect(changed).toContain('tool_call_id')
  })

  it('stay as they are elsewhere', async () => {
    const { body, changed } = await exchange('groq', 'messages', false)
    expect(JSON.stringify(body)).toContain(id)
    expect(changed).not.toContain('tool_call_id')
  })
})
