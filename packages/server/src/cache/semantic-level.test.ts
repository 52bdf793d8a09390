import { createMemoryManager, type MemoryReading, type Shedder } from '@proxyapi/context'
import type { Receipt } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'

const password = 'How do I reset my password?'
const paraphrase = 'What are the steps to get a new login secret?'

/** Vectors by text: the first ones are near each other, whatever else is asked lies across. */
const vectors: Readonly<Record<string, readonly number[]>> = {
  [password]: [1, 0, 0],
  [paraphrase]: [0.99, 0.1, 0],
  'List 17 ways to save water': [0, 1, 0],
  'List 18 ways to save water': [0, 1, 0.01],
}

const reading: MemoryReading = {
  heapUsedBytes: 1,
  heapTotalBytes: 1,
  heapLimitBytes: 100,
  externalBytes: 0,
  rssBytes: 1,
  usedBytes: 1,
  limitBytes: 100,
  limitSource: 'cgroup-v2',
}

interface Stage {
  readonly gateway: Gateway
  readonly receipts: Receipt[]
  readonly shedders: Shedder[]
  readonly calls: { chats: number; embeddings: number }
  readonly world: { nowMs: number; embeddingsDown: boolean }
}

function answerTo(url: string, body: { readonly input?: readonly string[] }, { calls, world }: Pick<Stage, 'calls' | 'world'>): Response {
  if (url.endsWith('/embeddings')) {
    calls.embeddings++
    if (world.embeddingsDown) return new Response('{"error":{"message":"down"}}', { status: 500 })
    const embedding = vectors[body.input?.[0] ?? ''] ?? [0, 0, 1]
    return Response.json({ model: 'e', data: [{ index: 0, embedding }], usage: { prompt_tokens: 1000, total_tokens: 1000 } })
  }
  const choices = [{ index: 0, message: { role: 'assistant', content: `answer ${++calls.chats}` }, finish_reason: 'stop' }]
  const usage = { prompt_tokens: 1000, completion_tokens: 1000, total_tokens: 2000 }
  return Response.json({ id: 'a', object: 'chat.completion', created: 1, model: 'm', choices, usage })
}

/** A gateway whose provider embeds what the script says. */
function stage(caching: Readonly<Record<string, unknown>> = { semantic: { enabled: true, model: 'up/e' } }): Stage {
  const receipts: Receipt[] = []
  const shedders: Shedder[] = []
  const calls = { chats: 0, embeddings: 0 }
  const world = { nowMs: 1_700_000_000_000, embeddingsDown: false }
  const models = [
    { id: 'm', input_usd_per_million: 1, output_usd_per_million: 1 },
    { id: 'e', input_usd_per_million: 1, output_usd_per_million: 0 },
  ]
  const gateway = createGateway(
    {
      providers: [{ name: 'up', type: 'openai', api_key: 'sk-test', base_url: 'http://up.test/v1', models }],
      routing: { retry: { max_attempts: 1 } },
      auth: { api_keys: ['alice', 'bob'].map((name) => ({ name, key: `key-${name}`, role: 'admin' })) },
      caching,
    },
    {
      onReceipt: (receipt) => receipts.push(receipt),
      createMemory: (given) => {
        shedders.push(...given)
        return createMemoryManager({ read: () => reading, shedders: given })
      },
      deps: {
        now: () => world.nowMs,
        monotonicNow: () => world.nowMs,
        random: () => 0.5,
        newId: () => `id-${receipts.length}`,
        sleep: () => Promise.resolve(),
        setTimer: () => () => undefined,
        defer: (run: () => void) => run(),
        fetch: async (url, init) => answerTo(String(url), JSON.parse(String(init?.body)), { calls, world }),
      },
    },
  )
  return { gateway, receipts, shedders, calls, world }
}

interface Asked {
  readonly key?: string
  readonly body?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

function ask({ gateway }: Stage, content: string, { key = 'key-alice', body = {}, headers = {} }: Asked = {}): Promise<Response> {
  return gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    body: JSON.stringify({ model: 'up/m', messages: [{ role: 'user', content }], ...body }),
  })
}

const statusOf = async (response: Promise<Response>): Promise<string | null> => {
  const answer = await response
  await answer.text()
  return answer.headers.get('x-proxyapi-cache')
}

function admin({ gateway }: Stage, method: string, path = '/api/cache'): Promise<Response> {
  return gateway.fetch(`http://gateway${path}`, { method, headers: { authorization: 'Bearer key-alice' } })
}

describe('the semantic level of the cache', () => {
  it('answers a question in other words, and says how near it is and what it saved', async () => {
    const scene = stage()
    await ask(scene, password)
    scene.world.nowMs += 5_000
    const second = await ask(scene, paraphrase)
    expect(await second.text()).toContain('answer 1')
    const names = ['x-proxyapi-cache', 'age', 'x-proxyapi-cost-usd', 'x-proxyapi-saved-usd', 'x-proxyapi-model']
    expect(names.map((name) => second.headers.get(name))).toEqual(['hit', '5', '0', '0.002', 'm'])
    const receipt = scene.receipts.findLast(({ cache }) => cache !== undefined)
    expect(receipt?.cache).toMatchObject({
      status: 'hit',
      level: 'semantic',
      similarity: expect.closeTo(0.9949, 3),
      savedNanoUsd: 2_000_000,
    })
    expect(scene.calls).toEqual({ chats: 1, embeddings: 2 })
  })

  it('gives each embedding a receipt in the name of whoever asks', async () => {
    const scene = stage()
    await ask(scene, password, { key: 'key-bob' })
    const [embedding] = scene.receipts.filter(({ tags }) => tags.includes('semantic-cache'))
    expect(embedding).toMatchObject({ principal: { name: 'bob' }, costNanoUsd: 1_000_000, attempts: [{ model: 'e' }] })
  })

  it('replays the answer as a stream', async () => {
    const scene = stage()
    await ask(scene, password)
    const text = await (await ask(scene, paraphrase, { body: { stream: true } })).text()
    expect([text.includes('answer 1'), text.endsWith('data: [DONE]\n\n'), scene.calls.chats]).toEqual([true, true, 1])
  })

  it('embeds nothing for an equal question', async () => {
    const scene = stage()
    await ask(scene, password)
    expect([await statusOf(ask(scene, password)), scene.calls.embeddings]).toEqual(['hit', 1])
  })

  it('does not take one number for another', async () => {
    const scene = stage()
    await ask(scene, 'List 17 ways to save water')
    expect(await statusOf(ask(scene, 'List 18 ways to save water'))).toBe('miss')
  })

  it.each<readonly [what: string, asked: Asked, status: string]>([
    ['another key', { key: 'key-bob' }, 'miss'],
    [
      'another system prompt',
      {
        body: {
          messages: [
            { role: 'system', content: 'Be rude.' },
            { role: 'user', content: paraphrase },
          ],
        },
      },
      'miss',
    ],
    ['another limit', { body: { max_tokens: 5 } }, 'miss'],
    ['a field of its turn that no neutral field names', { body: { messages: [{ role: 'user', content: paraphrase, hint: 1 }] } }, 'miss'],
    ['another namespace', { body: { cache: { namespace: 'other' } } }, 'miss'],
    ['no-cache', { headers: { 'cache-control': 'no-cache' } }, 'miss'],
    ['no-store', { headers: { 'cache-control': 'no-store' } }, 'bypass'],
    ['a temperature', { body: { temperature: 0.7 } }, 'bypass'],
    ['another end user', { body: { user: 'u-2' } }, 'hit'],
  ])('treats a paraphrase with %s accordingly', async (_what, asked, expected) => {
    const scene = stage()
    await ask(scene, password)
    expect(await statusOf(ask(scene, paraphrase, asked))).toBe(expected)
  })

  it('lets keys share where the scope is shared', async () => {
    const scene = stage({ scope: 'shared', semantic: { enabled: true, model: 'up/e' } })
    await ask(scene, password)
    expect(await statusOf(ask(scene, paraphrase, { key: 'key-bob' }))).toBe('hit')
  })

  it('is off until it is switched on', async () => {
    const scene = stage({})
    await ask(scene, password)
    expect([await statusOf(ask(scene, paraphrase)), scene.calls.embeddings]).toEqual(['miss', 0])
    expect(await (await admin(scene, 'GET')).json()).not.toHaveProperty('semantic')
  })

  it('is a plain miss when nothing can be embedded, and rests', async () => {
    const scene = stage()
    scene.world.embeddingsDown = true
    const first = await ask(scene, password)
    expect([first.status, first.headers.get('x-proxyapi-cache')]).toEqual([200, 'miss'])
    expect([await statusOf(ask(scene, paraphrase)), scene.calls.embeddings]).toEqual(['miss', 1])
  })

  it('is a miss when the answer is no longer fresh', async () => {
    const scene = stage({ response_cache: { ttl: 10, max_ttl: 10 }, semantic: { enabled: true, model: 'up/e' } })
    await ask(scene, password)
    scene.world.nowMs += 11_000
    expect(await statusOf(ask(scene, paraphrase))).toBe('miss')
  })

  it('gives up memory when told to, and misses what the cache has given up', async () => {
    const scene = stage()
    const shed = (name: string): number | undefined => scene.shedders.find((shedder) => shedder.name === name)?.shed(1)
    await ask(scene, password)
    expect(shed('response cache')).toBeGreaterThan(0)
    expect(await statusOf(ask(scene, paraphrase))).toBe('miss')
    expect(shed('semantic index')).toBeGreaterThan(0)
    expect(await (await admin(scene, 'GET')).json()).toMatchObject({ semantic: { entries: 0, hits: 0 } })
  })

  it('shows its figures, and forgets all questions when answers are removed', async () => {
    const scene = stage()
    await ask(scene, password)
    await ask(scene, paraphrase)
    const figures = async (): Promise<unknown> => (await admin(scene, 'GET')).json()
    expect(await figures()).toMatchObject({
      hits: 1,
      saved_usd: 0.002,
      semantic: { entries: 1, max_entries: 2000, hits: 1, saved_usd: 0.002 },
    })
    await admin(scene, 'DELETE', '/api/cache?model=m')
    expect(await figures()).toMatchObject({ semantic: { entries: 0, bytes: 0 } })
    expect(await statusOf(ask(scene, paraphrase))).toBe('miss')
  })
})

describe('the configuration of the semantic level', () => {
  it.each([
    [{ enabled: true }, /caching\.semantic\.model.*is missing/],
    [{ enabled: true, model: 'nobody/e' }, /caching\.semantic\.model.*names no configured provider/],
    [{ threshold: 1.5 }, /caching\.semantic\.threshold/],
    [{ treshold: 0.9 }, /caching\.semantic\.treshold/],
  ])('refuses %j', (semantic, message) => {
    expect(() => createGateway({ caching: { semantic } })).toThrow(message)
  })
})
