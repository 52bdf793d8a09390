import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AssistantMessage, Message, UserPart } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import { type JsonObject, readArray } from '../../wire/json.ts'
import { fromOpenAiRequest } from '../openai-chat/request-decode.ts'
import { encodeFor } from '../shared/__fixtures__/chat-target.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { bedrockConverse } from './index.ts'
import { bedrockCapabilities } from './model-traits.ts'

function encode(model: string): ReturnType<typeof encodeFor> {
  return encodeFor(bedrockConverse, model, { ...bedrockCapabilities(model), jsonSchema: 'native' })
}

const { json } = fixtures(import.meta.url)
const claude = encode('us.anthropic.claude-sonnet-4-5-20250929-v1:0')
const older = encode('us.anthropic.claude-3-7-sonnet-20250219-v1:0')
const nova = encode('amazon.nova-lite-v1:0')
const llama = encode('meta.llama3-8b-instruct-v1:0')

function turns(messages: readonly Message[], write = claude): readonly JsonObject[] {
  return (readArray(write({ messages }).body, 'messages') ?? []) as readonly JsonObject[]
}

function blocks(...content: readonly UserPart[]): unknown {
  return turns([{ role: 'user', content }])[0]?.['content']
}

const user: Message = { role: 'user', content: 'Hi' }
const caller: AssistantMessage = {
  role: 'assistant',
  content: 'so',
  toolCalls: [
    { id: 'c1', name: 'f', argumentsText: '{"a":1}' },
    { id: 'call:2', name: 'g', argumentsText: '' },
  ],
}
const tools: ChatRequest['tools'] = [
  { type: 'function', name: 'f', description: '', parameters: { type: 'object', properties: { a: {} } } },
  { type: 'function', name: 'g', description: 'Does it.' },
]

/** The picture of the recorded request. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='

describe('a request as recorded', () => {
  it('shows a picture', () => {
    const content = [
      { type: 'text', text: 'What color is this image?' },
      { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: png } },
    ] as const
    expect(nova({ messages: [{ role: 'user', content }] }).body).toEqual(json('image.request.json'))
  })

  it('answers two calls', () => {
    const recorded = json('tool-result.request.json') as {
      messages: [JsonObject, { content: [{ text: string }] }]
      toolConfig: { tools: [{ toolSpec: { name: string; description: string; inputSchema: { json: JsonObject } } }] }
    }
    const [{ toolSpec }] = recorded.toolConfig.tools
    const name = 'get_current_weather'
    const request: Partial<ChatRequest> = {
      messages: [
        { role: 'user', content: 'What is the weather in Seattle and San Francisco today?' },
        {
          role: 'assistant',
          content: recorded.messages[1].content[0].text,
          toolCalls: [
            { id: 'tooluse_tggNKJbGSrm48inRqf3Rvw', name, argumentsText: '{"location":"Seattle"}' },
            { id: 'tooluse_bRV9WIcFSxyrLY6-MVkZRA', name, argumentsText: '{"location":"San Francisco"}' },
          ],
        },
        { role: 'tool', toolCallId: 'tooluse_tggNKJbGSrm48inRqf3Rvw', content: '{"weather":"50 degrees and raining"}' },
        { role: 'tool', toolCallId: 'tooluse_bRV9WIcFSxyrLY6-MVkZRA', content: '{"weather":"70 degrees and sunny"}' },
      ],
      tools: [{ type: 'function', name: toolSpec.name, description: toolSpec.description, parameters: toolSpec.inputSchema.json }],
    }
    expect(nova(request).body).toEqual(recorded)
  })
})

describe('the history', () => {
  it('says no more than it must', () => {
    expect(claude({})).toEqual({ body: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }, dropped: [] })
  })

  it('puts system messages apart, or gives them as the user’s words', () => {
    const system: Message = { role: 'system', content: 'A' }
    expect(claude({ messages: [system, user, { role: 'developer', content: 'B' }] }).body).toMatchObject({
      system: [{ text: 'A' }, { text: 'B' }],
      messages: [{ role: 'user' }],
    })
    expect(claude({ messages: [system] }).body).toEqual({ messages: [{ role: 'user', content: [{ text: 'A' }] }] })
  })

  it('makes one turn of neighbours and drops what is blank', () => {
    expect(
      turns([
        user,
        { role: 'assistant', content: ' \n' },
        {
          role: 'user',
          content: [
            { type: 'text', text: '' },
            { type: 'text', text: 'you' },
          ],
        },
      ]),
    ).toEqual([{ role: 'user', content: [{ text: 'Hi' }, { text: 'you' }] }])
  })

  it('takes white space from the end of a beginning that the model is to continue', () => {
    expect(turns([user, { role: 'assistant', content: 'Once \n' }]).at(-1)?.['content']).toEqual([{ text: 'Once' }])
    expect(turns([user, { role: 'assistant', content: 'Once ' }, user])[1]?.['content']).toEqual([{ text: 'Once ' }])
  })

  it('writes calls and their results, with ids that fit', () => {
    const [, assistant, results] = turns([
      user,
      caller,
      { role: 'tool', toolCallId: 'c1', content: '{"b":2}' },
      { role: 'tool', toolCallId: 'call:2', content: 'two', isError: true },
    ])
    const id = readArray(assistant ?? {}, 'content')?.[2]
    expect(assistant?.['content']).toEqual([
      { text: 'so' },
      { toolUse: { toolUseId: 'c1', name: 'f', input: { a: 1 } } },
      { toolUse: { toolUseId: expect.stringMatching(/^call_2_[0-9a-f]{8}$/), name: 'g', input: {} } },
    ])
    expect(results).toEqual({
      role: 'user',
      content: [
        { toolResult: { toolUseId: 'c1', content: [{ json: { b: 2 } }] } },
        {
          toolResult: {
            toolUseId: (id as { toolUse: { toolUseId: string } }).toolUse.toolUseId,
            content: [{ text: 'two' }],
            status: 'error',
          },
        },
      ],
    })
  })

  it('keeps pictures and long numbers in results, and an empty one', () => {
    const image: UserPart = { type: 'image', source: { type: 'base64', mediaType: 'image/jpg', data: 'AA==' } }
    const written = turns([
      caller,
      { role: 'tool', toolCallId: 'c1', content: [{ type: 'text', text: '{"n":12345678901234567890}' }, image] },
      { role: 'tool', toolCallId: 'call:2', content: '' },
    ])[1]
    expect(written?.['content']).toEqual([
      {
        toolResult: {
          toolUseId: 'c1',
          content: [{ text: '{"n":12345678901234567890}' }, { image: { format: 'jpeg', source: { bytes: 'AA==' } } }],
        },
      },
      { toolResult: { toolUseId: expect.stringMatching(/^call_2_/), content: [{ text: '(empty)' }] } },
    ])
  })

  it('gives a model its own encrypted reasoning back and nobody else’s', () => {
    const reasoning: AssistantMessage['reasoning'] = [
      { origin: 'bedrock-converse', text: 't', signature: 'S' },
      { origin: 'bedrock-converse', text: '', encrypted: 'X' },
      { origin: 'bedrock-converse', text: 'unsigned' },
      { origin: 'anthropic-messages', text: 'a', signature: 'A' },
    ]
    expect(turns([{ role: 'assistant', content: 'said', reasoning }, user])[0]?.['content']).toEqual([
      { reasoningContent: { reasoningText: { text: 't', signature: 'S' } } },
      { reasoningContent: { redactedContent: 'X' } },
      { text: 'said' },
    ])
  })

  it('survives a round through an answer of its own', () => {
    const [choice] = bedrockConverse.upstream.fromResponse(json('reasoning.response.json'), countingContext()).choices
    const { reasoning = [], text = '' } = choice ?? {}
    const body = json('reasoning.response.json') as { output: { message: JsonObject } }
    expect(turns([{ role: 'assistant', content: text, reasoning }, user])[0]).toEqual(body.output.message)
  })

  it('marks what is to be cached, where the model can', () => {
    const content: readonly UserPart[] = [
      { type: 'text', text: 'long', cacheBreakpoint: { ttl: '1h' } },
      { type: 'text', text: ' ', cacheBreakpoint: {} },
    ]
    const mark = { cachePoint: { type: 'default', ttl: '1h' } }
    expect(turns([{ role: 'user', content }])[0]?.['content']).toEqual([{ text: 'long' }, mark])
    expect(turns([{ role: 'user', content }], llama)[0]?.['content']).toEqual([{ text: 'long' }])
    const result: Message = { role: 'tool', toolCallId: 'c1', content: 'r', cacheBreakpoint: {} }
    expect(readArray(turns([caller, result], nova)[1] ?? {}, 'content')?.[1]).toEqual({ cachePoint: { type: 'default' } })
    const cachedTool: ChatRequest['tools'] = [{ type: 'function', name: 'f', cacheBreakpoint: {} }]
    expect(claude({ tools: cachedTool }).body['toolConfig']).toMatchObject({ tools: [{}, { cachePoint: { type: 'default' } }] })
    expect(readArray(nova({ tools: cachedTool }).body['toolConfig'] as JsonObject, 'tools')).toHaveLength(1)
  })
})

describe('a mark on the whole request', () => {
  const whole = { dialect: 'anthropic-messages', fields: { cache_control: { type: 'ephemeral', ttl: '1h' } } } as const
  const mark = { cachePoint: { type: 'default', ttl: '1h' } }
  const result: Message = { role: 'tool', toolCallId: 'c1', content: 'r' }
  const words: Message = {
    role: 'user',
    content: [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ],
  }
  it.each<[last: string, messages: readonly Message[]]>([
    ['a text', [user]],
    ['parts', [words]],
    ['a result', [user, caller, result]],
    ['calls', [user, caller]],
    ['words of an assistant', [user, { role: 'assistant', content: 'so' }]],
  ])('stands at the end of the prompt, behind %s', (_, messages) => {
    const { body, dropped } = claude({ messages, extras: whole })
    const last = readArray(body, 'messages')?.at(-1) as { content: readonly unknown[] }
    expect(last.content.at(-1)).toEqual(mark)
    expect(JSON.stringify(body).split('cachePoint')).toHaveLength(2)
    expect(dropped).not.toContain('cache_control')
  })

  it('is told as dropped where the model caches nothing', () => {
    const { body, dropped } = llama({ messages: [user], extras: whole })
    expect(JSON.stringify(body)).not.toContain('cachePoint')
    expect(dropped).toContain('cache_control')
  })

  it('takes one of the four places', () => {
    const content = ['a', 'b', 'c', 'd', 'e'].map(
      (text): UserPart => ({ type: 'text', text, ...(text !== 'e' && { cacheBreakpoint: {} }) }),
    )
    const body = JSON.stringify(claude({ messages: [{ role: 'user', content }], extras: whole }).body)
    expect(body.split('cachePoint')).toHaveLength(5)
  })
})

describe('media', () => {
  const data = (mediaType: string): { type: 'base64'; mediaType: string; data: string } => ({ type: 'base64', mediaType, data: 'A-_' })

  it('writes documents with names that fit and differ, pictures and films, in standard base64', () => {
    expect(
      blocks(
        { type: 'file', source: data('application/pdf'), filename: 'Q3: report_v2.final.pdf' },
        { type: 'file', source: data('application/pdf'), filename: 'Q3: report v2.final.pdf' },
        { type: 'file', source: data('application/octet-stream'), filename: 'table.xlsx' },
        { type: 'file', source: data('text/x-python; charset=utf-8') },
        { type: 'file', source: data('image/webp') },
        { type: 'file', source: data('video/mp4') },
        { type: 'image', source: { type: 'url', url: 's3://bucket/a.png' } },
      ),
    ).toEqual([
      { document: { format: 'pdf', name: 'Q3 report v2 final', source: { bytes: 'A+/=' } } },
      { document: { format: 'pdf', name: 'Q3 report v2 final (2)', source: { bytes: 'A+/=' } } },
      { document: { format: 'xlsx', name: 'table', source: { bytes: 'A+/=' } } },
      { document: { format: 'txt', name: 'document', source: { bytes: 'A+/=' } } },
      { image: { format: 'webp', source: { bytes: 'A+/=' } } },
      { video: { format: 'mp4', source: { bytes: 'A+/=' } } },
      { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } },
      // A document never stands without words.
      { text: '(a document)' },
    ])
    expect(blocks({ type: 'file', source: data('application/pdf') }, { type: 'text', text: 'Read.' })).toHaveLength(2)
  })

  it.each([
    [{ type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } }, 'messages[0].content[0].image_url'],
    [{ type: 'image', source: { type: 'base64', mediaType: 'image/tiff', data: '' } }, 'messages[0].content[0].image_url'],
    [{ type: 'file', source: { type: 'file-id', fileId: 'f' } }, 'messages[0].content[0].file'],
    [{ type: 'file', source: { type: 'base64', mediaType: 'application/zip', data: '' } }, 'messages[0].content[0].file'],
    [{ type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: '' } }, 'messages[0].content[0].type'],
  ] as const)('refuses %j and says where', (part, param) => {
    expect(() => blocks(part)).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
  })
})

describe('tools', () => {
  it('lists them with whole schemas', () => {
    expect(claude({ tools }).body['toolConfig']).toEqual({
      tools: [
        { toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: { a: {} } } } } },
        { toolSpec: { name: 'g', description: 'Does it.', inputSchema: { json: { type: 'object', properties: {} } } } },
      ],
    })
  })

  it.each([
    ['auto', { auto: {} }],
    ['required', { any: {} }],
    [{ name: 'f' }, { tool: { name: 'f' } }],
  ] as const)('writes the choice %j', (toolChoice, written) => {
    expect(claude({ tools, toolChoice }).body['toolConfig']).toHaveProperty('toolChoice', written)
  })

  it('leaves tools out that must not be called, but not when the history needs them', () => {
    expect(claude({ tools, toolChoice: 'none' })).toEqual(claude({}))
    const called = claude({ tools, toolChoice: 'none', messages: [user, caller, { role: 'tool', toolCallId: 'c1', content: 'r' }] })
    expect(called.body['toolConfig']).toHaveProperty('tools')
    expect(called.body['toolConfig']).not.toHaveProperty('toolChoice')
    expect(called.dropped).toEqual(['tool_choice'])
  })

  it('makes a list of the names in the history when there is none', () => {
    const { body, dropped } = claude({ messages: [user, caller, { role: 'tool', toolCallId: 'c1', content: 'r' }] })
    const inputSchema = { json: { type: 'object', properties: {} } }
    expect(body['toolConfig']).toEqual({ tools: [{ toolSpec: { name: 'f', inputSchema } }, { toolSpec: { name: 'g', inputSchema } }] })
    expect(dropped).toEqual([])
  })

  it('reports a forced choice that the family does not know, and vendor tools of others', () => {
    expect(llama({ tools, toolChoice: 'required' }).dropped).toEqual(['tool_choice'])
    const vendor: ChatRequest['tools'] = [
      { type: 'vendor', dialect: 'bedrock-converse', definition: { systemTool: { name: 'nova_grounding' } } },
      { type: 'vendor', dialect: 'gemini', definition: {} },
    ]
    expect(nova({ tools: vendor })).toMatchObject({
      body: { toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } },
      dropped: ['tools'],
    })
  })
})

describe('parameters', () => {
  it('has words for some of them', () => {
    expect(older({ maxTokens: 9, temperature: 1.7, topP: 0.5, topK: 3, stop: ['x', ''], n: 1 })).toMatchObject({
      body: {
        inferenceConfig: { maxTokens: 9, temperature: 1, topP: 0.5, stopSequences: ['x'] },
        additionalModelRequestFields: { top_k: 3 },
      },
      dropped: [],
    })
  })

  it.each([
    ['amazon.nova-lite-v1:0', { inferenceConfig: { topK: 3 } }],
    ['mistral.mistral-large-2407-v1:0', { top_k: 3 }],
    ['cohere.command-r-v1:0', { k: 3 }],
  ] as const)('says topK to %s in its own words', (model, fields) => {
    expect(encode(model)({ topK: 3 }).body['additionalModelRequestFields']).toEqual(fields)
  })

  it('reports what it has no word for', () => {
    const request: Partial<ChatRequest> = {
      topK: 1,
      seed: 1,
      presencePenalty: 1,
      frequencyPenalty: 1,
      logprobs: true,
      topLogprobs: 1,
      logitBias: {},
      user: 'u',
      verbosity: 'low',
      promptCacheKey: 'k',
      n: 2,
      serviceTier: 'scale',
      parallelToolCalls: false,
      responseFormat: { type: 'json_object' },
    }
    expect([...llama(request).dropped].sort()).toEqual([
      'frequency_penalty',
      'logit_bias',
      'logprobs',
      'n',
      'parallel_tool_calls',
      'presence_penalty',
      'prompt_cache_key',
      'response_format',
      'seed',
      'service_tier',
      'top_k',
      'top_logprobs',
      'user',
      'verbosity',
    ])
  })

  it('gives the newest Claude one kind of sampling', () => {
    expect(claude({ temperature: 0.5, topP: 0.9 })).toMatchObject({ body: { inferenceConfig: { temperature: 0.5 } }, dropped: ['top_p'] })
    expect(claude({ topP: 0.9 })).toMatchObject({ body: { inferenceConfig: { topP: 0.9 } }, dropped: [] })
  })

  it('passes metadata and service tier on where they fit', () => {
    expect(claude({ metadata: { team: 'a-1' }, serviceTier: 'flex' })).toMatchObject({
      body: { requestMetadata: { team: 'a-1' }, serviceTier: { type: 'flex' } },
      dropped: [],
    })
    expect(claude({ metadata: { team: 'ü' }, serviceTier: 'auto' })).toEqual({ ...claude({}), dropped: ['metadata'] })
  })

  it('holds an answer to a schema where the model can', () => {
    const responseFormat: ChatRequest['responseFormat'] = {
      type: 'json_schema',
      name: 'City',
      description: 'A city.',
      schema: { type: 'object' },
    }
    expect(claude({ responseFormat }).body['outputConfig']).toEqual({
      textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'City', schema: '{"type":"object"}', description: 'A city.' } } },
    })
    expect(encodeFor(bedrockConverse, 'x', { ...bedrockCapabilities('x'), jsonSchema: 'forced-tool' })({ responseFormat })).toMatchObject({
      body: { messages: [{}] },
      dropped: ['response_format'],
    })
  })

  it('takes Converse’s own words out of an OpenAI body, and reports the others', () => {
    const guardrailConfig = { guardrailIdentifier: 'g', guardrailVersion: '1' }
    const request = fromOpenAiRequest({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      top_k: 2,
      guardrailConfig,
      additionalModelRequestFields: { x: 1 },
      store: true,
    })
    expect(older(request)).toMatchObject({
      body: { guardrailConfig, additionalModelRequestFields: { top_k: 2, x: 1 } },
      dropped: ['store'],
    })
  })
})

it('never throws anything but its own errors', () => {
  const part = fc.record({
    type: fc.constantFrom('text', 'image_url', 'file', 'input_audio'),
    text: fc.string(),
    image_url: fc.record({ url: fc.oneof(fc.webUrl(), fc.constant('data:image/png;base64,AA=='), fc.string()) }),
    file: fc.record({ file_data: fc.string(), filename: fc.string() }),
    input_audio: fc.record({ data: fc.string() }),
  })
  const message = fc.record(
    {
      role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
      content: fc.oneof(fc.string(), fc.array(part)),
      tool_call_id: fc.string(),
      tool_calls: fc.array(
        fc.record({ id: fc.string(), function: fc.record({ name: fc.string(), arguments: fc.oneof(fc.json(), fc.string()) }) }),
      ),
    },
    { requiredKeys: ['role', 'content'] },
  )
  const body = fc.record(
    {
      model: fc.string(),
      messages: fc.array(message),
      tools: fc.array(
        fc.record({
          type: fc.constant('function'),
          function: fc.record({ name: fc.string({ minLength: 1 }), parameters: fc.jsonValue() }),
        }),
      ),
      metadata: fc.jsonValue(),
      additionalModelRequestFields: fc.jsonValue(),
      reasoning_effort: fc.constantFrom('low', 'high', null),
      stop: fc.jsonValue(),
    },
    { requiredKeys: ['messages'] },
  )
  fc.assert(
    fc.property(
      body,
      fc.constantFrom('us.anthropic.claude-sonnet-4-6', 'us.amazon.nova-2-lite-v1:0', 'arn:aws:bedrock:x', ''),
      (odd, model) => {
        try {
          // Through JSON, as a body comes.
          const read: JsonObject = JSON.parse(JSON.stringify(odd))
          JSON.stringify(encode(model)(fromOpenAiRequest(read)).body)
        } catch (error) {
          expect(isProxyApiError(error)).toBe(true)
        }
      },
    ),
  )
})
