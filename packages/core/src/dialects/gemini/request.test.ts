import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AssistantMessage, Message, ToolMessage } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import { type JsonObject, readArray, readObject } from '../../wire/json.ts'
import { fromOpenAiRequest } from '../openai-chat/request-decode.ts'
import { encodeFor } from '../shared/__fixtures__/chat-target.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { gemini } from './index.ts'
import { geminiCapabilities, vertexCapabilities } from './model-traits.ts'

const { json } = fixtures(import.meta.url)
function encode(model: string): ReturnType<typeof encodeFor> {
  return encodeFor(gemini, model, geminiCapabilities(model))
}

const flash = encode('gemini-2.5-flash')
const third = encode('gemini-3-pro-preview')

function contents(messages: readonly Message[], write = flash): readonly JsonObject[] {
  return (readArray(write({ messages }).body, 'contents') ?? []) as readonly JsonObject[]
}

function config(request: Partial<ChatRequest>, write = flash): JsonObject | undefined {
  return readObject(write(request).body, 'generationConfig')
}

const user: Message = { role: 'user', content: 'Hi' }
const caller: AssistantMessage = {
  role: 'assistant',
  toolCalls: [
    { id: 'c1', name: 'f', argumentsText: '{"a":1}' },
    { id: 'c2', name: 'g', argumentsText: '' },
  ],
}

function result(toolCallId: string, content: ToolMessage['content'], rest: Partial<ToolMessage> = {}): ToolMessage {
  return { role: 'tool', toolCallId, content, ...rest }
}

/** The picture of the recorded request. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='

describe('a request as recorded', () => {
  it('shows a picture', () => {
    const content = [
      { type: 'text', text: 'What color is this image?' },
      { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: png } },
    ] as const
    expect(flash({ messages: [{ role: 'user', content }], temperature: 0 }).body).toEqual(json('image.request.json'))
  })

  it('asks for an answer by schema', () => {
    const { systemInstruction, generationConfig } = json('json.request.json') as {
      systemInstruction: { parts: [{ text: string }] }
      generationConfig: { responseJsonSchema: JsonObject }
    }
    const request: Partial<ChatRequest> = {
      messages: [
        { role: 'system', content: systemInstruction.parts[0].text },
        { role: 'user', content: 'Tell me about Tokyo' },
      ],
      responseFormat: { type: 'json_schema', name: 'city', schema: generationConfig.responseJsonSchema },
    }
    expect(flash(request).body).toEqual({
      ...(json('json.request.json') as JsonObject),
      systemInstruction: { parts: systemInstruction.parts },
    })
  })
})

describe('the history', () => {
  it('says no more than it must', () => {
    expect(flash({})).toEqual({ body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }, dropped: [] })
  })

  it('puts system messages apart, wherever they were', () => {
    const { body } = flash({
      messages: [{ role: 'system', content: 'A' }, user, { role: 'developer', content: [{ type: 'text', text: 'B' }] }],
    })
    expect(body['systemInstruction']).toEqual({ parts: [{ text: 'A' }, { text: 'B' }] })
    expect(body['contents']).toHaveLength(1)
  })

  it('gives them as the user’s words to Gemma, and when there are no others', () => {
    const messages: readonly Message[] = [{ role: 'system', content: 'A' }, user]
    expect(encode('gemma-3-27b-it')({ messages }).body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'A' }, { text: 'Hi' }] }],
    })
    expect(flash({ messages: [{ role: 'system', content: 'A' }] }).body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'A' }] }] })
  })

  it('makes one turn of neighbours and drops empty ones', () => {
    expect(contents([user, { role: 'assistant', content: '' }, user])).toEqual([{ role: 'user', parts: [{ text: 'Hi' }, { text: 'Hi' }] }])
  })

  it('writes pictures, sounds and files inline and as links', () => {
    const parts = contents([
      {
        role: 'user',
        content: [
          { type: 'text', text: '' },
          { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA' } },
          { type: 'image', source: { type: 'url', url: 'https://x.test/a.webp?size=1' } },
          { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: 'BB' } },
          { type: 'file', source: { type: 'base64', mediaType: 'application/octet-stream', data: 'CC' }, filename: 'a.csv' },
          { type: 'file', source: { type: 'url', url: 'https://youtu.be/x' } },
          { type: 'file', source: { type: 'file-id', fileId: 'files/1' } },
        ],
      },
    ])[0]?.['parts']
    expect(parts).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'AA' } },
      { fileData: { mimeType: 'image/webp', fileUri: 'https://x.test/a.webp?size=1' } },
      { inlineData: { mimeType: 'audio/wav', data: 'BB' } },
      { inlineData: { mimeType: 'text/csv', data: 'CC' } },
      { fileData: { mimeType: 'video/mp4', fileUri: 'https://youtu.be/x' } },
      { fileData: { fileUri: 'files/1' } },
    ])
  })

  it('writes calls, and their results in the order of the calls, in one turn', () => {
    expect(contents([user, caller, result('c2', 'two'), result('c1', '{"b":2}')]).slice(1)).toEqual([
      {
        role: 'model',
        parts: [{ functionCall: { id: 'c1', name: 'f', args: { a: 1 } } }, { functionCall: { id: 'c2', name: 'g', args: {} } }],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'c1', name: 'f', response: { b: 2 } } },
          { functionResponse: { id: 'c2', name: 'g', response: { output: 'two' } } },
        ],
      },
    ])
  })

  it('tells failures, keeps long numbers, and puts pictures behind the results', () => {
    const image = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA' } } as const
    const parts = contents([
      caller,
      result('c1', [image, { type: 'text', text: '{"n":12345678901234567890}' }]),
      result('c2', 'no', { isError: true }),
    ])[1]?.['parts']
    expect(parts).toEqual([
      { functionResponse: { id: 'c1', name: 'f', response: { output: '{"n":12345678901234567890}' } } },
      { functionResponse: { id: 'c2', name: 'g', response: { error: 'no' } } },
      { inlineData: { mimeType: 'image/png', data: 'AA' } },
    ])
  })

  it('lets the user say results that no call of the turn before has asked for', () => {
    const said = contents([
      caller,
      user,
      { role: 'assistant', toolCalls: [{ id: 'c3', name: 'h', argumentsText: '{}' }] },
      result('c3', 'three'),
      result('c9', 'nine', { name: 'k' }),
    ]).at(-1)?.['parts']
    expect(said).toEqual([{ functionResponse: { id: 'c3', name: 'h', response: { output: 'three' } } }, { text: 'Result of k:\nnine' }])
  })

  it('names no ids to Vertex, which does not know them, and keeps results in the order of their calls', () => {
    const vertex = encodeFor(gemini, 'gemini-2.5-flash', vertexCapabilities('gemini-2.5-flash'))
    const calls = ['a', 'b'].map((id) => ({ id, name: `f_${id}`, argumentsText: '{}' }))
    const { body } = vertex({ messages: [user, { role: 'assistant', toolCalls: calls }, result('b', '2'), result('a', '1')] })
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'Hi' }] },
      { role: 'model', parts: [{ functionCall: { name: 'f_a', args: {} } }, { functionCall: { name: 'f_b', args: {} } }] },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'f_a', response: { output: '1' } } },
          { functionResponse: { name: 'f_b', response: { output: '2' } } },
        ],
      },
    ])
  })

  it('wraps arguments that are no object', () => {
    const cut: Message = { role: 'assistant', toolCalls: [{ id: '', name: 'f', argumentsText: '{"a' }] }
    expect(contents([cut])[0]?.['parts']).toEqual([{ functionCall: { name: 'f', args: { arguments: '{"a' } } }])
  })

  it('gives Gemini its own signatures back and nobody else’s', () => {
    const message: AssistantMessage = {
      role: 'assistant',
      content: 'said',
      reasoning: [
        { origin: 'gemini', text: 'summary' },
        { origin: 'gemini', text: 'thought', signature: 'T' },
        { origin: 'gemini', text: '', signature: 'S' },
        { origin: 'anthropic-messages', text: 'x', signature: 'A' },
      ],
      toolCalls: [{ id: 'c', name: 'f', argumentsText: '{}', signature: 'C' }],
    }
    expect(contents([message])[0]?.['parts']).toEqual([
      { text: 'thought', thought: true, thoughtSignature: 'T' },
      { text: 'said', thoughtSignature: 'S' },
      { functionCall: { id: 'c', name: 'f', args: {} }, thoughtSignature: 'C' },
    ])
    expect(contents([{ ...message, content: undefined, toolCalls: undefined }])[0]?.['parts']).toContainEqual({
      text: '',
      thoughtSignature: 'S',
    })
  })

  it('says that a signature was lost, where the third generation insists on one', () => {
    expect(contents([caller], third)[0]?.['parts']).toMatchObject([{ thoughtSignature: 'skip_thought_signature_validator' }, {}])
    expect(readArray(contents([caller], third)[0] ?? {}, 'parts')?.[1]).not.toHaveProperty('thoughtSignature')
    expect(contents([caller])[0]?.['parts']).not.toMatchObject([{ thoughtSignature: expect.anything() }, {}])
  })

  it('survives a round through an answer of its own', () => {
    const [choice] = gemini.upstream.fromResponse(json('tool-call.response.json'), countingContext()).choices
    const { reasoning = [], toolCalls = [] } = choice ?? {}
    const model = contents([{ role: 'assistant', reasoning, toolCalls }], third)[0]
    expect(model?.['parts']).toEqual([
      {
        functionCall: { id: 'call_883098', name: 'weather', args: { latitude: '52.5200', longitude: '13.4050' } },
        thoughtSignature: expect.stringMatching(/^ErkE/),
      },
    ])
  })
})

describe('tools', () => {
  const tools: ChatRequest['tools'] = [
    { type: 'function', name: 'f', description: 'Does it.', parameters: { $schema: 's', type: 'object', properties: {} } },
    { type: 'function', name: 'g' },
    { type: 'vendor', dialect: 'gemini', definition: { googleSearch: {} } },
    { type: 'vendor', dialect: 'openai-chat', definition: { type: 'custom' } },
  ]

  it('declares functions in one tool, with plain JSON Schema, and takes its own', () => {
    const { body, dropped } = flash({ tools })
    expect(body['tools']).toEqual([
      {
        functionDeclarations: [
          { name: 'f', description: 'Does it.', parametersJsonSchema: { type: 'object', properties: {} } },
          { name: 'g', description: '' },
        ],
      },
      { googleSearch: {} },
    ])
    expect(body).not.toHaveProperty('toolConfig')
    expect(dropped).toEqual(['tools'])
  })

  it.each([
    ['auto', { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [{ name: 'f' }, { mode: 'ANY', allowedFunctionNames: ['f'] }],
  ] as const)('writes the choice %j', (toolChoice, functionCallingConfig) => {
    expect(flash({ tools, toolChoice }).body['toolConfig']).toEqual({ functionCallingConfig })
    expect(flash({ toolChoice }).body).not.toHaveProperty('toolConfig')
  })

  it('reports that it can’t call one at a time, unless only one can be called', () => {
    const one = { tools: [{ type: 'function', name: 'f' }] } as const
    expect(flash({ ...one, parallelToolCalls: false }).dropped).toEqual(['parallel_tool_calls'])
    expect(flash({ ...one, parallelToolCalls: false, toolChoice: { name: 'f' } }).dropped).toEqual([])
    expect(flash({ ...one, parallelToolCalls: true }).dropped).toEqual([])
  })
})

describe('parameters', () => {
  it('has a word for most of them', () => {
    const request: Partial<ChatRequest> = {
      maxTokens: 9,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      n: 2,
      stop: ['x', ''],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      logprobs: true,
      topLogprobs: 4,
    }
    expect(config(request)).toEqual({
      maxOutputTokens: 9,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      candidateCount: 2,
      stopSequences: ['x'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      responseLogprobs: true,
      logprobs: 4,
    })
  })

  it('leaves out what says nothing, and folds a long seed', () => {
    expect(config({ n: 1, stop: [], logprobs: false, responseFormat: { type: 'text' } })).toBeUndefined()
    expect(config({ seed: 2 ** 40 + 5 })).toEqual({ seed: 5 })
  })

  it('reports what it has no word for', () => {
    const request: Partial<ChatRequest> = {
      logitBias: { 1: 1 },
      user: 'u',
      serviceTier: 'auto',
      metadata: {},
      verbosity: 'low',
      promptCacheKey: 'k',
    }
    expect(flash(request).dropped).toEqual(['logit_bias', 'user', 'service_tier', 'metadata', 'verbosity', 'prompt_cache_key'])
  })

  it('holds answers to JSON and to a schema', () => {
    const schema: ChatRequest['responseFormat'] = { type: 'json_schema', name: 'n', schema: { $schema: 's', type: 'object' } }
    expect(config({ responseFormat: { type: 'json_object' } })).toEqual({ responseMimeType: 'application/json' })
    expect(config({ responseFormat: schema })).toEqual({ responseMimeType: 'application/json', responseJsonSchema: { type: 'object' } })
  })

  it('can’t have both functions and JSON before the third generation', () => {
    const both: Partial<ChatRequest> = { responseFormat: { type: 'json_object' }, tools: [{ type: 'function', name: 'f' }] }
    expect(flash(both).dropped).toEqual(['response_format'])
    expect(config(both)).toBeUndefined()
    expect(third(both).dropped).toEqual([])
    expect(config(both, third)).toEqual({ responseMimeType: 'application/json' })
  })

  it('asks the table what the provider refuses', () => {
    const limited = encodeFor(gemini, 'gemini-2.5-flash', { unsupported: ['seed'], jsonSchema: 'none' })
    const { body, dropped } = limited({ seed: 1, responseFormat: { type: 'json_schema', name: 'n', schema: {} } })
    expect(body).not.toHaveProperty('generationConfig')
    expect(dropped).toEqual(['seed', 'response_format'])
  })

  it('takes Gemini’s own words out of an OpenAI body, and reports the others', () => {
    const safetySettings = [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }]
    const google = { cached_content: 'cachedContents/1', thinking_config: { thinking_budget: 5, include_thoughts: true } }
    const request = fromOpenAiRequest({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      safety_settings: safetySettings,
      extra_body: { google },
      store: true,
    })
    const { body, dropped } = flash(request)
    expect(body).toMatchObject({
      safetySettings,
      cachedContent: 'cachedContents/1',
      generationConfig: { thinkingConfig: { thinkingBudget: 5, includeThoughts: true } },
    })
    expect(dropped).toEqual(['store'])
  })

  it('passes its own extras on', () => {
    const { body } = flash({
      temperature: 1,
      extras: { dialect: 'gemini', fields: { labels: { a: 'b' }, generationConfig: { responseModalities: ['TEXT'] } } },
    })
    expect(body).toMatchObject({ labels: { a: 'b' }, generationConfig: { temperature: 1, responseModalities: ['TEXT'] } })
  })
})

it('never throws anything but its own errors', () => {
  const message = fc.record(
    {
      role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
      content: fc.oneof(
        fc.string(),
        fc.array(
          fc.record({
            type: fc.constantFrom('text', 'image_url', 'file'),
            text: fc.string(),
            image_url: fc.record({ url: fc.webUrl() }),
            file: fc.record({ file_data: fc.string(), filename: fc.string() }),
          }),
        ),
      ),
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
      response_format: fc.record({ type: fc.constant('json_schema'), json_schema: fc.record({ schema: fc.jsonValue() }) }),
      extra_body: fc.jsonValue(),
      google: fc.jsonValue(),
      seed: fc.jsonValue(),
      stop: fc.jsonValue(),
    },
    { requiredKeys: ['messages'] },
  )
  fc.assert(
    fc.property(body, fc.constantFrom('gemini-2.5-pro', 'gemini-3-flash', 'gemma-3', '', 'x'), (odd, model) => {
      try {
        // Through JSON, as a body comes.
        const read: JsonObject = JSON.parse(JSON.stringify(odd))
        JSON.stringify(encode(model)(fromOpenAiRequest(read)).body)
      } catch (error) {
        expect(isProxyApiError(error)).toBe(true)
      }
    }),
  )
})
