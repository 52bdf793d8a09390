import { describe, expect, it } from 'vitest'
import { cohere } from '../../providers/cohere.ts'
import type { EncodeTarget } from '../dialect.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fromCohereEmbeddings, toCohereEmbeddings } from './embeddings.ts'

const capabilities = typeof cohere.capabilities === 'function' ? cohere.capabilities('m') : cohere.capabilities
const target: EncodeTarget = { model: 'embed-v4.0', capabilities, stream: false }

describe('toCohereEmbeddings', () => {
  it('asks for floats, of a text to be found again unless told otherwise', () => {
    expect(toCohereEmbeddings({ model: '', input: ['a', 'b'], dimensions: 256 }, target)).toEqual({
      body: {
        model: 'embed-v4.0',
        texts: ['a', 'b'],
        input_type: 'search_document',
        embedding_types: ['float'],
        output_dimension: 256,
      },
      dropped: [],
    })
  })

  it('passes the input type on and reports what it has no word for', () => {
    const { body, dropped } = toCohereEmbeddings(
      { model: '', input: ['a'], inputType: 'search_query', user: 'u', extras: { truncation: 'END' } },
      target,
    )
    expect(body['input_type']).toBe('search_query')
    expect(dropped).toEqual(['user', 'truncation'])
  })

  it('refuses token ids', () => {
    expect(() => toCohereEmbeddings({ model: '', input: [[1, 2]] }, target)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'input' }),
    )
  })
})

describe('fromCohereEmbeddings', () => {
  it.each([
    ['v2', { embeddings: { float: [[0.5], [1]] } }],
    ['v1', { embeddings: [[0.5], [1]] }],
  ])('reads the vectors of %s', (_name, body) => {
    expect(fromCohereEmbeddings(body, countingContext('m'))).toEqual({
      model: 'm',
      vectors: [[0.5], [1]],
      usage: undefined,
    })
  })

  it('counts texts and images as input', () => {
    const body = { embeddings: { float: [[1]] }, meta: { billed_units: { input_tokens: 7, image_tokens: 3 } } }
    expect(fromCohereEmbeddings(body, countingContext()).usage).toEqual({ inputTokens: 10, totalTokens: 10 })
  })

  it.each([[undefined], [{}], [{ embeddings: { int8: [[1]] } }], [{ message: 'no' }]])('takes %j for a bad answer', (body) => {
    expect(() => fromCohereEmbeddings(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })
})
