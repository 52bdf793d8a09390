import { describe, expect, it } from 'vitest'
import type { EmbeddingRequest } from '../../operations/embeddings.ts'
import { everything } from '../../providers/capability-rows.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { compatibleEmbeddings, openAiEmbeddings } from './embeddings.ts'

const target = { model: 'own-id', capabilities: everything, stream: false }
const asked: EmbeddingRequest = { model: '', input: ['a', 'b'] }

describe('the request', () => {
  it.each([[['a', 'b']], [[[1, 2], [3]]]])('sends %j as it is, and asks for floats', (input) => {
    const request = { model: '', input: input as readonly string[], dimensions: 8, user: 'u', inputType: 'clustering' } as const
    expect(openAiEmbeddings.toRequest(request, target)).toEqual({
      body: { model: 'own-id', input, encoding_format: 'float', dimensions: 8, user: 'u' },
      dropped: ['input_type'],
    })
  })

  it.each([
    ['OpenAI', openAiEmbeddings, 'base64'],
    ['a server that may not know it', compatibleEmbeddings, 'float'],
  ])('asks %s for base64 where the client does', (_who, codec, format) => {
    expect(codec.toRequest({ ...asked, encodingFormat: 'base64' }, target).body['encoding_format']).toBe(format)
  })
})

describe('the answer', () => {
  it('orders vectors by their index, and reads base64 as well', () => {
    const data = [
      { index: 1, embedding: 'AAAAPwAAgD8=' },
      { index: 0, embedding: [0.25] },
    ]
    const body = { data, usage: { prompt_tokens: 3, total_tokens: 4 } }
    expect(openAiEmbeddings.fromResponse(body, countingContext('asked'), asked)).toEqual({
      model: 'asked',
      vectors: [[0.25], [0.5, 1]],
      usage: { inputTokens: 3, totalTokens: 4 },
    })
  })

  it.each([[undefined], [{}], [{ data: [{ embedding: null }] }]])('takes %j for a bad answer', (body) => {
    expect(() => openAiEmbeddings.fromResponse(body, countingContext(), asked)).toThrow(
      expect.objectContaining({ code: 'bad_upstream_response' }),
    )
  })
})

describe('an answer goes to the client as it is', () => {
  const floats = { object: 'embedding', index: 0, embedding: [0.25] }
  const packed = { ...floats, embedding: 'AAAAPw==' }
  const whole = { object: 'list', model: 'm', data: [floats], usage: { prompt_tokens: 1, total_tokens: 1 } }

  it.each<[string, EmbeddingRequest['encodingFormat'], object, boolean]>([
    ['floats for a client that said nothing', undefined, whole, true],
    ['floats for a client of floats', 'float', whole, true],
    ['floats for a client of base64', 'base64', whole, false],
    ['base64 for a client of base64', 'base64', { ...whole, data: [packed] }, true],
    ['base64 for a client that said nothing', undefined, { ...whole, data: [packed] }, false],
    ['vectors out of order', undefined, { ...whole, data: [{ ...floats, index: 1 }, floats] }, false],
    ['no count of the input', undefined, { ...whole, usage: { total_tokens: 1 } }, false],
    ['no model', undefined, { ...whole, model: undefined }, false],
  ])('%s', (_what, encodingFormat, body, isForwardable) => {
    expect(openAiEmbeddings.isForwardable?.(body, { ...asked, encodingFormat })).toBe(isForwardable)
  })
})
