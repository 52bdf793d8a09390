import { describe, expect, it } from 'vitest'
import type { Message } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { everything } from '../../providers/capability-rows.ts'
import type { JsonObject } from '../../wire/json.ts'
import { claudeCapabilities } from '../claude/capabilities.ts'
import type { EncodedRequest } from '../dialect.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { toAnthropicRequest } from './request.ts'
import { fromAnthropicRequest } from './request-decode.ts'

const { json } = fixtures(import.meta.url)
// Traits of a model that thinks by a budget and takes any sampling.
const capabilities = { ...everything, ...claudeCapabilities('claude-sonnet-4-20250514'), jsonSchema: 'native' } as const
const target = { model: 'own-id', capabilities, stream: false }
const hi: Message = { role: 'user', content: 'Hi' }

function write(request: Partial<ChatRequest>): EncodedRequest {
  return toAnthropicRequest({ model: 'asked', messages: [hi], ...request }, target)
}

function writeMessages(...messages: readonly Message[]): unknown {
  return write({ messages }).body['messages']
}

describe('a request that was read from a client of the dialect', () => {
  // The fixture holds what a client sent.
  const body = json('tool-result.request.json') as JsonObject

  it('goes out as it came, with the model of the target', () => {
    const request = fromAnthropicRequest({ ...body, odd_field: { deep: [1] } })
    expect(toAnthropicRequest(request, target)).toEqual({ body: { ...body, odd_field: { deep: [1] }, model: 'own-id' }, dropped: [] })
    expect(toAnthropicRequest(request, { ...target, stream: true }).body['stream']).toBe(true)
  })

  it('says the same when a filter has changed it', () => {
    const written = write({ ...fromAnthropicRequest(body) }).body
    const withoutNulls = JSON.parse(JSON.stringify(body), (_key, value: unknown) => (value === null ? undefined : value)) as JsonObject
    expect(written).toEqual({ ...withoutNulls, model: 'own-id' })
  })

  it('loses thinking of other vendors, and nothing else', () => {
    const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'proxyapi:gemini:s' }
    const own = { type: 'thinking', thinking: 'Yes.', signature: 'own' }
    const request = fromAnthropicRequest({
      model: 'm',
      max_tokens: 5,
      messages: [{ role: 'assistant', content: [thinking, own, { type: 'text', text: 'a' }] }],
    })
    expect(toAnthropicRequest(request, target).body['messages']).toEqual([
      { role: 'assistant', content: [own, { type: 'text', text: 'a' }] },
    ])
  })
})

describe('fromAnthropicRequest', () => {
  it.each<[JsonObject, Partial<ChatRequest>]>([
    [{ system: 'Be brief.' }, { messages: [{ role: 'system', content: 'Be brief.' }] }],
    [
      { system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      { messages: [{ role: 'system', content: [{ type: 'text', text: 'a', cacheBreakpoint: { ttl: '1h' } }] }] },
    ],
    [
      { max_tokens: 5, stop_sequences: ['x'] },
      { maxTokens: 5, stop: ['x'] },
    ],
    [{ tool_choice: { type: 'any', disable_parallel_tool_use: true } }, { toolChoice: 'required', parallelToolCalls: false }],
    [{ tool_choice: { type: 'auto', disable_parallel_tool_use: false } }, { toolChoice: 'auto', parallelToolCalls: true }],
    [{ tool_choice: { type: 'tool', name: 'f' } }, { toolChoice: { name: 'f' } }],
    [{ thinking: { type: 'enabled', budget_tokens: 2_000 } }, { reasoning: { mode: 'enabled', budgetTokens: 2_000 } }],
    [{ output_config: { effort: 'max' } }, { reasoning: { effort: 'max' } }],
    [
      { output_format: { type: 'json_schema', schema: { type: 'object' } } },
      { responseFormat: { type: 'json_schema', name: 'response', schema: { type: 'object' }, strict: true } },
    ],
    [{ metadata: { user_id: 'u' } }, { user: 'u' }],
    [
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      { tools: [{ type: 'vendor', dialect: 'anthropic-messages', definition: { type: 'web_search_20250305', name: 'web_search' } }] },
    ],
    [{ container: 'c' }, { extras: { dialect: 'anthropic-messages', fields: { container: 'c' } } }],
  ])('reads %j', (fields, expected) => {
    expect(fromAnthropicRequest({ model: 'm', messages: [], ...fields })).toMatchObject(expected)
  })

  it('reads a turn of results and words as messages of their own', () => {
    const content = [
      { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: '1' }], is_error: true },
      { type: 'tool_result', tool_use_id: 'b' },
      { type: 'text', text: 'Go on.' },
    ]
    expect(fromAnthropicRequest({ model: 'm', messages: [{ role: 'user', content }] }).messages).toEqual([
      { role: 'tool', toolCallId: 'a', content: [{ type: 'text', text: '1' }], isError: true },
      { role: 'tool', toolCallId: 'b', content: '' },
      { role: 'user', content: 'Go on.' },
    ])
  })

  it.each<[string, JsonObject, object]>([
    [
      'an image',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
      { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA==' } },
    ],
    [
      'a file',
      { type: 'document', title: 't', source: { type: 'file', file_id: 'f' } },
      { type: 'file', filename: 't', source: { type: 'file-id', fileId: 'f' } },
    ],
    ['a document of text', { type: 'document', source: { type: 'text', data: 'x' } }, { type: 'text', text: 'x' }],
    [
      'a document of blocks',
      {
        type: 'document',
        source: {
          type: 'content',
          content: [
            { type: 'text', text: 'x' },
            { type: 'text', text: 'y' },
          ],
        },
      },
      { type: 'text', text: 'x\ny' },
    ],
  ])('reads %s', (_name, block, part) => {
    const { messages } = fromAnthropicRequest({ model: 'm', messages: [{ role: 'user', content: [block, { type: 'text', text: 'z' }] }] })
    expect(messages).toMatchObject([{ role: 'user', content: [part, { type: 'text', text: 'z' }] }])
  })

  it.each([
    ['Anthropic', { type: 'thinking', thinking: 'Hm.', signature: 's' }, { origin: 'anthropic-messages', text: 'Hm.', signature: 's' }],
    ['Anthropic, encrypted', { type: 'redacted_thinking', data: 'x' }, { origin: 'anthropic-messages', text: '', encrypted: 'x' }],
    [
      'another vendor',
      { type: 'thinking', thinking: 'Hm.', signature: 'proxyapi:gemini:s' },
      { origin: 'gemini', text: 'Hm.', signature: 's' },
    ],
    ['nobody who signs', { type: 'thinking', thinking: 'Hm.', signature: '' }, { origin: 'openai-chat', text: 'Hm.' }],
  ])('knows thinking of %s', (_name, block, expected) => {
    const { messages } = fromAnthropicRequest({ model: 'm', messages: [{ role: 'assistant', content: [block] }] })
    expect(messages).toEqual([{ role: 'assistant', reasoning: [expected] }])
  })

  it.each<[JsonObject, string]>([
    [{ messages: 'x' }, 'messages'],
    [{ messages: [7] }, 'messages[0]'],
    [{ messages: [{ role: 'robot', content: 'a' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ type: 'tool_result' }] }] }, 'messages[0].content[0].tool_use_id'],
    [{ messages: [{ role: 'user', content: [{ type: 'image', source: {} }] }] }, 'messages[0].content[0].source.type'],
    [{ tools: [7] }, 'tools[0]'],
    [{ tools: [{}] }, 'tools[0].name'],
  ])('refuses %j and names the field', (fields, param) => {
    expect(() => fromAnthropicRequest({ model: 'm', messages: [], ...fields })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }),
    )
  })
})

describe('toAnthropicRequest', () => {
  const base = { model: 'own-id', max_tokens: 4_096, messages: [{ role: 'user', content: 'Hi' }] }
  const tools = [{ type: 'function', name: 'f' }] as const
  const written = { tools: [{ name: 'f', input_schema: { type: 'object', properties: {} } }] }

  it.each<[Partial<ChatRequest>, JsonObject, (readonly string[])?]>([
    [{}, {}],
    [
      { maxTokens: 5, temperature: 1.5, topK: 3, stop: ['x', ' '] },
      { max_tokens: 5, temperature: 1, top_k: 3, stop_sequences: ['x'] },
      ['temperature', 'stop'],
    ],
    [{ tools }, written],
    [
      { tools, toolChoice: 'required', parallelToolCalls: false },
      { ...written, tool_choice: { type: 'any', disable_parallel_tool_use: true } },
    ],
    [
      { tools, toolChoice: { name: 'f' } },
      { ...written, tool_choice: { type: 'tool', name: 'f' } },
    ],
    [
      { tools, toolChoice: 'none' },
      { ...written, tool_choice: { type: 'none' } },
    ],
    [{ reasoning: { effort: 'low' } }, { thinking: { type: 'enabled', budget_tokens: 1_024 } }, ['reasoning_effort']],
    [
      { reasoning: { effort: 'high' }, maxTokens: 10 },
      { thinking: { type: 'enabled', budget_tokens: 16_384 }, max_tokens: 16_394 },
      ['max_tokens', 'reasoning_effort'],
    ],
    [{ reasoning: { budgetTokens: 7 } }, { thinking: { type: 'enabled', budget_tokens: 1_024 } }, ['reasoning_effort']],
    [{ reasoning: { budgetTokens: 2_000 } }, { thinking: { type: 'enabled', budget_tokens: 2_000 } }],
    [{ reasoning: { mode: 'disabled' } }, { thinking: { type: 'disabled' } }],
    [{ reasoning: { effort: 'none' } }, {}],
    [
      { responseFormat: { type: 'json_schema', name: 'n', schema: { type: 'object' } } },
      { output_config: { format: { type: 'json_schema', schema: { type: 'object', additionalProperties: false } } } },
    ],
    [{ user: 'u' }, { metadata: { user_id: 'u' } }],
  ])('writes %j', (request, fields, changed) => {
    expect(write(request)).toEqual({ body: { ...base, ...fields }, dropped: [], ...(changed && { changed }) })
  })

  it.each<[Partial<ChatRequest>, readonly string[]]>([
    [{ seed: 1, logprobs: true, n: 2 }, ['seed', 'logprobs', 'n']],
    [{ n: 1 }, []],
    [{ responseFormat: { type: 'json_object' } }, ['response_format']],
    [{ responseFormat: { type: 'text' } }, []],
    [{ temperature: 0.5, topP: 0.5, reasoning: { effort: 'low' } }, ['temperature', 'top_p']],
    [{ reasoning: { effort: 'high' }, tools, toolChoice: 'required' }, ['reasoning_effort']],
    [{ toolChoice: 'required' }, ['tool_choice']],
    [{ tools: [{ ...tools[0], strict: true }] }, []],
    [{ extras: { dialect: 'openai-chat', fields: { store: true, cache_control: { type: 'ephemeral' } } } }, ['store']],
  ])('reports of %j what is lost', (request, dropped) => {
    expect(write(request).dropped).toEqual(dropped)
  })

  it('gathers system messages, and turns of one role', () => {
    const { body } = write({
      messages: [
        { role: 'system', content: 'One.' },
        hi,
        { role: 'developer', content: 'Two.' },
        { role: 'user', content: 'There' },
        { role: 'assistant', content: '' },
      ],
    })
    expect(body['system']).toEqual([
      { type: 'text', text: 'One.' },
      { type: 'text', text: 'Two.' },
    ])
    expect(body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: 'There' },
        ],
      },
    ])
  })

  it('writes calls and their results', () => {
    expect(
      writeMessages(
        { role: 'assistant', content: 'So:', toolCalls: [{ id: 'a', name: 'f', argumentsText: '{"x":1}' }] },
        { role: 'tool', toolCallId: 'a', content: '1', isError: true, cacheBreakpoint: { ttl: '5m' } },
        { role: 'user', content: 'Go on.' },
      ),
    ).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'So:' },
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: '1', is_error: true, cache_control: { type: 'ephemeral', ttl: '5m' } },
          { type: 'text', text: 'Go on.' },
        ],
      },
    ])
  })

  it.each([
    ['', {}],
    ['null', {}],
    ['[1]', { arguments: '[1]' }],
    ['{"a":', { arguments: '{"a":' }],
  ])('makes the arguments %j an object', (argumentsText, input) => {
    expect(writeMessages({ role: 'assistant', toolCalls: [{ id: 'a', name: 'f', argumentsText }] })).toMatchObject([
      { content: [{ input }] },
    ])
  })

  it('trims the end of a beginning that the model is to continue', () => {
    expect(writeMessages(hi, { role: 'assistant', content: 'The answer: ' })).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'The answer:' },
    ])
  })

  it.each([
    [
      { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
      { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
    ],
    [
      { type: 'image', source: { type: 'url', url: 'data:image/png;base64,AA==' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
    ],
    [
      { type: 'file', filename: 'a.txt', source: { type: 'base64', mediaType: 'text/markdown', data: 'SGk=' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Hi' }, title: 'a.txt' },
    ],
    [
      { type: 'file', source: { type: 'file-id', fileId: 'f' } },
      { type: 'document', source: { type: 'file', file_id: 'f' } },
    ],
  ] as const)('writes the part %j', (part, block) => {
    expect(writeMessages({ role: 'user', content: [part] })).toEqual([{ role: 'user', content: [block] }])
  })

  it('refuses sound', () => {
    const audio = { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: '' } } as const
    expect(() => writeMessages({ role: 'user', content: [audio] })).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  it('sends its own thinking back, and none of other vendors', () => {
    const reasoning = [
      { origin: 'anthropic-messages', text: 'Hm.', signature: 's' },
      { origin: 'anthropic-messages', text: '', encrypted: 'x' },
      { origin: 'anthropic-messages', text: 'unsigned' },
      { origin: 'gemini', text: 'Hm.', signature: 's' },
    ] as const
    expect(writeMessages({ role: 'assistant', content: 'a', reasoning })).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 's' },
          { type: 'redacted_thinking', data: 'x' },
          { type: 'text', text: 'a' },
        ],
      },
    ])
  })
})
