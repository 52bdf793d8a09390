import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { countingContext, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { openAiResponses } from './index.ts'
import { fromResponsesResponse, repairResponseObject } from './response-decode.ts'

const { json } = fixtures(import.meta.url)

function response(output: readonly JsonObject[], fields: JsonObject = {}): JsonObject {
  return { id: 'resp_1', object: 'response', created_at: 1, status: 'completed', model: 'm', output, ...fields }
}

function message(...content: readonly JsonObject[]): JsonObject {
  return { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }
}

describe('fromResponsesResponse', () => {
  it.each([
    ['text', { text: '4200 + 42 equals 4242.', finish: { reason: 'stop', native: 'completed' } }],
    ['web-search', { text: 'OK', toolCalls: [], finish: { reason: 'stop' } }],
    ['reasoning', { text: '4242' }],
    [
      'tool-parallel',
      {
        toolCalls: [
          { name: 'get_weather', argumentsText: '{"location":"London"}' },
          { name: 'get_weather', argumentsText: '{"location":"London"}' },
        ],
        finish: { reason: 'tool_calls' },
      },
    ],
  ])('reads %s', (name, expected) => {
    expect(foldResponse(openAiResponses, json(`${name}.response.json`))).toMatchObject(expected)
  })

  it('reads a refusal', () => {
    const [choice] = fromResponsesResponse(json('refusal.response.json'), countingContext()).choices
    expect(choice).toMatchObject({ text: '', refusal: expect.stringContaining('assist') })
  })

  it('reads a custom call as a function with one text argument', () => {
    const custom = { type: 'custom_tool_call', call_id: 'c', name: 'apply_patch', input: '*** "x"' }
    expect(fromResponsesResponse(response([custom]), countingContext()).choices[0]).toMatchObject({
      toolCalls: [{ id: 'c', name: 'apply_patch', argumentsText: '{"input":"*** \\"x\\""}', custom: true }],
      finish: { reason: 'tool_calls' },
    })
  })

  it('reads citations and images', () => {
    const cited = {
      type: 'output_text',
      text: 'a',
      annotations: [{ type: 'url_citation', url: 'u', title: 't', start_index: 0, end_index: 1 }],
    }
    const image = { type: 'image_generation_call', id: 'ig', status: 'completed', result: 'aaaa', output_format: 'webp' }
    expect(foldResponse(openAiResponses, response([image, message(cited)])).annotations).toEqual([
      { type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 0, end_index: 1 } },
      { type: 'image_url', image_url: { url: 'data:image/webp;base64,aaaa' } },
    ])
  })

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
    [undefined, 'length'],
  ])('reads an incomplete response (%s) as cut off: %s', (reason, expected) => {
    const fields = { status: 'incomplete', incomplete_details: reason === undefined ? null : { reason } }
    expect(foldResponse(openAiResponses, response([], fields)).finish?.reason).toBe(expected)
  })

  it.each<[string, unknown, object]>([
    ['a text', 'text', { failure: 'invalid_response' }],
    ['no output', { id: 'i', object: 'response' }, { failure: 'invalid_response' }],
    ['output that is null', response([], { output: null }), { failure: 'invalid_response' }],
    ['an answer that is not done', response([], { status: 'in_progress' }), { failure: 'invalid_response' }],
    ['a call without a name', response([{ type: 'function_call', call_id: 'c', arguments: '{}' }]), { failure: 'invalid_response' }],
    [
      'a failure',
      response([], { status: 'failed', error: { code: 'server_error', message: 'Broke.' } }),
      { failure: 'server', message: 'Broke.' },
    ],
    [
      'a failure that has a class',
      response([], { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow.' } }),
      { failure: 'rate_limit' },
    ],
    ['a response that was called off', response([], { status: 'cancelled' }), { failure: 'server' }],
  ])('takes %s for no answer', (_name, body, error) => {
    expect(() => fromResponsesResponse(body, countingContext())).toThrow(expect.objectContaining(error))
  })
})

describe('repairResponseObject', () => {
  function repaired(body: unknown): JsonObject | undefined {
    const decode = { ...countingContext(), nowSeconds: () => 7 }
    return repairResponseObject(body, fromResponsesResponse(body, decode), decode)
  }

  it.each(['text', 'refusal', 'reasoning', 'tool-parallel', 'web-search'])('leaves %s as it came', (name) => {
    const body = json(`${name}.response.json`)
    expect(repaired(body)).toBe(body)
  })

  it('gives a response what it lacks, and leaves the rest', () => {
    const output = [{ type: 'web_search_call', id: 'ws', action: { type: 'search' } }]
    expect(repaired({ output, x_vendor: 1 })).toEqual({
      ...{ id: 'resp_1', object: 'response', created_at: 7, model: 'model-asked', status: 'completed' },
      ...{ output, x_vendor: 1 },
    })
  })
})
