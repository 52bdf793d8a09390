import { describe, expect, it } from 'vitest'
import type { Message } from '../../chat/message.ts'
import type { ChatRequest, ReasoningRequest } from '../../chat/request.ts'
import { keepBytes } from '../../chat/source.ts'
import { everything } from '../../providers/capability-rows.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities, ReasoningSupport } from '../capabilities.ts'
import type { EncodedRequest } from '../dialect.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromOpenAiRequest } from './request-decode.ts'
import { toOpenAiRequest } from './request-encode.ts'

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

  function sendOwn(fields: JsonObject, capabilities: Partial<Capabilities> = {}): EncodedRequest {
    const request = fromOpenAiRequest({ model: 'm', messages: [], ...fields })
    return toOpenAiRequest(request, { model: 'm', capabilities: { ...everything, developerRole: true, ...capabilities }, stream: false })
  }
  const odd = { role: 'user', content: [{ type: 'text', text: 'a', odd: 1 }], odd: 2 }
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' }, odd: 3 }

  it('changes only the messages, parts and calls that hold what a provider refuses', () => {
    const messages = [
      odd,
      { role: 'developer', content: 'Be brief.', odd: 4 },
      {
        role: 'assistant',
        content: 'Hm',
        reasoning_content: 'x',
        refusal: null,
        annotations: [],
        odd: 5,
        tool_calls: [{ ...call, extra_content: {} }],
      },
      { role: 'user', name: 'ann', content: [{ type: 'text', text: 'b', cache_control: { type: 'ephemeral' }, odd: 6 }] },
    ]
    const strict = { developerRole: false, refusedMessageFields: ['name', 'cache_control', 'refusal', 'annotations'] }
    const sent = sendOwn({ messages, odd: 7, tools: [{ type: 'custom', cache_control: {}, odd: 8 }] }, strict)
    expect(sent.body).toEqual({
      model: 'm',
      odd: 7,
      tools: [{ type: 'custom', odd: 8 }],
      messages: [
        odd,
        { role: 'system', content: 'Be brief.', odd: 4 },
        { role: 'assistant', content: 'Hm', odd: 5, tool_calls: [call] },
        { role: 'user', content: [{ type: 'text', text: 'b', odd: 6 }] },
      ],
    })
    expect(new Set(sent.dropped)).toEqual(new Set(['reasoning_content', 'extra_content', 'name', 'cache_control']))
    expect(sent.changed).toEqual(['role'])
  })

  it('leaves every byte of a client’s body that need not change', () => {
    const text = `{ "model":"m", "stream" : true,
      "messages":[ {"role":"developer","content":"Be brief.","seed":12345678901234567890},
        {"role":"assistant","content":"\\u00e9","reasoning_content":"x", "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{}}]},
        {"role":"user","name":"ann","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}],
      "tools":[{"type":"custom","cache_control":{}, "n":1.0}], "thinking":{"type":"enabled"}, "big":12345678901234567890 }`
    const request = fromOpenAiRequest(JSON.parse(text) as JsonObject)
    keepBytes(request, new TextEncoder().encode(text))
    const capabilities: Capabilities = {
      ...everything,
      refusedMessageFields: ['name', 'cache_control'],
      reasoningFields: ['reasoning_effort'],
      reasoning: { mode: 'optional', efforts: ['low', 'medium'], off: 'effort' },
    }
    const { bytes, body } = toOpenAiRequest(request, { model: 'own-id', capabilities, stream: true })
    const sent = new TextDecoder().decode(bytes)
    expect(sent).toBe(`{ "model":"own-id", "stream" : true,
      "messages":[ {"role":"system","content":"Be brief.","seed":12345678901234567890},
        {"role":"assistant","content":"\\u00e9", "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"user","content":[{"type":"text","text":"Hi"}]}],
      "tools":[{"type":"custom", "n":1.0}], "big":12345678901234567890 ,"stream_options":{"include_usage":true},"reasoning_effort":"medium"}`)
    expect(JSON.parse(sent)).toMatchObject({ messages: body['messages'], tools: body['tools'] })
  })

  it('says a refusal as words where it has no field of its own', () => {
    const message = { role: 'assistant', content: null, refusal: 'No.' }
    const sent = sendOwn({ messages: [message] }, { refusedMessageFields: ['refusal'] })
    expect(sent.body['messages']).toEqual([{ role: 'assistant', content: 'No.' }])
    const built = writeMessages([{ role: 'assistant', refusal: 'No.' }], { refusedMessageFields: ['refusal'] })
    expect(built).toEqual([{ role: 'assistant', content: 'No.' }])
    expect(writeMessages([{ role: 'assistant', refusal: 'No.' }])).toEqual([{ role: 'assistant', content: '', refusal: 'No.' }])
  })

  it.each<[JsonObject]>([
    [{ reasoning_effort: 'default' }],
    [{ reasoning_effort: 'max' }],
    [{ reasoning: { effort: 'auto' } }],
    [{ thinking: { type: 'enabled' } }],
    [{ metadata: { a: 'b' } }],
    [{ tool_choice: 'auto', parallel_tool_calls: false }],
    [{ max_tokens: 1_000_000, user: 'ann@example.com' }],
  ])('sends %j on as it is', (fields) => {
    const limits = { maxTokens: 5, user: 5 }
    expect(sendOwn(fields, { limits, opaqueUser: true })).toEqual({ body: { model: 'm', messages: [], ...fields }, dropped: [] })
  })

  it('keeps an effort that only its provider knows when the request was changed, and reports it elsewhere', () => {
    const request = { ...fromOpenAiRequest({ model: 'm', messages: [], reasoning_effort: 'default' }) }
    expect(write(request).body).toMatchObject({ reasoning_effort: 'default' })
    expect(request.extras).toEqual({ dialect: 'openai-chat', fields: { reasoning_effort: 'default' } })
    expect(request.reasoning).toBeUndefined()
  })

  it.each<[string, JsonObject, JsonObject, object]>([
    [
      'an effort',
      { thinking: { type: 'enabled', budget_tokens: 2_000 } },
      { reasoning_effort: 'medium' },
      { changed: ['thinking'], dropped: [] },
    ],
    [
      'the effort that is said as well',
      { thinking: { type: 'enabled' }, reasoning_effort: 'low' },
      { reasoning_effort: 'low' },
      { dropped: ['thinking'] },
    ],
    ['nothing of its own', { reasoning: { effort: 'high' } }, { reasoning_effort: 'high' }, { changed: ['reasoning'], dropped: [] }],
  ])('says another vendor’s word for reasoning by %s', (_name, fields, written, report) => {
    const capabilities: Partial<Capabilities> = {
      reasoningFields: ['reasoning_effort'],
      reasoning: { mode: 'optional', efforts: ['low', 'medium', 'high'], off: 'effort' },
    }
    const sent = sendOwn(fields, capabilities)
    expect(JSON.parse(JSON.stringify(sent.body))).toEqual({ model: 'm', messages: [], ...written })
    expect(sent).toMatchObject(report)
  })

  it('leaves another vendor’s word out where the model does not reason', () => {
    const sent = sendOwn({ thinking: { type: 'enabled' } }, { reasoningFields: ['reasoning_effort'], reasoning: { mode: 'never' } })
    expect(JSON.parse(JSON.stringify(sent.body))).toEqual({ model: 'm', messages: [] })
    expect(sent.dropped).toEqual(['thinking'])
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
      'a cache breakpoint of a whole message',
      { role: 'system', content: 'a', cache_control: { type: 'ephemeral' } },
      { role: 'system', content: [{ type: 'text', text: 'a', cacheBreakpoint: {} }] },
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
    [
      { tools: [{ type: 'function', name: 'f' }], toolChoice: { name: 'f' } },
      { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: { type: 'function', function: { name: 'f' } } },
    ],
    [{ reasoning: { effort: 'xhigh' } }, { reasoning_effort: 'xhigh' }],
    [{ reasoning: { effort: 'none' } }, { reasoning_effort: 'none' }],
    [{ reasoning: { mode: 'enabled' } }, { reasoning_effort: 'medium' }],
    [{ reasoning: { mode: 'adaptive' } }, {}],
    [
      { responseFormat: { type: 'json_schema', name: 'n', schema: {}, strict: true } },
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {}, strict: true } } },
    ],
    [{ tools: [{ type: 'function', name: 'f' }] }, { tools: [{ type: 'function', function: { name: 'f' } }] }],
  ])('writes %j', (request, fields) => {
    expect(write(request)).toEqual({ body: { model: 'own-id', messages: [], ...fields }, dropped: [], changed: [] })
  })

  it.each<[JsonObject]>([[{ type: 'object' }], [{}], [{ properties: {} }]])(
    'writes the schema %j as an object with properties',
    (parameters) => {
      const { tools } = write({ tools: [{ type: 'function', name: 'f', parameters }] }).body
      expect(tools).toEqual([{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }])
    },
  )

  it.each([
    [1_024, 'low'],
    [8_192, 'medium'],
    [8_193, 'high'],
  ])('says the effort of a budget of %d, and that it is one', (budgetTokens, effort) => {
    expect(write({ reasoning: { budgetTokens } })).toMatchObject({ body: { reasoning_effort: effort }, changed: ['reasoning_effort'] })
  })

  it.each<[string, ReasoningRequest, ReasoningSupport, JsonObject, object]>([
    ['a switch', { mode: 'disabled' }, { mode: 'optional', off: 'switch' }, { thinking: { type: 'disabled' } }, {}],
    [
      'a switch, whatever the effort',
      { mode: 'disabled', effort: 'high' },
      { mode: 'optional', off: 'switch' },
      { thinking: { type: 'disabled' } },
      {},
    ],
    ['a switch that is on', { mode: 'enabled' }, { mode: 'optional', efforts: [], off: 'switch' }, { thinking: { type: 'enabled' } }, {}],
    ['the effort none', { mode: 'disabled', effort: 'high' }, { mode: 'optional', off: 'effort' }, { reasoning_effort: 'none' }, {}],
    [
      'a word of its own',
      { mode: 'enabled' },
      { mode: 'optional', efforts: ['default'], off: 'effort' },
      { reasoning_effort: 'default' },
      {},
    ],
    ['a budget', { budgetTokens: 9_000 }, { mode: 'optional', budget: { least: 1 } }, { reasoning: { max_tokens: 9_000 } }, {}],
    ['nothing', { mode: 'disabled' }, { mode: 'never' }, {}, {}],
    ['nothing, and says so', { effort: 'low' }, { mode: 'never' }, {}, { dropped: ['reasoning_effort'] }],
    [
      'the nearest effort',
      { effort: 'max' },
      { mode: 'always', efforts: ['low', 'high'] },
      { reasoning_effort: 'high' },
      { changed: ['reasoning_effort'] },
    ],
  ])('tells a model of reasoning by %s', (_name, asked, reasoning, fields, report) => {
    expect(write({ reasoning: asked }, { reasoning })).toEqual({
      body: { model: 'own-id', messages: [], ...fields },
      dropped: [],
      changed: [],
      ...report,
    })
  })

  it('turns no switch into a word for an unknown model', () => {
    expect(write({ reasoning: { mode: 'disabled' } })).toEqual({
      body: { model: 'own-id', messages: [] },
      dropped: ['reasoning_effort'],
      changed: [],
    })
  })

  it('sends metadata only with answers that are stored', () => {
    const metadata = { a: 'b' }
    expect(write({ metadata })).toEqual({ body: { model: 'own-id', messages: [] }, dropped: ['metadata'], changed: [] })
    const extras = { dialect: 'openai-chat', fields: { store: true } } as const
    expect(write({ metadata, extras }).body).toMatchObject({ metadata, store: true })
  })

  it('writes the role and names that a vendor knows, and says what it changed', () => {
    const messages: readonly Message[] = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'Hi', name: 'ann' },
    ]
    expect(write({ messages }, { refusedMessageFields: ['name'] })).toMatchObject({
      body: {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hi' },
        ],
      },
      dropped: ['name'],
      changed: ['role'],
    })
    expect(write({ messages }, { developerRole: true })).toMatchObject({
      body: {
        messages: [
          { role: 'developer', content: 'Be brief.' },
          { role: 'user', content: 'Hi', name: 'ann' },
        ],
      },
      dropped: [],
      changed: [],
    })
  })

  const mark = { cacheBreakpoint: { ttl: '1h' } } as const
  const marked: Partial<ChatRequest> = {
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Long.', ...mark }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi', ...mark }] },
      { role: 'assistant', toolCalls: [{ id: 'c', name: 'f', argumentsText: '{}' }] },
      { role: 'tool', toolCallId: 'c', content: 'ok', ...mark },
    ],
    tools: [{ type: 'function', name: 'f', ...mark }],
  }

  it('marks the end of a cached prompt where the provider takes it', () => {
    const control = { cache_control: { type: 'ephemeral', ttl: '1h' } }
    const { body, dropped } = write(marked, { cacheBreakpoints: 'all' })
    expect(body).toMatchObject({
      messages: [
        { content: [{ text: 'Long.', ...control }] },
        { content: [{ text: 'Hi', ...control }] },
        {},
        { content: [{ type: 'text', text: 'ok', ...control }] },
      ],
      tools: [{ type: 'function', function: { name: 'f' }, ...control }],
    })
    expect(dropped).toEqual([])
  })

  it('reports marks that the provider does not take', () => {
    const { body, dropped } = write(marked)
    expect(JSON.stringify(body)).not.toContain('cache_control')
    expect(dropped).toEqual(['cache_control'])
  })

  it('reports fields and tools of other dialects', () => {
    const request: Partial<ChatRequest> = {
      extras: { dialect: 'gemini', fields: { safetySettings: [] } },
      tools: [{ type: 'vendor', dialect: 'anthropic-messages', definition: { type: 'web_search' } }],
    }
    expect(write(request)).toEqual({ body: { model: 'own-id', messages: [] }, dropped: ['safetySettings', 'tools'], changed: [] })
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
