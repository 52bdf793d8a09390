import { describe, expect, it } from 'vitest'
import type { Receipt } from '../call/receipt.ts'
import { type Deps, systemDeps } from '../deps.ts'
import { exchangeFixtures } from '../dialects/shared/__fixtures__/exchange-fixture.ts'
import type { ProviderOptions } from '../providers/options.ts'
import { createEngine, type Engine } from './engine.ts'

const reranks = exchangeFixtures(new URL('../dialects/rerank/', import.meta.url).href)
const classified = exchangeFixtures(new URL('../dialects/moderations/', import.meta.url).href)

interface Seen {
  readonly url: string
  readonly authorization: string | null
  readonly body: unknown
}

/** An engine over one provider whose upstream answers `body`. */
function setUp(
  provider: Partial<ProviderOptions> & { readonly type: string },
  body: unknown,
  status = 200,
): { engine: Engine; seen: Seen[] } {
  const seen: Seen[] = []
  const fakeFetch: Deps['fetch'] = async (input, init) => {
    const request = new Request(input, init)
    seen.push({ url: request.url, authorization: request.headers.get('authorization'), body: await request.json() })
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  }
  const providers = [{ name: provider.type, apiKey: 'k', models: ['*'], ...provider }]
  return { engine: createEngine({ providers, deps: { ...systemDeps, fetch: fakeFetch } }), seen }
}

describe('rerank', () => {
  it.each<[string, Partial<ProviderOptions>, string, string, number]>([
    ['cohere', {}, 'cohere-v2', 'https://api.cohere.com/v2/rerank', 2_000_000],
    ['voyage', {}, 'voyage', 'https://api.voyageai.com/v1/rerank', 860],
    ['jina', {}, 'jina', 'https://api.jina.ai/v1/rerank', 2_400],
    ['openrouter', {}, 'openrouter', 'https://openrouter.ai/api/v1/rerank', 1_000_000],
    ['together', {}, 'together-synthetic', 'https://api.together.xyz/v1/rerank', 2_100],
  ])('reaches %s, orders its answer and knows its price', async (type, options, fixture, url, nanoUsd) => {
    const { request, response } = reranks(fixture)
    const { engine, seen } = setUp({ type, ...options }, response)
    const receipts: Receipt[] = []
    const asked = {
      model: `${type}/${String(request['model'])}`,
      query: String(request['query']),
      documents: ['a', 'b', 'c'],
      returnDocuments: true,
    }
    const { results } = await engine.rerank(asked, { onSettled: (receipt) => receipts.push(receipt) })
    expect(results[0]?.document?.text).not.toBe('')
    expect(seen).toMatchObject([{ url, authorization: 'Bearer k', body: { model: request['model'], documents: ['a', 'b', 'c'] } }])
    await new Promise(setImmediate)
    expect(receipts).toMatchObject([{ operation: 'rerank', outcome: 'complete', provider: type, costNanoUsd: nanoUsd }])
  })

  it('reaches a server of its own, whose scores are logits', async () => {
    const { engine, seen } = setUp({ type: 'openai_compatible', baseUrl: 'http://local:8080/v1' }, reranks('llamacpp').response)
    const { results } = await engine.rerank({ model: 'openai_compatible/bge', query: 'q', documents: ['a', 'b', 'c'], topN: 99 })
    expect(seen[0]?.url).toBe('http://local:8080/v1/rerank')
    expect(results.map(({ relevanceScore }) => relevanceScore)).toEqual([0.8215377926826477, -4.758295059204102, -8.376104354858398])
  })

  it('invokes the model at Bedrock', async () => {
    const { engine, seen } = setUp({ type: 'bedrock', region: 'eu-central-1' }, { results: [{ index: 1, relevance_score: 0.9 }] })
    await engine.rerank({ model: 'bedrock/cohere.rerank-v3-5:0', query: 'q', documents: ['a', 'b'] })
    expect(seen).toEqual([
      {
        url: 'https://bedrock-runtime.eu-central-1.amazonaws.com/model/cohere.rerank-v3-5%3A0/invoke',
        authorization: 'Bearer k',
        body: { api_version: 2, query: 'q', documents: ['a', 'b'] },
      },
    ])
  })

  it.each([
    ['voyage', 'voyage-400', 'invalid_request'],
    ['openai_compatible', 'llamacpp-501', 'upstream_error'],
  ])('reports the refusal of %s', async (type, fixture, code) => {
    const { status, response } = reranks(fixture)
    const { engine } = setUp({ type, baseUrl: 'http://local/v1' }, response, status)
    await expect(engine.rerank({ model: `${type}/m`, query: 'q', documents: ['a'] })).rejects.toMatchObject({ code })
  })

  it('refuses an empty list before any upstream is asked', async () => {
    const { engine, seen } = setUp({ type: 'cohere' }, {})
    await expect(engine.rerank({ model: 'cohere/rerank-v3.5', query: 'q', documents: [] })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'documents',
    })
    expect(seen).toEqual([])
  })

  it.each([
    ['few long documents', ['word '.repeat(40_000)], 'cohere'],
    ['many short ones', Array.from({ length: 300 }, () => 'word'), 'voyage'],
  ])('goes to the cheaper provider for %s, whatever that bills by', async (_what, documents, provider) => {
    const asked: string[] = []
    const fakeFetch: Deps['fetch'] = async (url) => {
      asked.push(new URL(String(url)).host)
      return new Response(JSON.stringify({ results: [] }), { headers: { 'content-type': 'application/json' } })
    }
    const engine = createEngine({
      providers: ['cohere', 'voyage'].map((name) => ({ name, type: name, apiKey: 'k', baseUrl: `http://${name}`, models: ['*'] })),
      models: [{ name: 'rank', targets: ['cohere/rerank-v3.5', 'voyage/rerank-2.5'], strategy: 'cost_optimized' }],
      deps: { ...systemDeps, fetch: fakeFetch },
    })
    for (let time = 0; time < 3; time++) await engine.rerank({ model: 'rank', query: 'q', documents })
    expect(asked).toEqual([provider, provider, provider])
  })

  it('is refused by a provider that has none', async () => {
    const { engine, seen } = setUp({ type: 'anthropic' }, {})
    await expect(engine.rerank({ model: 'anthropic/m', query: 'q', documents: ['a'] })).rejects.toThrow()
    expect(seen).toEqual([])
  })
})

describe('moderations', () => {
  it.each([
    ['openai', 'openai-11', 'text-moderation-latest', 'https://api.openai.com/v1/moderations', true],
    ['mistral', 'mistral', 'mistral-moderation-2603', 'https://api.mistral.ai/v1/moderations', false],
  ])('reach %s and cost nothing', async (type, fixture, model, url, flagged) => {
    const { engine, seen } = setUp({ type }, classified(fixture).response)
    const { results } = await engine.moderate({ model: `${type}/${model}`, input: { type: 'texts', texts: ['a'] } })
    expect(seen).toMatchObject([{ url, body: { model, input: ['a'] } }])
    expect(results.map((result) => result.flagged)).toEqual([flagged])
  })
})
