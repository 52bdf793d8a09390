import { describe, expect, it } from 'vitest'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromGeminiEmbeddings, toGeminiEmbeddings } from './embeddings.ts'

const { json } = fixtures(import.meta.url)
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
const target = { model: 'gemini-embedding-001', capabilities, stream: false }

describe('toGeminiEmbeddings', () => {
  it('asks for all texts at once, with their purpose and size', () => {
    expect(toGeminiEmbeddings({ model: 'x', input: ['a', 'b'], dimensions: 4, inputType: 'search_query', user: 'u' }, target)).toEqual({
      body: {
        requests: ['a', 'b'].map((text) => ({
          model: 'models/gemini-embedding-001',
          content: { parts: [{ text }] },
          taskType: 'RETRIEVAL_QUERY',
          outputDimensionality: 4,
        })),
      },
      dropped: ['user'],
    })
  })

  it('refuses token ids', () => {
    expect(() => toGeminiEmbeddings({ model: 'x', input: [[1, 2]] }, target)).toThrow(expect.objectContaining({ param: 'input' }))
  })
})

describe('fromGeminiEmbeddings', () => {
  it('reads a batch and its usage', () => {
    const read = fromGeminiEmbeddings(json('embeddings.response.json'), countingContext())
    expect(read.vectors).toEqual([[expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)]])
    expect(read.model).toBe('model-asked')
  })

  it('reads the one vector of the older operation', () => {
    expect(fromGeminiEmbeddings({ embedding: { values: [1, 2] }, usageMetadata: { promptTokenCount: 3 } }, countingContext())).toEqual({
      model: 'model-asked',
      vectors: [[1, 2]],
      usage: { inputTokens: 3, totalTokens: 3 },
    })
  })

  it.each([undefined, [], {}, { embeddings: 7 }])('refuses %j', (body) => {
    expect(() => fromGeminiEmbeddings(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })
})
