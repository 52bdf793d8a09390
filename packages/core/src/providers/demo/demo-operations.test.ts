import { describe, expect, it } from 'vitest'
import { createEngine } from '../../engine/engine.ts'

const engine = createEngine({ providers: [{ name: 'demo', type: 'demo' }] })

function cosine(a: readonly number[] = [], b: readonly number[] = []): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}

describe('the demo provider', () => {
  it('embeds: unit vectors, always the same, near where words are shared', async () => {
    const input = ['the cat sat', 'the cat sat down', 'interest rates rise', '']
    const { vectors, usage } = await engine.embed({ model: 'demo/embed', input })
    const again = await engine.embed({ model: 'demo/embed', input })
    expect(again.vectors).toEqual(vectors)
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1)
    expect(cosine(vectors[0], vectors[1])).toBeGreaterThan(cosine(vectors[0], vectors[2]))
    expect(usage).toEqual({ inputTokens: 12, outputTokens: 0, totalTokens: 12 })
  })

  it.each([
    [undefined, 64],
    [3, 3],
    [1e9, 4096],
  ])('embeds into %s dimensions', async (dimensions, length) => {
    const { vectors } = await engine.embed({ model: 'demo/embed', input: [[1, 2, 3]], dimensions })
    expect(vectors.map((vector) => vector.length)).toEqual([length])
  })

  it('reranks by the words of the query', async () => {
    const documents = ['Nothing here.', 'Ships in the harbour', { text: 'The harbour' }]
    const { results } = await engine.rerank({ model: 'demo/rerank', query: 'Harbour ships?', documents, topN: 2, returnDocuments: true })
    expect(results).toEqual([
      { index: 1, relevanceScore: 1, document: { text: 'Ships in the harbour' } },
      { index: 2, relevanceScore: 0.5, document: { text: 'The harbour' } },
    ])
  })

  it('flags one word, and nothing else', async () => {
    const input = { type: 'texts', texts: ['How nice', 'This is unsafe!'] } as const
    const { results } = await engine.moderate({ model: 'demo/moderation', input })
    expect(results.map(({ flagged, categories }) => [flagged, categories])).toEqual([
      [false, { unsafe: false }],
      [true, { unsafe: true }],
    ])
  })

  it('names the models of an operation to who asks another', async () => {
    await expect(engine.rerank({ model: 'demo/echo', query: 'q', documents: ['a'] })).rejects.toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining('for rerank; it has rerank') as string,
    })
  })
})
