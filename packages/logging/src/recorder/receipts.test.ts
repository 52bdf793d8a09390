import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toReceiptBody } from '../receipts/receipt-body.ts'
import { attemptWith, callWith, requestOf } from '../record/__fixtures__/call.ts'
import { drawMixedCalls } from '../record/__fixtures__/mixed-calls.ts'
import type { CallRecord } from '../record/call-record.ts'
import { createStoreWorld, type StoreWorld } from '../sqlite/__fixtures__/store-world.ts'
import { createInThreadRecorder, type RecorderOptions } from './create-in-thread-recorder.ts'
import type { Recorder } from './recorder.ts'

const secret = 'a secret of the server'
let world: StoreWorld
let open: { readonly close: () => Promise<void> }[]
beforeEach(async () => {
  world = await createStoreWorld()
  open = []
})
afterEach(async () => {
  for (const store of open) await store.close()
  await world.remove()
})

function storeWith(options: Partial<RecorderOptions> = {}): Recorder {
  const store = createInThreadRecorder({ file: join(world.directory, 'records.db'), secret, ...options }, world.deps)
  open.push(store)
  return store
}

function receiptOf(id: string, fields: Partial<CallRecord> = {}): CallRecord {
  const startedAtMs = world.deps.now() - 250
  return callWith({
    ...{ id, requestedModel: 'fast', model: 'gpt-4o', provider: 'openai', stream: true, outcome: 'complete', attempts: [], dropped: [] },
    ...{
      principal: { id: 'k1', name: 'ops', role: 'user' },
      costNanoUsd: 0,
      wastedNanoUsd: 0,
      tags: [],
      startedAtMs,
      endedAtMs: startedAtMs + 250,
    },
    ...fields,
  })
}

function asked(startedAtMs: number, waitedMs?: number): CallRecord['attempts'][number] {
  return { ...attemptWith({ provider: 'p', model: 'm', startedAtMs }), waitedMs }
}

const usual = { p50_ms: 1, p95_ms: 2 }
const usage = { inputTokens: 100, outputTokens: 20, totalTokens: 120, cachedInputTokens: 60, cacheWriteTokens: 10, reasoningTokens: 5 }

describe('a receipt', () => {
  it.each<[string, Partial<CallRecord>, number | undefined, number | null]>([
    ['until the first target was asked, without waiting and condensing', { attempts: [asked(70, 20)] }, 40, 10],
    ['until the answer, where none was asked', { attempts: [], firstContentAtMs: 30, cache: { status: 'hit' } }, undefined, 30],
    ['and not at all where another’s work was waited for', { attempts: [], cache: { status: 'coalesced' } }, undefined, null],
    ['nor where there is no cache', { attempts: [asked(70)], cache: undefined }, undefined, null],
  ])('tells how long a cache was looked through: %s', (_when, given, condenseMs, cacheMs) => {
    const call = receiptOf('r1', { startedAtMs: 0, endedAtMs: 100, cache: { status: 'miss' }, ...given })
    const body = toReceiptBody({ ...requestOf(call), phases: { condenseMs } }, usual)
    expect(body?.phases).toMatchObject({ cache_ms: cacheMs, condense_ms: condenseMs ?? null })
  })

  it('tells the price of each class, where it comes from, and how the call was served', () => {
    const priced = {
      source: 'a page',
      parts: { input: 400, output: 600, reasoning: 0 },
      rates: { input: 4e9, output: 20e9, reasoning: 20e9 },
    }
    const usageAs = { inputTokens: 1, outputTokens: 1, totalTokens: 2, webSearches: 3, served: { tier: 'flex', geo: 'us' } }
    const call = receiptOf('r1', { attempts: [{ ...asked(0), usage: usageAs, usageEstimated: 'implausible', costNanoUsd: 1_000, priced }] })
    expect(toReceiptBody(requestOf(call), usual)?.attempts[0]).toMatchObject({
      ...{ tokens_estimated: true, estimate_reason: 'implausible', cost_nano_usd: '1000', tokens: { web_searches: 3 } },
      price: { source: 'a page', service_tier: 'flex', geo: 'us', usd_per_million: { input: 4, output: 20 } },
      cost_by_class: { input: { usd: 4e-7, nano_usd: '400' }, output: { usd: 6e-7, nano_usd: '600' } },
    })
  })

  it('tells which targets were passed over', () => {
    const leftOut = [{ provider: 'a', model: 'm', why: 'circuit_open', untilMs: 5_000 }]
    const call = receiptOf('r1', { attempts: [asked(0)], route: { strategy: 'latency', leftOut } })
    expect(toReceiptBody(requestOf(call), usual)?.route).toEqual({
      strategy: 'latency',
      candidates: [
        { provider: 'a', model: 'm', verdict: 'left_out', why: 'circuit_open', until: '1970-01-01T00:00:05.000Z' },
        { provider: 'p', model: 'm', verdict: 'first', why: null, until: null },
      ],
    })
  })

  it('tells every attempt, what it cost and what was wasted and saved', () => {
    const receipt = receiptOf('r1', {
      ...{ startedAtMs: 1_000_000, endedAtMs: 1_000_900, firstContentAtMs: 1_000_400, usage, costNanoUsd: 54_400_000, wastedNanoUsd: 7 },
      attempts: [
        {
          provider: 'azure',
          model: 'gpt-4o',
          reason: 'first',
          startedAtMs: 1_000_000,
          endedAtMs: 1_000_100,
          outcome: 'server',
          upstreamStatus: 503,
          faults: ['error'],
          costNanoUsd: 3,
        },
        {
          provider: 'openai',
          model: 'gpt-4o',
          reason: 'fallback',
          startedAtMs: 1_000_100,
          endedAtMs: 1_000_500,
          outcome: 'canceled',
          usage,
          costNanoUsd: 4,
        },
        {
          provider: 'openai',
          model: 'gpt-4o',
          reason: 'hedge',
          startedAtMs: 1_000_200,
          answeredAtMs: 1_000_400,
          outcome: 'success',
          upstreamStatus: 200,
          usage,
          costNanoUsd: 54_400_000,
        },
      ],
      winner: 2,
      ...{
        cache: { status: 'miss' },
        condensation: { fromTokens: 1000, toTokens: 100, preservation: 0.9, savedNanoUsd: 5 },
        dropped: ['seed'],
        changed: ['max_tokens'],
      },
    })
    expect(toReceiptBody(requestOf(receipt), usual)).toEqual({
      ...{
        object: 'receipt',
        id: 'r1',
        created: 1000,
        at: '1970-01-01T00:16:40.000Z',
        operation: 'chat',
        endpoint: '/v1/chat/completions',
        status: 200,
        usual,
      },
      phases: { auth_ms: null, queue_ms: null, cache_ms: 0, condense_ms: null },
      ...{ key: 'ops', requested_model: 'fast', model: 'gpt-4o', provider: 'openai' },
      ...{ stream: true, outcome: 'complete', error_code: null },
      attempts: [
        {
          ...{
            provider: 'azure',
            model: 'gpt-4o',
            reason: 'first',
            status: 503,
            outcome: 'server',
            started_ms: 0,
            waited_ms: null,
            waited_for: null,
            limit: null,
            cause: null,
            ms: 100,
            answered_ms: null,
          },
          ...{
            tokens: null,
            tokens_estimated: false,
            estimate_reason: null,
            price: null,
            cost_by_class: null,
            cost_usd: 3e-9,
            cost_nano_usd: '3',
            faults: ['error'],
          },
        },
        expect.objectContaining({ reason: 'fallback', status: null, outcome: 'canceled', ms: 400, cost_nano_usd: '4' }),
        expect.objectContaining({ reason: 'hedge', status: 200, outcome: 'success', ms: 700, answered_ms: 200, cost_usd: 0.0544 }),
      ],
      tokens: {
        ...{ input_tokens: 100, output_tokens: 20, total_tokens: 120, cached_input_tokens: 60, cache_write_tokens: 10 },
        cache_write_one_hour_tokens: 0,
        ...{ reasoning_tokens: 5, audio_tokens: 0, web_searches: 0 },
      },
      ...{ cost_usd: 0.0544, cost_nano_usd: '54400000', wasted_usd: 7e-9, wasted_nano_usd: '7', saved_usd: 5e-9, saved_nano_usd: '5' },
      cache: { status: 'miss', level: null, age_seconds: null, similarity: null, saved_usd: null },
      guardrails: [],
      condensation: { from_tokens: 1000, to_tokens: 100, saved_tokens: 900, preservation: 0.9, saved_usd: 5e-9 },
      route: {
        strategy: null,
        candidates: [
          { provider: 'azure', model: 'gpt-4o', verdict: 'first', why: null, until: null },
          expect.objectContaining({ verdict: 'fallback' }),
          expect.objectContaining({ verdict: 'hedge' }),
        ],
      },
      // The first attempt had failed before anything was tried twice at once.
      hedge: { attempts: 1, won: true, wasted_usd: 4e-9, wasted_nano_usd: '4' },
      ...{ dropped_params: ['seed'], changed_params: ['max_tokens'], tags: [], latency_ms: 900, first_content_ms: 400, upstream_ms: 900 },
    })
  })

  it('says of an unknown price that it is unknown', () => {
    const attempt = attemptWith({ provider: 'acme', model: 'm', usage, costNanoUsd: null })
    const body = toReceiptBody(requestOf(receiptOf('r1', { costNanoUsd: null, attempts: [attempt] })), usual)
    expect(body).toMatchObject({ cost_usd: null, cost_nano_usd: null, attempts: [{ cost_usd: null }], hedge: null, cache: null })
  })

  it('carries no error text', () => {
    const error = { code: 'content_filter', message: 'you said: my prompt', fault: 'caller' } as const
    const body = toReceiptBody(requestOf(receiptOf('r1', { outcome: 'error', error })), usual)
    expect(body?.error_code).toBe('content_filter')
    expect(JSON.stringify(body)).not.toContain('prompt')
  })
})

describe('receipts', () => {
  it.each([
    ['its own key', { id: 'k1', role: 'user' }, true],
    ['an admin', { id: 'k9', role: 'admin' }, true],
    ['another key', { id: 'k2', role: 'user' }, false],
    ['nobody', {}, false],
  ])('lets %s read: in memory and from the file', async (_who, reader, may) => {
    const store = storeWith()
    store.push(requestOf(receiptOf('r1')))
    expect((await store.receipt('r1', reader))?.id).toBe(may ? 'r1' : undefined)
    await store.close()
    expect((await storeWith().receipt('r1', reader))?.id).toBe(may ? 'r1' : undefined)
    expect(await storeWith().receipt('r2', reader)).toBeUndefined()
  })

  it('gives receipts of a gateway without keys to those without a key', async () => {
    const store = storeWith()
    store.push(requestOf(receiptOf('r1', { principal: undefined })))
    expect(await store.receipt('r1', {})).toMatchObject({ id: 'r1', key: null })
    expect(await store.receipt('r1', { id: 'k1' })).toBeUndefined()
  })

  it('keeps receipts apart that two keys gave the same name', async () => {
    const store = storeWith()
    store.push(requestOf(receiptOf('r1', { model: 'mine' })))
    store.push(
      requestOf(receiptOf('r1', { model: 'theirs', principal: { id: 'k2', name: 'dev', role: 'user' }, endedAtMs: world.deps.now() + 1 })),
    )
    expect(await store.receipt('r1', { id: 'k1' })).toMatchObject({ model: 'mine' })
    expect(await store.receipt('r1', { id: 'k2' })).toMatchObject({ model: 'theirs' })
    expect(await store.receipt('r1', { id: 'k9', role: 'admin' })).toMatchObject({ model: 'theirs' })
    store.push(requestOf(receiptOf('r1', { model: 'mine again', endedAtMs: world.deps.now() + 2 })))
    expect(await store.receipt('r1', { id: 'k1' })).toMatchObject({ model: 'mine again' })
  })

  it('keeps nothing without end', async () => {
    const store = storeWith()
    const long = 'x'.repeat(100_000)
    const attempt = attemptWith({ model: long })
    const error = { code: 'content_filter', message: 'you said: my prompt', fault: 'caller' } as const
    const lists = { dropped: Array.from({ length: 1000 }, () => long), tags: [long] }
    store.push(requestOf(receiptOf('r1', { requestedModel: long, model: long, attempts: [attempt], error, ...lists })))
    const body = JSON.stringify(await store.receipt('r1', { id: 'k1' }))
    expect(body.length).toBeLessThan(20_000)
    expect(body).not.toContain('prompt')
  })

  it('forgets an end user', async () => {
    const store = storeWith()
    store.push(requestOf(receiptOf('r1', { user: 'ann' })))
    store.push(requestOf(receiptOf('r2', { user: 'bob' })))
    expect(await store.user('ann')).toMatchObject({ receipts: 1 })
    expect(await store.eraseUser('ann')).toMatchObject({ receipts: 1 })
    expect(await store.receipt('r1', { id: 'k1' })).toBeUndefined()
    expect(await store.receipt('r2', { id: 'k1' })).toMatchObject({ id: 'r2' })
    expect(await store.user('ann')).toMatchObject({ receipts: 0 })
  })
})

it('sums up over 10,000 mixed calls to the nano-dollar of the ledger', async () => {
  const store = storeWith()
  const calls = drawMixedCalls(10_000, 7, world.deps.now() - 60_000)
  for (const [index, { receipt }] of calls.entries()) {
    store.push(requestOf(receipt))
    if (index % 1000 === 999) await store.flush()
  }
  let [cost, wasted, saved, unpriced] = [0n, 0n, 0n, 0]
  for (const { receipt } of calls) {
    const body = await store.receipt(receipt.id, { id: receipt.principal?.id })
    if (body === undefined) throw new Error(`${receipt.id} is gone`)
    cost += BigInt(body.cost_nano_usd ?? 0)
    wasted += BigInt(body.wasted_nano_usd)
    saved += BigInt(body.saved_nano_usd)
    unpriced += body.cost_nano_usd === null ? 1 : 0
  }
  const rows = await store.analytics({ groupBy: 'user' })
  const sumOf = (of: (row: (typeof rows)[number]) => string | number): bigint => rows.reduce((sum, row) => sum + BigInt(of(row)), 0n)
  expect([sumOf((row) => row.costNanoUsd), sumOf((row) => row.wastedNanoUsd), sumOf((row) => row.savedNanoUsd)]).toEqual([
    cost,
    wasted,
    saved,
  ])
  expect(sumOf((row) => row.unpricedRequests)).toBe(BigInt(unpriced))
  expect(unpriced).toBeGreaterThan(1000)
}, 30_000)
