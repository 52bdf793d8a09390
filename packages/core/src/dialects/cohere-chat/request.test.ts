import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { withSource } from '../../chat/source.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import { cohere } from '../../providers/cohere.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { fromOpenAiRequest } from '../openai-chat/request-decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { toCohereRequest } from './request.ts'

const { json } = fixtures(import.meta.url)
const capabilities = typeof cohere.capabilities === 'function' ? cohere.capabilities('m') : cohere.capabilities
const target: EncodeTarget = { model: 'command-a-03-2025', capabilities, stream: false }

function write(request: Partial<ChatRequest>): EncodedRequest {
  return toCohereRequest({ model: 'asked', messages: [], ...request }, target)
}

function writeMessage(message: Message): unknown {
  const { messages } = write({ messages: [message] }).body
  return Array.isArray(messages) ? messages[0] : undefined
}

describe('messages', () => {
  it('writes an image by URL as Cohere recorded it', () => {
    const messages: readonly Message[] = [
      {
        role: 'user',
        content: [
          { type: 'text', text: "What's in this image?" },
          { type: 'image', source: { type: 'url', url: 'https://cohere.com/favicon-32x32.png' } },
        ],
      },
    ]
    expect(toCohereRequest({ model: '', messages }, { ...target, model: 'command-a-vision-07-2025' }).body).toEqual({
      ...(json('image.request.json') as JsonObject),
      stream: undefined,
    })
  })

  it('writes inline images as data URLs, with their detail', () => {
    const image: Message = {
      role: 'user',
      content: [{ type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA==' }, detail: 'low' }],
    }
    expect(writeMessage(image)).toEqual({
      role: 'user',
      content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } }],
    })
  })

  it.each([
    ['an image by file id', { type: 'image', source: { type: 'file-id', fileId: 'f' } }, 'messages[0].content[0]'],
    ['audio', { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: '' } }, 'messages[0].content[0].type'],
    ['a file', { type: 'file', source: { type: 'file-id', fileId: 'f' } }, 'messages[0].content[0].type'],
  ] as const)('refuses %s and says where it stands', (_name, part, param) => {
    expect(() => write({ messages: [{ role: 'user', content: [part] }] })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }),
    )
  })

  it('sends text before calls back as the tool plan', () => {
    const recorded = json('tool-result.request.json') as { readonly messages: readonly JsonObject[] }
    const written = writeMessage({
      role: 'assistant',
      content: 'I will use the magic_function tool to find the value of magic_function(3).',
      toolCalls: [{ id: 'magic_function_avre629p2czn', name: 'magic_function', argumentsText: '{"input": 3}' }],
    })
    expect(written).toEqual(recorded.messages[2])
  })

  it("sends its own thinking back, and nobody else's", () => {
    const reasoning = [
      { origin: 'cohere-chat', text: 'Hm.' },
      { origin: 'anthropic-messages', text: 'Aha.', signature: 's' },
    ] as const
    expect(writeMessage({ role: 'assistant', content: 'Yes.', reasoning })).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'Yes.' },
      ],
    })
    expect(writeMessage({ role: 'assistant', reasoning, toolCalls: [{ id: 'c', name: 'f', argumentsText: '' }] })).toEqual({
      role: 'assistant',
      content: [{ type: 'thinking', thinking: 'Hm.' }],
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    })
  })

  it("mentions what a tool result can't hold, and reports it", () => {
    const message: Message = {
      role: 'tool',
      toolCallId: 'c',
      content: [
        { type: 'text', text: 'Here:' },
        { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
        { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: 'AA' } },
      ],
    }
    expect(writeMessage(message)).toEqual({
      role: 'tool',
      tool_call_id: 'c',
      content: [
        { type: 'text', text: 'Here:' },
        { type: 'text', text: '[image: https://x/y.png]' },
        { type: 'text', text: '[file left out]' },
      ],
    })
    expect(write({ messages: [message] }).dropped).toEqual(['image_url', 'file'])
  })

  it.each([
    ['a developer', { role: 'developer', content: 'Be brief.' }, { role: 'system', content: 'Be brief.' }],
    ['a refusal', { role: 'assistant', refusal: 'No.' }, { role: 'assistant', content: 'No.' }],
    ['an empty result', { role: 'tool', toolCallId: 'c', content: [] }, { role: 'tool', tool_call_id: 'c', content: '' }],
  ] as const)('writes %s', (_name, message, written) => {
    expect(writeMessage(message)).toEqual(written)
  })
})

describe('tools', () => {
  const tool = {
    type: 'function',
    name: 'f',
    parameters: { type: 'object', properties: { a: {} }, required: ['a'] },
  } as const
  const bare = { type: 'function', name: 'g' } as const
  const written = { type: 'function', function: { name: 'f', parameters: tool.parameters } }

  it.each([
    ['auto', { tools: [written] }],
    ['none', { tools: [written], tool_choice: 'NONE' }],
    ['required', { tools: [written], tool_choice: 'REQUIRED' }],
  ] as const)('writes the choice %s', (toolChoice, body) => {
    expect(write({ tools: [tool], toolChoice })).toMatchObject({ body, dropped: [] })
    expect('tool_choice' in write({ tools: [tool], toolChoice }).body).toBe(toolChoice !== 'auto')
  })

  it('makes a named choice by offering that tool alone', () => {
    expect(write({ tools: [tool, bare], toolChoice: { name: 'f' } })).toMatchObject({
      body: { tools: [written], tool_choice: 'REQUIRED' },
      dropped: [],
    })
    expect(() => write({ tools: [tool], toolChoice: { name: 'h' } })).toThrow(expect.objectContaining({ param: 'tool_choice' }))
  })

  it('gives a tool without a schema an empty one', () => {
    expect(write({ tools: [bare] }).body['tools']).toEqual([
      { type: 'function', function: { name: 'g', parameters: { type: 'object', properties: {} } } },
    ])
  })

  it.each([
    ['all strict', [{ ...tool, strict: true }], true, []],
    ['some strict', [{ ...tool, strict: true }, bare], undefined, ['strict']],
    ['strict without required arguments', [{ ...bare, strict: true }], undefined, ['strict']],
    ['none strict', [{ ...tool, strict: false }], undefined, []],
  ] as const)('is strict with tools that are %s', (_name, tools, strict, dropped) => {
    const encoded = write({ tools })
    expect(encoded.body['strict_tools']).toBe(strict)
    expect(encoded.dropped).toEqual(dropped)
  })

  it("reports what it can't say about tools", () => {
    expect(write({ tools: [tool], parallelToolCalls: false }).dropped).toEqual(['parallel_tool_calls'])
    expect(write({ tools: [tool], parallelToolCalls: true }).dropped).toEqual([])
    expect(write({ toolChoice: 'required' }).dropped).toEqual(['tool_choice'])
    expect(write({ tools: [{ type: 'vendor', dialect: 'openai-chat', definition: { type: 'web_search' } }] })).toMatchObject({
      dropped: ['tools'],
    })
  })
})

describe('parameters', () => {
  it("writes every parameter under Cohere's name", () => {
    const { body, dropped } = write({
      maxTokens: 5,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      stop: ['x'],
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      logprobs: true,
    })
    expect(body).toMatchObject({
      max_tokens: 5,
      temperature: 0.5,
      p: 0.9,
      k: 40,
      seed: 7,
      stop_sequences: ['x'],
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      logprobs: true,
    })
    expect(dropped).toEqual([])
  })

  it.each([
    [{ temperature: 1.7 }, { temperature: 1 }, []],
    [{ topP: 1 }, { p: 0.99 }, []],
    [{ topP: 0 }, { p: 0.01 }, []],
    [{ topK: 900 }, { k: 500 }, []],
    [{ presencePenalty: 2 }, { presence_penalty: 1 }, []],
    [{ presencePenalty: -1, frequencyPenalty: -1 }, {}, ['presence_penalty', 'frequency_penalty']],
    [{ stop: ['1', '2', '3', '4', '5', '6'] }, { stop_sequences: ['1', '2', '3', '4', '5'] }, ['stop']],
    [{ stop: [] }, {}, []],
    [{ n: 2, logprobs: true, topLogprobs: 3 }, { logprobs: true }, ['n', 'top_logprobs']],
    [{ n: 1, logprobs: false, topLogprobs: 0 }, {}, []],
    [
      { logitBias: {}, user: 'u', serviceTier: 'auto', metadata: {}, verbosity: 'low', promptCacheKey: 'k' },
      {},
      ['logit_bias', 'user', 'service_tier', 'metadata', 'verbosity', 'prompt_cache_key'],
    ],
  ] as const)('brings %j into range or reports it', (parameters, fields, dropped) => {
    const { body, dropped: reported, changed } = write(parameters)
    expect(body).toEqual({ model: 'command-a-03-2025', messages: [], ...fields })
    expect(reported).toEqual(dropped)
    // Whatever was asked for is written as it is, or told.
    const asked = Object.keys(parameters).length
    if (asked === 1 && reported.length === 0 && Object.keys(fields).length === 1) expect(changed).toHaveLength(1)
  })

  it.each([
    [{ effort: 'none' }, { type: 'disabled' }],
    [{ mode: 'disabled' }, { type: 'disabled' }],
    [{ budgetTokens: 0 }, { type: 'disabled' }],
    [
      { mode: 'enabled', budgetTokens: 2_000 },
      { type: 'enabled', token_budget: 2_000 },
    ],
    [{ mode: 'enabled' }, { type: 'enabled' }],
    [{ effort: 'low' }, { type: 'enabled', token_budget: 1_024 }],
    [{ effort: 'xhigh' }, { type: 'enabled' }],
    [{ mode: 'adaptive' }, undefined],
    [{ summary: 'auto' }, undefined],
  ] as const)('writes the reasoning %j', (reasoning, thinking) => {
    expect(write({ reasoning }).body['thinking']).toEqual(thinking)
  })

  it.each([
    [{ type: 'text' }, undefined],
    [{ type: 'json_object' }, { type: 'json_object' }],
    [
      { type: 'json_schema', name: 'n', schema: { type: 'object' } },
      { type: 'json_object', json_schema: { type: 'object' } },
    ],
  ] as const)('writes the format %j', (responseFormat, written) => {
    expect(write({ responseFormat }).body['response_format']).toEqual(written)
  })

  it("leaves out what the provider's table refuses", () => {
    const encoded = toCohereRequest(
      { model: '', messages: [], seed: 1, responseFormat: { type: 'json_object' } },
      { ...target, capabilities: { ...capabilities, jsonObject: false, unsupported: ['seed'] } },
    )
    expect(encoded).toEqual({ body: { model: target.model, messages: [] }, dropped: ['seed', 'response_format'], changed: [] })
  })
})

describe('extras and sources', () => {
  it("sends Cohere's own extras and reports another dialect's", () => {
    const fields = { safety_mode: 'OFF', documents: ['d'] }
    expect(write({ extras: { dialect: 'cohere-chat', fields } })).toMatchObject({ body: fields, dropped: [] })
    expect(write({ extras: { dialect: 'openai-chat', fields } }).dropped).toEqual(['safety_mode', 'documents'])
  })

  it('sends a body of its own dialect on as it came', () => {
    const body = {
      model: 'alias',
      stream: true,
      messages: [{ role: 'user', content: 'Hi', new_field: 1 }],
      priority: 3,
    }
    const request = withSource({ model: 'alias', messages: [] }, { dialect: 'cohere-chat', body })
    expect(toCohereRequest(request, target)).toEqual({
      body: { model: target.model, messages: body.messages, priority: 3 },
      dropped: [],
    })
  })

  it('asks for a stream where one is wanted', () => {
    expect(toCohereRequest({ model: '', messages: [] }, { ...target, stream: true }).body['stream']).toBe(true)
  })
})

it('never throws anything but our own errors on odd client bodies', () => {
  const part = fc.record(
    {
      type: fc.constantFrom('text', 'image_url', 'input_audio', 'file'),
      text: fc.jsonValue(),
      image_url: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  )
  const message = fc.record({
    role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
    content: fc.oneof(fc.string(), fc.array(part)),
    tool_calls: fc.jsonValue(),
    tool_call_id: fc.string(),
  })
  fc.assert(
    fc.property(
      fc.record({
        messages: fc.array(message),
        tools: fc.jsonValue(),
        tool_choice: fc.jsonValue(),
        response_format: fc.jsonValue(),
        stop: fc.jsonValue(),
      }),
      (body) => {
        try {
          // fast-check's JSON values are JSON values.
          toCohereRequest(fromOpenAiRequest(body as unknown as JsonObject), target)
        } catch (error) {
          expect(isProxyApiError(error)).toBe(true)
        }
      },
    ),
  )
})
