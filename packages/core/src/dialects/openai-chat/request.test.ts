import { describe, expect, it } from 'vitest'
import type { Message } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { everything } from '../../providers/capability-rows.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import type { EncodedRequest } from '../dialect.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromOpenAiRequest, toOpenAiRequest } from './request.ts'

const { json } = fixtures(import.meta.url)

function write(request: Partial<ChatRequest>, capabilities: Partial<Capabilities> = {}, stream = false): EncodedRequest {
  const target = { model: 'own-id', capabilities: { ...everything, ...capabilities }, stream }
  return toOpenAiRequest({ model: 'asked', messages: [], ...request }, target)
}

function writeMessages(messages: readonly Message[], capabilities: Partial<Capabilities> = {}): unknown {
  return write({ messages }, capabilities).body['messages']
}

describe('a request that was read from a client of the dialect', () => {
  // The fixture holds what a client sent.
  const body = json('tool-result.request.json') as JsonObject

  it('goes out as it came, with the model of the target', () => {
    const request = fromOpenAiRequest({ ...body, odd_field: { deep: [1] } })
    const target = { model: 'own-id', capabilities: everything, stream: false }
    expect(toOpenAiRequest(request, target)).toEqual({ body: { ...body, odd_field: { deep: [1] }, model: 'own-id' }, dropped: [] })
  })

  it('says the same when a filter has changed it', () => {
    const { messages, ...rest } = write({ ...fromOpenAiRequest(body) }).body
    const { messages: sent, ...fields } = body
    expect(rest).toEqual({ ...fields, model: 'own-id' })
    // A tool result names its call by id, so the name of the function is left out.
    expect(sent).toMatchObject([messages].flat())
  })

  it.each([
    [false, {}],
    [true, { stream: true, stream_options: { include_usage: true } }],
  ])('asks for usage at the end of a stream (stream %s)', (stream, fields) => {
    const request = fromOpenAiRequest({ model: 'm', messages: [], stream, stream_options: { include_usage: false } })
    expect(toOpenAiRequest(request, { model: 'own-id', capabilities: everything, stream }).body).toEqual({
      model: 'own-id',
      messages: [],
      ...fields,
    })
  })

  it('leaves out earlier reasoning where the provider refuses it', () => {
    const request = fromOpenAiRequest({ model: 'm', messages: [{ role: 'assistant', content: 'Yes.', reasoning_content: 'Hm.' }] })
    const messages = (history: Capabilities['reasoningHistory']): unknown =>
      toOpenAiRequest(request, { model: 'm', capabilities: { ...everything, reasoningHistory: history }, stream: false }).body['messages']
    expect(messages(undefined)).toEqual([{ role: 'assistant', content: 'Yes.' }])
    expect(messages('reasoning_content')).toEqual([{ role: 'assistant', content: 'Yes.', reasoning_content: 'Hm.' }])
  })
})

describe('fromOpenAiRequest: parameters', () => {
  it.each<[JsonObject, Partial<ChatRequest>]>([
    [{ max_tokens: 5 }, { maxTokens: 5 }],
    [{ max_tokens: 5, max_completion_tokens: 6 }, { maxTokens: 6 }],
    [{ stop: 'x' }, { stop: ['x'] }],
    [{ stop: ['x', 7, 'y'] }, { stop: ['x', 'y'] }],
    [{ logit_bias: { a: 1, b: 'x' } }, { logitBias: { a: 1 } }],
    [{ tool_choice: 'any' }, { toolChoice: 'required' }],
    [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { toolChoice: { name: 'f' } }],
    [{ reasoning_effort: 'low' }, { reasoning: { effort: 'low' } }],
    [{ reasoning: { effort: 'high', max_tokens: 9 } }, { reasoning: { effort: 'high', budgetTokens: 9 } }],
    [{ thinking: { type: 'enabled', budget_tokens: 9 } }, { reasoning: { mode: 'enabled', budgetTokens: 9 } }],
    [{ response_format: { type: 'json_object' } }, { responseFormat: { type: 'json_object' } }],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } } },
      { responseFormat: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
    ],
    [{ x: 1 }, { extras: { dialect: 'openai-chat', fields: { x: 1 } } }],
  ])('reads %j', (fields, expected) => {
    expect(fromOpenAiRequest({ model: 'm', messages: [], ...fields })).toMatchObject(expected)
  })

  it.each<[JsonObject, string]>([
    [{ messages: 'x' }, 'messages'],
    [{ messages: [7] }, 'messages[0]'],
    [{ messages: [{ role: 'robot' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user' }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'messages[0].content[0].image_url.url'],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'messages[0].content[0].input_audio.data'],
    [{ messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] }, 'messages[0].content[0].file'],
    [{ messages: [{ role: 'user', content: [{ type: 'video' }] }] }, 'messages[0].content[0].type'],
    [{ messages: [{ role: 'system', content: [{ type: 'image_url', image_url: 'u' }] }] }, 'messages[0].content[0].type'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ tools: [7] }, 'tools[0]'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [{ reasoning_effort: 'huge' }, 'reasoning_effort'],
    [{ response_format: { type: 'xml' } }, 'response_format.type'],
  ])('refuses %j and names the field', (fields, param) => {
    expect(() => fromOpenAiRequest({ model: 'm', messages: [], ...fields })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }),
    )
  })

  it.each<[string, JsonObject, object]>([
    [
      'a call of the first API',
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'assistant', toolCalls: [{ id: 'f', name: 'f', argumentsText: '{}' }] },
    ],
    ['a result of the first API', { role: 'function', name: 'f', content: '5' }, { role: 'tool', toolCallId: 'f', content: '5' }],
    [
      'a cache breakpoint',
      { role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      { role: 'user', content: [{ type: 'text', text: 'a', cacheBreakpoint: { ttl: '1h' } }] },
    ],
    [
      'an image inline',
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } }] },
      { content: [{ type: 'image', detail: 'low', source: { type: 'base64', mediaType: 'image/png', data: 'AA==' } }] },
    ],
    [
      'a Gemini signature',
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: { google: { thought_signature: 's' } } },
        ],
      },
      { toolCalls: [{ id: 'c', name: 'f', argumentsText: '{}', signature: 's' }] },
    ],
  ])('reads %s', (_name, message, expected) => {
    expect(fromOpenAiRequest({ model: 'm', messages: [message] }).messages[0]).toMatchObject(expected)
  })
})

describe('toOpenAiRequest', () => {
  it.each<[Partial<ChatRequest>, JsonObject]>([
    [{ maxTokens: 5 }, { max_completion_tokens: 5 }],
    [
      { topP: 0.5, topK: 3, presencePenalty: 1 },
      { top_p: 0.5, top_k: 3, presence_penalty: 1 },
    ],
    [{ toolChoice: { name: 'f' } }, { tool_choice: { type: 'function', function: { name: 'f' } } }],
    [{ reasoning: { effort: 'xhigh' } }, { reasoning_effort: 'xhigh' }],
    [{ reasoning: { mode: 'disabled' } }, { reasoning_effort: 'none' }],
    [{ reasoning: { mode: 'enabled' } }, { reasoning_effort: 'medium' }],
    [{ reasoning: { budgetTokens: 1_024 } }, { reasoning_effort: 'low' }],
    [{ reasoning: { budgetTokens: 8_192 } }, { reasoning_effort: 'medium' }],
    [{ reasoning: { budgetTokens: 8_193 } }, { reasoning_effort: 'high' }],
    [
      { responseFormat: { type: 'json_schema', name: 'n', schema: {}, strict: true } },
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {}, strict: true } } },
    ],
    [{ tools: [{ type: 'function', name: 'f' }] }, { tools: [{ type: 'function', function: { name: 'f' } }] }],
  ])('writes %j', (request, fields) => {
    expect(write(request)).toEqual({ body: { model: 'own-id', messages: [], ...fields }, dropped: [] })
  })

  it('reports fields and tools of other dialects', () => {
    const request: Partial<ChatRequest> = {
      extras: { dialect: 'gemini', fields: { safetySettings: [] } },
      tools: [{ type: 'vendor', dialect: 'anthropic-messages', definition: { type: 'web_search' } }],
    }
    expect(write(request)).toEqual({ body: { model: 'own-id', messages: [] }, dropped: ['safetySettings', 'tools'] })
  })

  it('moves media of tool results behind the last result of the turn', () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://x/y.png' } } as const
    expect(
      writeMessages([
        { role: 'tool', toolCallId: 'a', content: [{ type: 'text', text: 'One.' }, image] },
        { role: 'tool', toolCallId: 'b', content: 'Two.' },
        { role: 'user', content: 'Go on.' },
      ]),
    ).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'One.' },
      { role: 'tool', tool_call_id: 'b', content: 'Two.' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] },
      { role: 'user', content: 'Go on.' },
    ])
  })

  it.each([
    [
      { type: 'audio', source: { type: 'base64', mediaType: 'audio/mpeg', data: 'AA==' } },
      { type: 'input_audio', input_audio: { data: 'AA==', format: 'mp3' } },
    ],
    [
      { type: 'file', source: { type: 'file-id', fileId: 'f' } },
      { type: 'file', file: { file_id: 'f' } },
    ],
    [
      { type: 'file', filename: 'a.pdf', source: { type: 'base64', mediaType: 'application/pdf', data: 'AA==' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf' } },
    ],
  ] as const)('writes the part %j', (part, written) => {
    expect(writeMessages([{ role: 'user', content: [part] }])).toEqual([{ role: 'user', content: [written] }])
  })

  const reasoning = [{ origin: 'anthropic-messages', text: 'Hm.', signature: 's' }] as const
  it.each([
    [undefined, {}],
    ['reasoning_content', { reasoning_content: 'Hm.' }],
    [
      'reasoning_details',
      {
        reasoning_content: 'Hm.',
        reasoning_details: [{ type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0, text: 'Hm.', signature: 's' }],
      },
    ],
  ] as const)('sends earlier reasoning as %s', (reasoningHistory, fields) => {
    expect(writeMessages([{ role: 'assistant', content: 'Yes.', reasoning }], { reasoningHistory })).toEqual([
      { role: 'assistant', content: 'Yes.', ...fields },
    ])
  })
})
