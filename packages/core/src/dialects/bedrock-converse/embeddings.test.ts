import { describe, expect, it } from 'vitest'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fromBedrockEmbeddings, toBedrockEmbeddings } from './embeddings.ts'

const capabilities = {
  tools: false,
  parallelTools: false,
  vision: false,
  imageUrls: false,
  audio: false,
  files: false,
  jsonSchema: 'none',
  jsonObject: false,
} as const

function target(model: string): { readonly model: string; readonly capabilities: typeof capabilities; readonly stream: boolean } {
  return { model, capabilities, stream: false }
}

describe('toBedrockEmbeddings', () => {
  it.each([
    ['amazon.titan-embed-text-v1', { inputText: 'a' }, ['dimensions']],
    ['amazon.titan-embed-text-v2:0', { inputText: 'a', dimensions: 256 }, []],
    ['cohere.embed-english-v3', { texts: ['a'], input_type: 'search_document' }, ['dimensions']],
    ['us.cohere.embed-v4:0', { texts: ['a'], input_type: 'search_document', output_dimension: 256 }, []],
  ] as const)('asks %s in its own words', (model, body, dropped) => {
    expect(toBedrockEmbeddings({ model, input: ['a'], dimensions: 256 }, target(model))).toEqual({ body, dropped })
  })

  it('refuses several texts where one is taken, and token ids', () => {
    const titan = target('amazon.titan-embed-text-v2:0')
    expect(() => toBedrockEmbeddings({ model: 'x', input: ['a', 'b'] }, titan)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'input' }),
    )
    expect(() => toBedrockEmbeddings({ model: 'x', input: [[1]] }, titan)).toThrow(expect.objectContaining({ param: 'input' }))
  })

  it('reports what has no place', () => {
    const titan = target('amazon.titan-embed-text-v2:0')
    expect(
      toBedrockEmbeddings({ model: 'x', input: ['a'], inputType: 'search_query', user: 'u', extras: { x: 1 } }, titan).dropped,
    ).toEqual(['input_type', 'user', 'x'])
  })
})

describe('fromBedrockEmbeddings', () => {
  it.each([
    [{ embedding: [1, 2], inputTextTokenCount: 3 }, [[1, 2]], 3],
    [{ embeddings: [[1], [2]] }, [[1], [2]], 5],
    [{ embeddings: { float: [[1]] } }, [[1]], 5],
  ] as const)('reads %j', (body, vectors, inputTokens) => {
    const context = { ...countingContext(), headers: { 'x-amzn-bedrock-input-token-count': '5' } }
    expect(fromBedrockEmbeddings(body, context)).toEqual({
      model: 'model-asked',
      vectors,
      usage: { inputTokens, totalTokens: inputTokens },
    })
  })

  it('tells no usage where there is none', () => {
    expect(fromBedrockEmbeddings({ embedding: [1] }, countingContext()).usage).toBeUndefined()
  })

  it.each([undefined, [], {}, { embeddings: {} }, { message: 'No.' }])('refuses %j', (body) => {
    expect(() => fromBedrockEmbeddings(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })
})
