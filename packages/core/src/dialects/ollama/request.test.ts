import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { withSource } from '../../chat/source.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import { ollama as provider } from '../../providers/ollama.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { fromOpenAiRequest } from '../openai-chat/request-decode.ts'
import { toOllamaRequest } from './request.ts'

const capabilitiesOf = (model: string): Capabilities =>
  typeof provider.capabilities === 'function' ? provider.capabilities(model) : provider.capabilities
const capabilities = capabilitiesOf('qwen3:4b')
const target: EncodeTarget = { model: 'qwen3:4b', capabilities, stream: false }

function write(request: Partial<ChatRequest>, model = target.model): EncodedRequest {
  return toOllamaRequest({ model: 'asked', messages: [], ...request }, { ...target, model, capabilities: capabilitiesOf(model) })
}

function writeMessages(...messages: readonly Message[]): unknown {
  return write({ messages }).body['messages']
}

const image = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA==' } } as const

describe('messages', () => {
  it('puts images as bare base64 beside the text, and parts into paragraphs', () => {
    expect(writeMessages({ role: 'user', content: [{ type: 'text', text: 'One.' }, image, { type: 'text', text: 'Two.' }] })).toEqual([
      { role: 'user', content: 'One.\n\nTwo.', images: ['AA=='] },
    ])
  })

  it.each([
    ['an image by URL', { type: 'image', source: { type: 'url', url: 'https://x/y.png' } }, 'messages[1].content[0]'],
    ['an image by file id', { type: 'image', source: { type: 'file-id', fileId: 'f' } }, 'messages[1].content[0]'],
    ['audio', { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: '' } }, 'messages[1].content[0].type'],
    ['a file', { type: 'file', source: { type: 'file-id', fileId: 'f' } }, 'messages[1].content[0].type'],
  ] as const)('refuses %s and says where it stands', (_name, part, param) => {
    const refused = (): unknown => writeMessages({ role: 'system', content: 's' }, { role: 'user', content: [part] })
    expect(refused).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
    expect(refused).toThrow(/Ollama takes/)
  })

  it("writes calls with their arguments as objects and results with the tool's name", () => {
    expect(
      writeMessages(
        { role: 'assistant', toolCalls: [{ id: 'c1', name: 'add', argumentsText: '{"x":2,"y":3}' }] },
        { role: 'tool', toolCallId: 'c1', content: '5' },
        { role: 'tool', toolCallId: 'lost', name: 'sub', content: [{ type: 'text', text: '1' }] },
      ),
    ).toEqual([
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ type: 'function', function: { name: 'add', arguments: { x: 2, y: 3 } } }],
      },
      { role: 'tool', content: '5', tool_name: 'add' },
      { role: 'tool', content: '1', tool_name: 'sub' },
    ])
  })

  it.each([
    ['', {}],
    ['null', {}],
    ['{"a":', { arguments: '{"a":' }],
    ['[1]', { arguments: '[1]' }],
  ])('makes the arguments %j an object', (argumentsText, written) => {
    expect(writeMessages({ role: 'assistant', toolCalls: [{ id: 'c', name: 'f', argumentsText }] })).toMatchObject([
      { tool_calls: [{ function: { arguments: written } }] },
    ])
  })

  it('sends readable reasoning back, without signatures or encrypted parts', () => {
    const reasoning = [
      { origin: 'ollama', text: 'Hm.' },
      { origin: 'anthropic-messages', text: '', encrypted: 'x' },
    ] as const
    expect(writeMessages({ role: 'assistant', content: 'Yes.', reasoning })).toEqual([
      { role: 'assistant', content: 'Yes.', thinking: 'Hm.' },
    ])
  })

  it('sends images of a tool result along, mentions links and reports what is lost', () => {
    const content = [
      { type: 'text', text: 'Here:' },
      image,
      { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
      { type: 'file', source: { type: 'file-id', fileId: 'f' } },
    ] as const
    const message: Message = { role: 'tool', toolCallId: 'c', name: 'f', content }
    expect(writeMessages(message)).toEqual([
      { role: 'tool', content: 'Here:\n\n[image: https://x/y.png]', images: ['AA=='], tool_name: 'f' },
    ])
    expect(write({ messages: [message] }).dropped).toEqual(['image_url', 'file'])
  })

  it.each([
    ['a developer', { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] }, { role: 'system', content: 'Be brief.' }],
    ['a refusal', { role: 'assistant', refusal: 'No.' }, { role: 'assistant', content: 'No.' }],
  ] as const)('writes %s', (_name, message, written) => {
    expect(writeMessages(message)).toEqual([written])
  })
})

describe('tools', () => {
  const tool = { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } } as const
  const bare = { type: 'function', name: 'g' } as const

  it.each([
    ['auto', ['f', 'g'], []],
    ['none', undefined, []],
    ['required', ['f', 'g'], ['tool_choice']],
    [{ name: 'g' }, ['g'], ['tool_choice']],
  ] as const)('offers tools by the choice %j', (toolChoice, names, dropped) => {
    const encoded = write({ tools: [tool, bare], toolChoice })
    const written = encoded.body['tools']
    expect(Array.isArray(written) ? written : undefined).toEqual(
      names?.map((name) => expect.objectContaining({ function: expect.objectContaining({ name }) })),
    )
    expect(encoded.dropped).toEqual(dropped)
  })

  it('writes a tool with a schema that lists properties, though there be none', () => {
    expect(write({ tools: [tool, bare] }).body['tools']).toEqual([
      { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } } },
      { type: 'function', function: { name: 'g', parameters: { type: 'object', properties: {} } } },
    ])
  })

  it("reports what it can't say about tools", () => {
    expect(write({ tools: [{ ...tool, strict: true }], parallelToolCalls: false }).dropped).toEqual(['strict', 'parallel_tool_calls'])
    expect(write({ tools: [tool], parallelToolCalls: true }).dropped).toEqual([])
    expect(write({ tools: [{ type: 'vendor', dialect: 'openai-chat', definition: { type: 'web_search' } }] })).toMatchObject({
      dropped: ['tools'],
    })
  })
})

describe('parameters', () => {
  it('puts what steers the model into options', () => {
    const { body, dropped } = write({
      maxTokens: 5,
      temperature: 1.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      stop: ['x'],
      presencePenalty: -1,
      frequencyPenalty: 0.2,
    })
    expect(body['options']).toEqual({
      num_predict: 5,
      temperature: 1.5,
      top_p: 0.9,
      top_k: 40,
      seed: 7,
      stop: ['x'],
      presence_penalty: -1,
      frequency_penalty: 0.2,
    })
    expect(dropped).toEqual([])
  })

  it('has no options where nothing steers, and always says whether to stream', () => {
    expect(write({ stop: [] })).toEqual({ body: { model: 'qwen3:4b', messages: [], stream: false }, dropped: [], changed: [] })
  })

  it('asks for log probabilities', () => {
    expect(write({ logprobs: true, topLogprobs: 3 })).toMatchObject({
      body: { logprobs: true, top_logprobs: 3 },
      dropped: [],
    })
  })

  it('reports what it has no word for', () => {
    const { dropped, changed } = write({
      n: 2,
      logitBias: {},
      user: 'u',
      serviceTier: 'auto',
      metadata: {},
      verbosity: 'low',
      promptCacheKey: 'k',
      reasoning: { budgetTokens: 9 },
    })
    expect(dropped).toEqual(['logit_bias', 'user', 'service_tier', 'metadata', 'verbosity', 'prompt_cache_key', 'n'])
    // A budget becomes a mere yes.
    expect(changed).toEqual(['reasoning_effort'])
  })

  it.each([
    ['qwen3:4b', { effort: 'low' }, true],
    ['gpt-oss:20b', { effort: 'low' }, 'low'],
    ['gpt-oss:20b', { effort: 'minimal' }, 'low'],
    ['gpt-oss:20b', { effort: 'xhigh' }, 'high'],
    ['gpt-oss:20b', { mode: 'enabled' }, undefined],
    ['gpt-oss:20b', { mode: 'disabled' }, 'low'],
    ['llama3.1:8b', { effort: 'low' }, undefined],
    ['llama3.1:8b', { mode: 'disabled' }, undefined],
    ['qwen3:4b', { effort: 'none' }, false],
    ['qwen3:4b', { mode: 'disabled' }, false],
    ['qwen3:4b', { budgetTokens: 0 }, false],
    ['qwen3:4b', { budgetTokens: 100 }, true],
    ['qwen3:4b', { mode: 'adaptive' }, true],
    ['qwen3:4b', undefined, undefined],
  ] as const)('lets %s think by %j', (model, reasoning, think) => {
    expect(write({ reasoning }, model).body['think']).toBe(think)
  })

  it.each([
    [{ type: 'text' }, undefined],
    [{ type: 'json_object' }, 'json'],
    [{ type: 'json_schema', name: 'n', schema: { type: 'object' } }, { type: 'object' }],
  ] as const)('writes the format %j', (responseFormat, format) => {
    expect(write({ responseFormat }).body['format']).toEqual(format)
  })

  it("leaves out what the provider's table refuses", () => {
    const encoded = toOllamaRequest(
      { model: '', messages: [], seed: 1, responseFormat: { type: 'json_schema', name: 'n', schema: {} } },
      { ...target, capabilities: { ...capabilities, jsonSchema: 'none', unsupported: ['seed'] } },
    )
    expect(encoded).toEqual({
      body: { model: target.model, messages: [], stream: false },
      dropped: ['seed', 'response_format'],
      changed: [],
    })
  })
})

describe('extras and sources', () => {
  it("sends Ollama's own extras, its options beneath ours, and reports another dialect's", () => {
    const fields = { keep_alive: '5m', options: { num_ctx: 8_192, temperature: 0 } }
    expect(write({ temperature: 1, extras: { dialect: 'ollama', fields } })).toMatchObject({
      body: { keep_alive: '5m', options: { num_ctx: 8_192, temperature: 1 } },
      dropped: [],
    })
    expect(write({ extras: { dialect: 'openai-chat', fields } }).dropped).toEqual(['keep_alive', 'options'])
  })

  it('sends a body of its own dialect on as it came', () => {
    const body = { model: 'alias', messages: [{ role: 'user', content: 'Hi', new_field: 1 }], truncate: true }
    const request = withSource({ model: 'alias', messages: [] }, { dialect: 'ollama', body })
    expect(toOllamaRequest(request, { ...target, stream: true })).toEqual({
      body: { ...body, model: target.model, stream: true },
      dropped: [],
    })
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
          toOllamaRequest(fromOpenAiRequest(body as unknown as JsonObject), target)
        } catch (error) {
          expect(isProxyApiError(error)).toBe(true)
        }
      },
    ),
  )
})
