import { describe, expect, it } from 'vitest'
import type { RerankRequest, RerankResponse } from '../../operations/rerank.ts'
import { everything } from '../../providers/capability-rows.ts'
import type { EncodeTarget, OperationCodec } from '../dialect.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { exchangeFixtures } from '../shared/__fixtures__/exchange-fixture.ts'
import { fromClientRerank } from './client.ts'
import { bedrockRerank, cohereRerank, compatibleRerank, jinaRerank, openRouterRerank, togetherRerank, voyageRerank } from './forms.ts'

type Codec = OperationCodec<RerankRequest, RerankResponse>

const fixture = exchangeFixtures(import.meta.url)
const target: EncodeTarget = { model: 'm', capabilities: everything, stream: false }
const codecs: readonly (readonly [string, Codec])[] = [
  ['cohere', cohereRerank],
  ['voyage', voyageRerank],
  ['jina', jinaRerank],
  ['together', togetherRerank],
  ['openrouter', openRouterRerank],
  ['openai_compatible', compatibleRerank],
  ['bedrock', bedrockRerank],
]
const request: RerankRequest = { model: 'm', query: 'q', documents: ['a', 'b', 'c'] }
const tokens = (count: number) => ({ inputTokens: count, outputTokens: 0, totalTokens: count })

function asked(fields: Partial<RerankRequest>): RerankRequest {
  return { ...request, ...fields }
}

describe('createRerankCodec: requests', () => {
  it.each<[string, Codec, Partial<RerankRequest>, object, readonly string[]]>([
    ['Cohere takes its own words', cohereRerank, { topN: 2, maxTokensPerDocument: 9 }, { top_n: 2, max_tokens_per_doc: 9 }, []],
    ['Cohere has no return_documents', cohereRerank, { returnDocuments: true }, {}, []],
    ['Voyage says top_k', voyageRerank, { topN: 2, extras: { truncation: true, x: 1 } }, { top_k: 2, truncation: true }, ['x']],
    ['Jina takes any field', jinaRerank, { returnDocuments: false, extras: { x: 1 } }, { return_documents: false, x: 1 }, []],
    ['Together has no limit by document', togetherRerank, { maxTokensPerDocument: 9, user: 'u' }, {}, ['max_tokens_per_doc', 'user']],
    ['OpenRouter takes its preferences', openRouterRerank, { extras: { provider: { order: [] } } }, { provider: { order: [] } }, []],
    ['compatible servers take any field', compatibleRerank, { user: 'u', extras: { x: 1 } }, { user: 'u', x: 1 }, []],
    ['more results than documents are fine', compatibleRerank, { topN: 99 }, { top_n: 99 }, []],
  ])('%s', (_name, codec, fields, expected, dropped) => {
    expect(codec.toRequest(asked(fields), target)).toEqual({
      body: { model: 'm', query: 'q', documents: ['a', 'b', 'c'], ...expected },
      dropped,
    })
  })

  it.each([
    ['us.cohere.rerank-v3-5:0', { query: 'q', documents: ['a', 'b', 'c'], api_version: 2 }],
    ['amazon.rerank-v1:0', { query: 'q', documents: ['a', 'b', 'c'] }],
  ])('names neither model nor more for Bedrock’s %s than it takes', (model, body) => {
    expect(bedrockRerank.toRequest(request, { ...target, model }).body).toEqual(body)
  })

  it.each(codecs)('refuses an empty list of documents: %s', (_name, codec) => {
    expect(() => codec.toRequest(asked({ documents: [] }), target)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'documents' }),
    )
  })

  const objects = [{ title: 'Bears', text: 'A bear.' }, 'hi']
  it.each<[string, Codec, Partial<RerankRequest>, object]>([
    ['as they are', togetherRerank, { rankFields: ['title'] }, { documents: objects, rank_fields: ['title'] }],
    ['as their text', voyageRerank, {}, { documents: ['A bear.', 'hi'] }],
    ['as the one rank field', cohereRerank, { rankFields: ['title'] }, { documents: ['Bears', 'hi'] }],
    ['as lines of rank fields', cohereRerank, { rankFields: ['text', 'title'] }, { documents: ['text: A bear.\ntitle: Bears', 'hi'] }],
  ])('sends objects %s', (_name, codec, fields, expected) => {
    const { body, dropped } = codec.toRequest(asked({ documents: objects, ...fields }), target)
    expect(body).toEqual({ model: 'm', query: 'q', ...expected })
    expect(dropped).toEqual([])
  })
})

describe('createRerankCodec: answers', () => {
  it.each<[string, Codec, Partial<RerankResponse>]>([
    [
      'cohere-v2',
      cohereRerank,
      {
        id: '31337dd2-66cd-4d99-a7cf-f4879de260d1',
        results: [
          { index: 1, relevanceScore: 0.86303437 },
          { index: 0, relevanceScore: 0.17279942 },
        ],
        usage: { ...tokens(0), searchUnits: 1 },
      },
    ],
    [
      'voyage',
      voyageRerank,
      {
        model: 'rerank-2-lite',
        results: [
          { index: 0, relevanceScore: 0.69140625 },
          { index: 2, relevanceScore: 0.494140625 },
        ],
        usage: tokens(43),
      },
    ],
    [
      'jina-negative',
      jinaRerank,
      {
        results: [
          { index: 0, relevanceScore: 0.4312 },
          { index: 2, relevanceScore: 0.2213 },
          { index: 1, relevanceScore: -0.0921 },
        ],
        usage: tokens(96),
      },
    ],
    [
      'llamacpp',
      compatibleRerank,
      {
        results: [
          { index: 2, relevanceScore: 0.8215377926826477 },
          { index: 1, relevanceScore: -4.758295059204102 },
          { index: 0, relevanceScore: -8.376104354858398 },
        ],
        usage: tokens(55),
      },
    ],
    [
      'together-synthetic',
      togetherRerank,
      {
        id: 'oQ1',
        results: [
          { index: 0, relevanceScore: 0.9 },
          { index: 1, relevanceScore: 0.1 },
        ],
        usage: tokens(21),
      },
    ],
    [
      'openrouter',
      openRouterRerank,
      {
        results: [
          { index: 1, relevanceScore: 0.06657539, document: { text: 'Paris is in France.' } },
          { index: 0, relevanceScore: 0.015062517, document: { text: 'Athens is in Greece.' } },
        ],
        usage: { ...tokens(0), searchUnits: 1 },
      },
    ],
    // Bedrock counts nothing: one search unit for each hundred documents.
    ['bedrock', bedrockRerank, { model: 'asked', usage: { ...tokens(0), searchUnits: 1 } }],
  ])('reads %s', (name, codec, expected) => {
    const { request: sent, response } = fixture(name)
    const read = codec.fromResponse(response, countingContext('asked'), fromClientRerank({ model: 'asked', ...sent }))
    expect(read).toMatchObject(expected)
  })

  it.each(['cohere-v2', 'cohere-v1', 'voyage', 'llamacpp', 'together-synthetic'])(
    'takes the texts of %s from the request where they were asked for',
    (name) => {
      const { request: sent, response } = fixture(name)
      const neutral = { ...fromClientRerank({ model: 'm', ...sent }), returnDocuments: true }
      const { results } = compatibleRerank.fromResponse(response, countingContext(), neutral)
      const texts = neutral.documents.map((document) => (typeof document === 'string' ? document : document['text']))
      expect(results.map(({ document }) => document?.text)).toEqual(results.map(({ index }) => texts[index]))
    },
  )

  it.each([false, undefined])('leaves documents out rather than null (return_documents %s)', (returnDocuments) => {
    const body = { results: [{ index: 0, relevance_score: 1, document: null }] }
    expect(voyageRerank.fromResponse(body, countingContext(), asked({ returnDocuments })).results).toEqual([
      { index: 0, relevanceScore: 1 },
    ])
  })

  it('leaves out the documents that were refused', () => {
    const { request: sent, response } = fixture('openrouter')
    const neutral = { ...fromClientRerank(sent), returnDocuments: false }
    expect(openRouterRerank.fromResponse(response, countingContext(), neutral).results[0]).toEqual({ index: 1, relevanceScore: 0.06657539 })
  })

  it('gives no more results than were asked for, best first', () => {
    const results = [0.1, 3, -2].map((relevance_score, index) => ({ index, relevance_score }))
    const read = compatibleRerank.fromResponse({ results }, countingContext(), asked({ topN: 2 }))
    expect(read.results.map(({ index }) => index)).toEqual([1, 0])
  })

  it('counts one search unit for each hundred documents at Bedrock', () => {
    const documents = Array.from({ length: 101 }, () => 'x')
    expect(bedrockRerank.fromResponse({ results: [] }, countingContext(), asked({ documents })).usage?.searchUnits).toBe(2)
  })

  it.each([
    [undefined],
    [{}],
    [{ results: [{ index: 0 }] }],
    [{ results: [{ relevance_score: 1 }] }],
    [{ results: [{ index: 3, relevance_score: 1 }] }],
  ])('takes %j for a bad answer', (body) => {
    expect(() => cohereRerank.fromResponse(body, countingContext(), request)).toThrow(
      expect.objectContaining({ failure: 'invalid_response' }),
    )
  })
})
