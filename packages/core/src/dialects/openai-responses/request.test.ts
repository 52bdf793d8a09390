import { describe, expect, it } from 'vitest'
import type { ChatRequest } from '../../chat/request.ts'
import { keepBytes } from '../../chat/source.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import type { EncodedRequest } from '../dialect.ts'
import { fromOpenAiRequest } from '../openai-chat/request-decode.ts'
import { isResponsesRequest, toResponsesRequest } from './request.ts'
import { fromResponsesRequest } from './request-decode.ts'

const capabilities: Capabilities = {
  ...{ tools: true, parallelTools: true, vision: true, imageUrls: true, audio: true, files: true, jsonObject: true },
  jsonSchema: 'native',
}
const reasoner: Capabilities = { ...capabilities, reasoning: { mode: 'optional', efforts: ['low', 'medium', 'high'], off: 'effort' } }

function encode(request: ChatRequest, given: Capabilities = capabilities): EncodedRequest {
  return toResponsesRequest(request, { model: 'm', capabilities: given, stream: request.stream === true })
}

/** A request without its source, as a filter leaves it. */
function copyOf(body: JsonObject): ChatRequest {
  return { ...fromResponsesRequest(body) }
}

const user = { type: 'message', role: 'user', content: 'hi' }

describe('fromResponsesRequest', () => {
  it('reads a conversation into turns', () => {
    const { messages } = fromResponsesRequest({
      model: 'p/m',
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'x' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'sunny' }] },
        { role: 'assistant', content: 'Sunny.' },
      ],
    })
    expect(messages).toMatchObject([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      {
        role: 'assistant',
        content: 'I look.',
        reasoning: [{ origin: 'openai-responses', text: 'Hm.', encrypted: 'x', id: 'rs_1' }],
        toolCalls: [{ id: 'c', name: 'f', argumentsText: '{}' }],
      },
      { role: 'tool', toolCallId: 'c', content: [{ type: 'text', text: 'sunny' }] },
      { role: 'assistant', content: 'Sunny.' },
    ])
  })

  it.each<[string, JsonObject, object]>([
    ['an image', { type: 'input_image', image_url: 'https://i.example/a.png', detail: 'low' }, { type: 'image', detail: 'low' }],
    ['a file', { type: 'input_file', file_id: 'f' }, { type: 'file', source: { type: 'file-id', fileId: 'f' } }],
    [
      'a sound',
      { type: 'input_audio', input_audio: { data: 'aa', format: 'mp3' } },
      { type: 'audio', source: { mediaType: 'audio/mpeg' } },
    ],
  ])('reads %s', (_name, part, expected) => {
    const { messages, extras } = fromResponsesRequest({ model: 'm', input: [{ role: 'user', content: [part] }] })
    expect(messages).toMatchObject([{ content: [expected] }])
    expect(extras).toBeUndefined()
  })

  it.each<[string, JsonObject, string]>([
    ['no input', {}, 'input'],
    ['an item that is no object', { input: [7] }, 'input[0]'],
    ['content that is none', { input: [{ role: 'user', content: 7 }] }, 'input[0].content'],
    ['a function without a name', { input: 'hi', tools: [{ type: 'function' }] }, 'tools[0].name'],
    ['what would need a memory', { input: 'hi', previous_response_id: 'resp_0' }, 'previous_response_id'],
  ])('refuses %s at once', (_name, body, param) => {
    expect(() => fromResponsesRequest({ model: 'm', ...body })).toThrow(expect.objectContaining({ param }))
  })

  it.each<[string, JsonObject, string]>([
    ['a role', { input: [{ role: 'critic', content: 'hi' }] }, 'role'],
    ['a part', { input: [{ role: 'user', content: [{ type: 'input_video' }] }] }, 'input_video'],
    ['a part without its data', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input_image'],
    ['an item', { input: [{ type: 'web_search_call' }] }, 'web_search_call'],
    ['a choice', { input: 'hi', tool_choice: { type: 'mcp', server_label: 's' } }, 'tool_choice'],
    ['an effort', { input: 'hi', reasoning: { effort: 'of tomorrow' } }, 'reasoning_effort'],
    ['a format', { input: 'hi', text: { format: { type: 'grammar' } } }, 'text.format'],
    ['an include', { input: 'hi', include: ['file_search_call.results'] }, 'include'],
    ['a truncation', { input: 'hi', truncation: 'auto' }, 'truncation'],
  ])('leaves it to the provider to judge %s that nobody else knows', (_name, body, name) => {
    expect(fromResponsesRequest({ model: 'm', ...body }).extras?.pieces).toMatchObject([{ name }])
  })
})

describe('toResponsesRequest', () => {
  const body = { model: 'p/m', input: [user, { type: 'item_reference', id: 'x' }], x_unknown: { kept: 1 } }

  it.each<[string, JsonObject, Capabilities, JsonObject, readonly string[] | undefined]>([
    ['what the client did not say', {}, capabilities, { store: false }, undefined],
    ['what the client said itself', { store: false }, reasoner, { store: false }, undefined],
    ['a wish to store', { store: true }, capabilities, { store: false }, ['store']],
    ['reasoning that will not be stored', {}, reasoner, { store: false, include: ['reasoning.encrypted_content'] }, ['include']],
    [
      'what else is included',
      { include: ['file_search_call.results'] },
      reasoner,
      { store: false, include: ['file_search_call.results', 'reasoning.encrypted_content'] },
      ['include'],
    ],
    ['encrypted reasoning asked for', { include: ['reasoning.encrypted_content'] }, reasoner, { store: false }, undefined],
  ])('sends a client’s own body on as it came, but for storage: %s', (_name, fields, given, expected, changed) => {
    const whole = { ...body, ...fields }
    const request = fromResponsesRequest(whole)
    keepBytes(request, new TextEncoder().encode(JSON.stringify(whole)))
    const sent = encode(request, given)
    expect(sent.body).toEqual({ ...whole, ...expected, model: 'm' })
    expect([sent.dropped, sent.changed]).toEqual([[], changed])
    if (sent.bytes !== undefined) expect(JSON.parse(new TextDecoder().decode(sent.bytes))).toEqual(sent.body)
  })

  it.each<[string, JsonObject, JsonObject]>([
    ['a text', { messages: [{ role: 'user', content: 'hi' }] }, { input: [user], store: false }],
    [
      'a call and its result',
      {
        messages: [
          { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
          { role: 'tool', tool_call_id: 'c', content: 'sunny' },
        ],
      },
      {
        input: [
          { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
          { type: 'function_call_output', call_id: 'c', output: 'sunny' },
        ],
      },
    ],
    [
      'a refusal',
      { messages: [{ role: 'assistant', content: null, refusal: 'No.' }] },
      { input: [{ type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }] },
    ],
    ['an effort', { messages: [], reasoning_effort: 'low' }, { reasoning: { effort: 'low' } }],
    ['a budget', { messages: [], thinking: { type: 'enabled', budget_tokens: 9000 } }, { reasoning: { effort: 'high' } }],
    ['no reasoning', { messages: [], thinking: { type: 'disabled' } }, { reasoning: { effort: 'none' } }],
  ])('writes %s of another dialect', (_name, given, expected) => {
    expect(encode(fromOpenAiRequest({ model: 'p/m', ...given }), reasoner).body).toMatchObject(expected)
  })

  it('reports parameters that it has no words for', () => {
    const given = { model: 'm', messages: [], stop: ['a'], seed: 1, n: 2, logit_bias: { 1: 2 }, presence_penalty: 1, x_unknown: 1 }
    expect([...encode(fromOpenAiRequest(given)).dropped].sort()).toEqual([
      'logit_bias',
      'n',
      'presence_penalty',
      'seed',
      'stop',
      'x_unknown',
    ])
  })

  it('reports what has lost its place in a request that was changed', () => {
    const request = copyOf({ model: 'm', input: [user, { type: 'web_search_call' }], tools: [{ type: 'web_search' }] })
    expect(isResponsesRequest(request)).toBe(true)
    expect(encode(request)).toMatchObject({ dropped: ['web_search_call'], body: { tools: [{ type: 'web_search' }] } })
  })
})
