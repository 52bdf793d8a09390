import { describe, expect, it } from 'vitest'
import { ollama as provider } from '../../providers/ollama.ts'
import type { EncodeTarget } from '../dialect.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fromOllamaEmbeddings, toOllamaEmbeddings } from './embeddings.ts'

const capabilities = typeof provider.capabilities === 'function' ? provider.capabilities('m') : provider.capabilities
const target: EncodeTarget = { model: 'all-minilm', capabilities, stream: false }

describe('toOllamaEmbeddings', () => {
  it('writes texts and dimensions, and reports the rest', () => {
    expect(
      toOllamaEmbeddings({ model: '', input: ['a'], dimensions: 8, user: 'u', inputType: 'search_query', extras: { x: 1 } }, target),
    ).toEqual({
      body: { model: 'all-minilm', input: ['a'], dimensions: 8 },
      dropped: ['user', 'input_type', 'x'],
    })
  })

  it('refuses token ids', () => {
    expect(() => toOllamaEmbeddings({ model: '', input: [[1]] }, target)).toThrow(expect.objectContaining({ param: 'input' }))
  })
})

describe('fromOllamaEmbeddings', () => {
  it.each([
    [
      '/api/embed',
      { model: 'all-minilm:latest', embeddings: [[1], [2]], prompt_eval_count: 6 },
      { model: 'all-minilm:latest', vectors: [[1], [2]], usage: { inputTokens: 6, totalTokens: 6 } },
    ],
    ['/api/embeddings', { embedding: [1, 2] }, { model: 'm', vectors: [[1, 2]], usage: undefined }],
  ])('reads the answer of %s', (_path, body, read) => {
    expect(fromOllamaEmbeddings(body, countingContext('m'))).toEqual(read)
  })

  it.each([[undefined], [{}], [{ error: 'no' }]])('takes %j for a bad answer', (body) => {
    expect(() => fromOllamaEmbeddings(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })
})
