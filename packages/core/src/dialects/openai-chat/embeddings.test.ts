import { describe, expect, it } from 'vitest'
import { everything } from '../../providers/capability-rows.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fromOpenAiEmbeddings, toOpenAiEmbeddings } from './embeddings.ts'

const target = { model: 'own-id', capabilities: everything, stream: false }

describe('toOpenAiEmbeddings', () => {
  it.each([[['a', 'b']], [[[1, 2], [3]]]])('sends %j as it is, and asks for floats', (input) => {
    expect(
      toOpenAiEmbeddings({ model: '', input: input as readonly string[], dimensions: 8, user: 'u', inputType: 'clustering' }, target),
    ).toEqual({
      body: { model: 'own-id', input, encoding_format: 'float', dimensions: 8, user: 'u' },
      dropped: ['input_type'],
    })
  })
})

describe('fromOpenAiEmbeddings', () => {
  it('orders vectors by their index, and reads base64 as well', () => {
    const data = [
      { index: 1, embedding: 'AAAAPwAAgD8=' },
      { index: 0, embedding: [0.25] },
    ]
    expect(fromOpenAiEmbeddings({ data, usage: { prompt_tokens: 3, total_tokens: 4 } }, countingContext('asked'))).toEqual({
      model: 'asked',
      vectors: [[0.25], [0.5, 1]],
      usage: { inputTokens: 3, totalTokens: 4 },
    })
  })

  it.each([[undefined], [{}], [{ data: [{ embedding: null }] }]])('takes %j for a bad answer', (body) => {
    expect(() => fromOpenAiEmbeddings(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })
})
