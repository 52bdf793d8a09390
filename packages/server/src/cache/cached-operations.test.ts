import type { Receipt } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

type Json = Readonly<Record<string, unknown>>

const reranked = {
  id: 'r',
  results: [{ index: 0, relevance_score: 0.5 }],
  meta: { billed_units: { search_units: 1 } },
}
const embedded = {
  object: 'list',
  model: 'm',
  data: [{ object: 'embedding', index: 0, embedding: [0.5, 1] }],
  usage: { prompt_tokens: 1000, total_tokens: 1000 },
}
const moderated = { id: 'modr', model: 'm', results: [{ flagged: false, categories: { hate: false }, category_scores: { hate: 0 } }] }
const answers: Readonly<Record<string, Json>> = {
  '/v1/rerank': reranked,
  '/v2/rerank': reranked,
  '/v1/embeddings': embedded,
  '/v1/moderations': moderated,
}

/** A gateway over an upstream that has every operation. */
function stage(config: Json = {}) {
  const receipts: Receipt[] = []
  const asked: string[] = []
  const clock = { nowMs: 1_700_000_000_000, down: false }
  const models = [{ id: 'm', input_usd_per_million: 1, output_usd_per_million: 1, search_units_usd_per_million: 2_000 }]
  const gateway = createGateway(
    {
      providers: [{ name: 'up', type: 'openai_compatible', base_url: 'http://up.test/v1', models }],
      routing: { retry: { max_attempts: 1 } },
      ...config,
    },
    {
      onReceipt: (receipt) => receipts.push(receipt),
      deps: {
        now: () => clock.nowMs,
        monotonicNow: () => clock.nowMs,
        random: () => 0.5,
        newId: () => `id-${receipts.length}`,
        sleep: () => Promise.resolve(),
        setTimer: () => () => undefined,
        defer: (run: () => void) => run(),
        fetch: async (url) => {
          const { pathname } = new URL(String(url))
          asked.push(pathname)
          return clock.down ? Response.json({ error: { message: 'down' } }, { status: 500 }) : Response.json(answers[pathname])
        },
      },
    },
  )
  const post = (path: string, body: Json, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    gateway.fetch(`http://gateway${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  return { gateway, receipts, asked, clock, post }
}

const requests: readonly (readonly [operation: string, path: string, body: Json, usd: string])[] = [
  ['embeddings', '/v1/embeddings', { model: 'up/m', input: 'a' }, '0.001'],
  ['rerank', '/v1/rerank', { model: 'up/m', query: 'q', documents: ['a'] }, '0.002'],
  ['moderations', '/v1/moderations', { model: 'up/m', input: 'a' }, '0'],
]
const statusOf = (response: Response): string | null => response.headers.get('x-proxyapi-cache')

describe.each(requests)('the cache answers %s', (operation, path, body, usd) => {
  it('from memory, and says so in headers and on the receipt', async () => {
    const { post, receipts, asked, clock } = stage()
    const first = await post(path, body)
    clock.nowMs += 5_000
    const second = await post(path, body)
    expect([first, second].map(statusOf)).toEqual(['miss', 'hit'])
    expect(await second.text()).toBe(await first.text())
    expect(Object.fromEntries(second.headers)).toMatchObject({ age: '5', 'x-proxyapi-cost-usd': '0', 'x-proxyapi-provider': 'up' })
    expect(asked).toHaveLength(1)
    expect(receipts).toMatchObject([
      { operation, cache: { status: 'miss' } },
      { operation, cache: { status: 'hit' }, costNanoUsd: 0, provider: 'up', attempts: [] },
    ])
    if (usd !== '0') expect(second.headers.get('x-proxyapi-saved-usd')).toBe(usd)
  })

  it('also where only requests at temperature 0 are kept, and not for who asks for a new answer', async () => {
    const { post } = stage({ caching: { response_cache: { cacheable: 'temperature_zero' } } })
    await post(path, body)
    expect(statusOf(await post(path, body))).toBe('hit')
    expect(statusOf(await post(path, body, { 'cache-control': 'no-store' }))).toBe('bypass')
    expect(statusOf(await post(path, { ...body, cache: { 'no-cache': true } }))).toBe('miss')
  })

  it('by one call for equal requests at the same time', async () => {
    const { post, asked } = stage()
    const together = await Promise.all(Array.from({ length: 5 }, () => post(path, body)))
    expect(asked).toHaveLength(1)
    expect(together.map(statusOf).sort()).toEqual([...Array<string>(4).fill('coalesced'), 'miss'])
  })

  it('with an old answer when no provider can', async () => {
    const { post, clock } = stage()
    await post(path, body)
    clock.nowMs += 4 * 3_600_000
    clock.down = true
    expect(statusOf(await post(path, body))).toBe('stale')
  })

  it('after warming it, under a receipt of its operation', async () => {
    const { gateway, post, receipts, asked, clock } = stage({
      warming: { preload_threshold: 2 },
      caching: { response_cache: { ttl: 100, max_ttl: 100 } },
    })
    for (let time = 0; time < 4; time++) await post(path, body)
    clock.nowMs += 95_000
    const warmed = await gateway.fetch('http://gateway/api/cache/warm', { method: 'POST' })
    expect(await warmed.json()).toMatchObject({ refreshed: 1 })
    expect(asked).toHaveLength(2)
    expect(receipts.at(-1)).toMatchObject({ operation, tags: ['cache-refresh'] })
  })
})

describe('the cache', () => {
  it('keeps vectors as lists and in base64 apart', async () => {
    const { post } = stage()
    await post('/v1/embeddings', { model: 'up/m', input: 'a' })
    const packed = await post('/v1/embeddings', { model: 'up/m', input: 'a', encoding_format: 'base64' })
    expect(await packed.json()).toMatchObject({ data: [{ embedding: 'AAAAPwAAgD8=' }] })
  })
})
