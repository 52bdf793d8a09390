import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { fromClientRerank, toClientRerank } from './client.ts'

const body: JsonObject = { model: 'm', query: 'q', documents: ['a', { text: 'b' }] }
const newId = (): string => 'new'

describe('fromClientRerank', () => {
  it('reads every field and keeps those it has no name for', () => {
    const full = { top_n: 99, return_documents: true, max_tokens_per_doc: 512, rank_fields: ['text'], user: 'u', truncation: true }
    expect(fromClientRerank({ ...body, ...full })).toEqual({
      model: 'm',
      query: 'q',
      documents: ['a', { text: 'b' }],
      topN: 99,
      returnDocuments: true,
      maxTokensPerDocument: 512,
      rankFields: ['text'],
      user: 'u',
      extras: { truncation: true },
    })
  })

  it('takes null for a missing field', () => {
    const { topN, returnDocuments, extras } = fromClientRerank({ ...body, top_n: null, return_documents: null })
    expect([topN, returnDocuments, extras]).toEqual([undefined, undefined, undefined])
  })

  it.each<[JsonObject, string]>([
    [{ model: '' }, 'model'],
    [{ model: 7 }, 'model'],
    [{ query: null }, 'query'],
    [{ documents: [] }, 'documents'],
    [{ documents: 'a' }, 'documents'],
    [{ documents: ['a', 7] }, 'documents[1]'],
    [{ top_n: -1 }, 'top_n'],
    [{ top_n: 1.5 }, 'top_n'],
    [{ return_documents: 'yes' }, 'return_documents'],
    [{ max_tokens_per_doc: 'x' }, 'max_tokens_per_doc'],
    [{ rank_fields: [1] }, 'rank_fields'],
  ])('refuses %j', (fields, param) => {
    expect(() => fromClientRerank({ ...body, ...fields })).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
  })
})

describe('toClientRerank', () => {
  const results = [
    { index: 1, relevanceScore: -3.5, document: { text: 'b' } },
    { index: 0, relevanceScore: -4 },
  ]
  const wire = [
    { index: 1, relevance_score: -3.5, document: { text: 'b' } },
    { index: 0, relevance_score: -4 },
  ]

  it.each([
    [
      'search units',
      { inputTokens: 0, outputTokens: 0, totalTokens: 0, searchUnits: 2 },
      { api_version: { version: '2' }, billed_units: { search_units: 2 } },
      undefined,
    ],
    [
      'tokens',
      { inputTokens: 7, outputTokens: 0, totalTokens: 7 },
      { api_version: { version: '2' } },
      { prompt_tokens: 7, total_tokens: 7 },
    ],
    ['nothing', undefined, { api_version: { version: '2' } }, undefined],
  ])('writes what the provider counts: %s', (_name, usage, meta, counted) => {
    expect(toClientRerank({ id: 'i', model: 'm', results, usage }, newId)).toEqual({
      id: 'i',
      model: 'm',
      results: wire,
      meta,
      ...(counted !== undefined && { usage: counted }),
    })
  })

  it('draws an id where the provider gives none', () => {
    expect(toClientRerank({ model: 'm', results: [] }, newId)['id']).toBe('new')
  })
})
