import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attemptWith, callWith, requestOf } from '../record/__fixtures__/call.ts'
import { drawMixedCalls, type MixedCall } from '../record/__fixtures__/mixed-calls.ts'
import type { CallRecord } from '../record/call-record.ts'
import { createStoreWorld, type StoreWorld } from '../sqlite/__fixtures__/store-world.ts'
import { openConnection } from '../sqlite/connection.ts'
import type { AnalyticsQuery, AnalyticsRow } from '../usage/analytics.ts'
import { createInThreadRecorder, type RecorderOptions } from './create-in-thread-recorder.ts'
import type { Recorder } from './recorder.ts'

const hourMs = 3_600_000
let world: StoreWorld
let file: string
let open: Recorder[]
beforeEach(async () => {
  world = await createStoreWorld()
  file = join(world.directory, 'records.db')
  open = []
})
afterEach(async () => {
  for (const ledger of open) await ledger.close()
  await world.remove()
})

function ledgerWith(options: Partial<RecorderOptions> = {}): Recorder {
  const ledger = createInThreadRecorder({ file, secret: 'a secret of the server', ...options }, world.deps)
  open.push(ledger)
  return ledger
}

function receiptOf(fields: Partial<CallRecord> = {}): CallRecord {
  const startedAtMs = fields.startedAtMs ?? world.deps.now()
  return callWith({
    ...{ id: 'call', requestedModel: 'gpt-4o', model: 'gpt-4o', provider: 'openai', stream: false, outcome: 'complete', attempts: [] },
    ...{ costNanoUsd: 0, wastedNanoUsd: 0, dropped: [], tags: [], startedAtMs, endedAtMs: startedAtMs + 100 },
    ...fields,
  })
}

async function count(sql: string): Promise<number> {
  const connection = await openConnection(file, { readOnly: true })
  const [row] = await connection.all<{ count: number }>(sql)
  await connection.close()
  return row?.count ?? -1
}

const sum = (calls: readonly MixedCall[], of: (receipt: CallRecord) => number | null | undefined): bigint =>
  calls.reduce((total, { receipt }) => total + BigInt(of(receipt) ?? 0), 0n)
const total = (rows: readonly AnalyticsRow[], of: (row: AnalyticsRow) => string | number): bigint =>
  rows.reduce((sumOf, row) => sumOf + BigInt(of(row)), 0n)
const tokensOf = (row: AnalyticsRow): number =>
  row.uncachedInputTokens + row.cachedInputTokens + row.cacheWriteTokens + row.audioInputTokens + row.outputTokens + row.reasoningTokens

describe('10,000 mixed calls', { timeout: 30_000 }, () => {
  const calls = drawMixedCalls(10_000, 20_260_115, Date.UTC(2026, 0, 12))

  function checkSums(rows: readonly AnalyticsRow[]): void {
    expect(total(rows, (row) => row.requests)).toBe(10_000n)
    expect(total(rows, (row) => row.costNanoUsd)).toBe(sum(calls, (receipt) => receipt.costNanoUsd))
    expect(total(rows, (row) => row.wastedNanoUsd)).toBe(sum(calls, (receipt) => receipt.wastedNanoUsd))
    expect(total(rows, (row) => row.savedNanoUsd)).toBe(sum(calls, (receipt) => receipt.cache?.savedNanoUsd))
    expect(total(rows, (row) => row.unpricedRequests)).toBe(sum(calls, (receipt) => (receipt.costNanoUsd === null ? 1 : 0)))
    expect(total(rows, (row) => row.errors)).toBe(sum(calls, (receipt) => (receipt.outcome === 'error' ? 1 : 0)))
    expect(total(rows, (row) => row.canceled)).toBe(sum(calls, (receipt) => (receipt.outcome === 'canceled' ? 1 : 0)))
    expect(total(rows, tokensOf)).toBe(sum(calls, (receipt) => (receipt.attempts.length === 0 ? 0 : receipt.usage?.totalTokens)))
    expect(total(rows, (row) => row.savedTokens)).toBe(
      sum(calls, ({ attempts, usage }) => (attempts.length === 0 ? usage?.totalTokens : 0)),
    )
  }

  it('add up to the nano-dollar by whatever they are grouped', async () => {
    const ledger = ledgerWith()
    for (const { receipt } of calls) ledger.push(requestOf(receipt))
    for (const groupBy of ['provider', 'model', 'key', 'user', 'day'] as const) checkSums(await ledger.analytics({ groupBy }))
    expect(ledger.figures()).toMatchObject({ queued: 0, written: 10_000, dropped: { store: 0 }, failures: 0 })
  })

  it('give the percentiles of each group within 5 %, and days in order', async () => {
    const ledger = ledgerWith()
    for (const { receipt } of calls) ledger.push(requestOf(receipt))
    const days = await ledger.analytics({ groupBy: 'day' })
    expect(days.map((row) => row.group)).toEqual(['2026-01-12', '2026-01-13', '2026-01-14'])
    for (const row of await ledger.analytics({ groupBy: 'key' })) {
      const own = calls
        .filter(({ receipt }) => receipt.principal?.id === row.group)
        .map(({ receipt }) => receipt.endedAtMs - receipt.startedAtMs)
      own.sort((a, b) => a - b)
      expect(row.name).toBe(`name ${row.group?.at(-1)}`)
      expect(row.averageLatencyMs).toBeCloseTo(own.reduce((a, b) => a + b, 0) / own.length, 6)
      for (const [share, got] of [
        [0.5, row.p50LatencyMs],
        [0.95, row.p95LatencyMs],
      ] as const) {
        const exact = own[Math.ceil(share * own.length) - 1] ?? Number.NaN
        expect(Math.abs((got ?? Number.NaN) / exact - 1)).toBeLessThan(0.05)
      }
    }
  })

  it('lose nobody’s money when a user is erased', async () => {
    const ledger = ledgerWith()
    for (const { receipt } of calls) ledger.push(requestOf(receipt))
    const before = await ledger.analytics({ groupBy: 'provider' })
    const ann = calls.filter(({ receipt }) => receipt.user === 'ann').length
    const { usage: held } = await ledger.user('ann')
    expect(held).toMatchObject({ requests: ann, pseudonym: expect.stringMatching(/^user_[0-9a-f]{24}$/) })
    expect(held.entries).toHaveLength(1000)
    expect(await ledger.eraseUser('ann')).toMatchObject({ usage: ann, receipts: ann })
    expect((await ledger.user('ann')).usage).toMatchObject({ requests: 0, entries: [] })
    expect(await ledger.analytics({ groupBy: 'provider' })).toEqual(before)
    const users = await ledger.analytics({ groupBy: 'user' })
    expect(users.map((row) => row.group)).not.toContain(held.pseudonym)
    expect(total(users, (row) => row.requests)).toBe(10_000n)
  })
})

describe('a ledger', () => {
  it('adds what no JavaScript number could', async () => {
    const ledger = ledgerWith()
    for (let index = 0; index < 3; index++) ledger.push(requestOf(receiptOf({ costNanoUsd: Number.MAX_SAFE_INTEGER })))
    expect(await ledger.analytics({ groupBy: 'model' })).toMatchObject([
      { costNanoUsd: '27021597764222973', costUsd: '27021597.764222973' },
    ])
  })

  it.each([
    ['null', null],
    ['a fraction', 0.5],
    ['not a number', Number.NaN],
    ['beyond what is exact', 2 ** 60],
  ])('counts a cost that is %s as unknown, and not as nothing', async (_what, costNanoUsd) => {
    const ledger = ledgerWith()
    ledger.push(requestOf(receiptOf({ costNanoUsd })))
    ledger.push(requestOf(receiptOf({ costNanoUsd: 54_400_000 })))
    expect(await ledger.analytics({ groupBy: 'model' })).toMatchObject([{ requests: 2, unpricedRequests: 1, costUsd: '0.0544' }])
  })

  it('counts a call under each of its tags, and once under none', async () => {
    const ledger = ledgerWith()
    ledger.push(requestOf(receiptOf({ tags: ['b', 'a', 'b'] })))
    ledger.push(requestOf(receiptOf({ tags: ['a', 'b'] })))
    ledger.push(requestOf(receiptOf({ tags: ['a'] })))
    ledger.push(requestOf(receiptOf()))
    const rows = await ledger.analytics({ groupBy: 'tag' })
    expect(rows.map((row) => [row.group, row.requests])).toEqual([
      ['a', 3],
      ['b', 2],
      [null, 1],
    ])
    expect(rows[0]?.p50LatencyMs).toBeGreaterThan(95)
  })

  it('books a failed call with whom it was tried last', async () => {
    const ledger = ledgerWith()
    const attempt = attemptWith({ provider: 'anthropic', model: 'claude', outcome: 'server', costNanoUsd: null })
    ledger.push(requestOf(receiptOf({ outcome: 'error', provider: undefined, model: undefined, attempts: [attempt] })))
    expect(await ledger.analytics({ groupBy: 'provider' })).toMatchObject([{ group: 'anthropic', errors: 1, unpricedAttempts: 1 }])
  })

  it('counts what a model answered and what it failed to under one name, whatever the client and the answers call it', async () => {
    const ledger = ledgerWith()
    const called = attemptWith({ provider: 'openai', model: 'gpt-4o' })
    const failed = { ...called, outcome: 'server' }
    const alias = { requestedModel: 'fast' }
    const dated = { ...alias, model: 'gpt-4o-2024-11-20' }
    const calls: readonly Partial<CallRecord>[] = [
      { ...dated, attempts: [called], winner: 0 },
      { ...dated, attempts: [failed, called], winner: 1 },
      { ...dated, attempts: [called, { ...called, model: 'slower', outcome: 'abandoned' }], winner: 0 },
      { ...dated, outcome: 'error', provider: undefined, attempts: [failed] },
      { ...dated, outcome: 'canceled', provider: undefined, attempts: [failed] },
      { ...alias, model: undefined, outcome: 'error', provider: undefined, attempts: [failed, failed] },
      { ...alias, attempts: [], cache: { status: 'hit' } },
    ]
    for (const call of calls) ledger.push(requestOf(receiptOf(call)))
    expect(await ledger.analytics({ groupBy: 'model' })).toMatchObject([{ group: 'gpt-4o', requests: 7, errors: 2, canceled: 1 }])
    expect(await ledger.analytics({ groupBy: 'model', model: 'gpt-4o' })).toMatchObject([{ requests: 7 }])
  })

  it('makes no group of a model that does not exist', async () => {
    const ledger = ledgerWith()
    const failed = { outcome: 'error', provider: undefined, model: undefined } as const
    for (const requestedModel of ['a', 'b', 'c']) ledger.push(requestOf(receiptOf({ ...failed, requestedModel, user: 'ann' })))
    expect(await ledger.analytics({ groupBy: 'model' })).toMatchObject([{ group: null, requests: 3, errors: 3 }])
    expect((await ledger.user('ann')).usage.entries.map((entry) => entry.requested_model)).toEqual(['c', 'b', 'a'])
  })

  it.each<[Omit<AnalyticsQuery, 'groupBy'>, number]>([
    [{ fromMs: 1.5 * hourMs, toMs: 2.5 * hourMs }, 2],
    [{ fromMs: 2 * hourMs }, 2],
    [{ toMs: 2 * hourMs }, 2],
    [{ key: 'k1' }, 1],
    [{ provider: 'openai', model: 'gpt-4o' }, 4],
    [{ provider: 'nobody' }, 0],
    [{ user: 'ann' }, 1],
  ])('filters by %j', async (query, requests) => {
    const startMs = Math.floor(world.deps.now() / hourMs - 4) * hourMs
    const ledger = ledgerWith()
    for (let hour = 0; hour < 4; hour++) {
      const receipt = receiptOf({
        startedAtMs: startMs + hour * hourMs + 1,
        principal: hour === 1 ? { id: 'k1', name: 'ops', role: 'user' } : undefined,
        user: hour === 2 ? 'ann' : undefined,
      })
      ledger.push(requestOf(receipt))
    }
    const times = { ...(query.fromMs && { fromMs: startMs + query.fromMs }), ...(query.toMs && { toMs: startMs + query.toMs }) }
    expect(total(await ledger.analytics({ groupBy: 'day', ...query, ...times }), (row) => row.requests)).toBe(BigInt(requests))
  })

  it('shows single calls to whoever opens the file with SQL', async () => {
    const ledger = ledgerWith()
    ledger.push(requestOf(receiptOf({ id: 'one', costNanoUsd: 2 ** 50 + 1, tags: ['x'] })))
    ledger.push(requestOf(receiptOf({ id: 'two', costNanoUsd: null })))
    await ledger.flush()
    const connection = await openConnection(file, { readOnly: true })
    const sql = 'SELECT id, model, tags, CAST(cost_nano_usd AS TEXT) AS cost, latency_ms, cache_status FROM request_rows ORDER BY sequence'
    const common = { model: 'gpt-4o', latency_ms: 100, cache_status: null }
    expect(await connection.all(sql)).toEqual([
      { ...common, id: 'one', tags: '["x"]', cost: '1125899906842625' },
      { ...common, id: 'two', tags: '[]', cost: null },
    ])
    await connection.close()
  })

  it('goes on where it stopped', async () => {
    const ledger = ledgerWith()
    ledger.push(requestOf(receiptOf()))
    await ledger.close()
    const next = ledgerWith()
    next.push(requestOf(receiptOf()))
    expect(await next.analytics({ groupBy: 'key' })).toMatchObject([{ group: null, requests: 2 }])
  })

  it('refuses to group by what it does not know', async () => {
    const query = { groupBy: 'constructor' } as unknown as AnalyticsQuery
    await expect(ledgerWith().analytics(query)).rejects.toThrow(
      `Usage can't be grouped by "constructor"; it can by provider, model, key, user, tag, day`,
    )
  })

  it('never stops a caller, whatever its file is', async () => {
    await writeFile(join(world.directory, 'taken'), '')
    const ledger = ledgerWith({ file: join(world.directory, 'taken', 'records.db'), maxHeld: 100, audit: false })
    for (let index = 0; index < 150; index++) ledger.push(requestOf(receiptOf()))
    await expect(ledger.flush()).rejects.toMatchObject({ code: 'storage_unavailable' })
    expect(ledger.figures()).toMatchObject({ queued: 100, dropped: { store: 50 }, written: 0 })
    await expect(ledger.eraseUser('ann')).rejects.toMatchObject({ code: 'storage_unavailable' })
  })

  it('survives a lock that another process holds, and writes when it is gone', async () => {
    const ledger = ledgerWith()
    await ledger.flush()
    await ledger.analytics({ groupBy: 'day' })
    const other = await openConnection(file)
    await other.exec('BEGIN IMMEDIATE')
    ledger.push(requestOf(receiptOf()))
    await expect(ledger.flush()).rejects.toMatchObject({ reason: 'SQLITE_BUSY', retryable: true })
    await other.exec('COMMIT')
    await other.close()
    await ledger.flush()
    expect(ledger.figures()).toMatchObject({ queued: 0, written: 1, dropped: { store: 0 }, failures: 1 })
  })
})

describe('retention', () => {
  it.each([
    ['rows', { maxRows: 3 }, 3, 10],
    ['age', { maxAgeMs: 4 * hourMs }, 5, 10],
    ['hours by age', { maxHourlyAgeMs: 4 * hourMs }, 10, 5],
    ['hours by number', { maxHourlyRows: 2 }, 10, 2],
    ['bytes', { maxBytes: 1 }, 0, 10],
  ])('by %s', async (_what, retention, rows, hours) => {
    const ledger = ledgerWith({ retention })
    const startMs = world.deps.now() - 10 * hourMs
    for (let hour = 1; hour <= 10; hour++) ledger.push(requestOf(receiptOf({ startedAtMs: startMs + hour * hourMs - (hour > 9 ? 1 : 0) })))
    await ledger.flush()
    expect(await count('SELECT count(*) AS count FROM requests')).toBe(rows)
    expect(await count('SELECT count(*) AS count FROM request_hours')).toBe(hours)
  })
})

describe('spending', () => {
  const who = (id: string, team?: string) => ({ principal: { id, name: id, role: 'user', ...(team !== undefined && { team }) } })
  const push = (ledger: Recorder, costNanoUsd: number, more: Partial<CallRecord>): void =>
    ledger.push(requestOf(receiptOf({ costNanoUsd, wastedNanoUsd: 1, ...more })))

  it('stays with the team and the key that it was made by, from an hour on', async () => {
    const ledger = ledgerWith()
    const fromMs = Math.floor(world.deps.now() / hourMs) * hourMs
    push(ledger, 100, { ...who('a', 'shop'), startedAtMs: fromMs - 1 })
    push(ledger, 10, { ...who('a', 'shop'), startedAtMs: fromMs })
    push(ledger, 20, { ...who('a', 'other'), startedAtMs: fromMs })
    push(ledger, 40, { ...who('b', 'shop'), user: 'ann', startedAtMs: fromMs })
    push(ledger, 80, { ...who('c'), user: 'ann', startedAtMs: fromMs })
    const read = () =>
      Promise.all([
        ledger.spending({ team: 'shop', fromMs }),
        ledger.spending({ key: 'a', fromMs }),
        ledger.spending({ key: 'a', fromMs: 0 }),
        ledger.spending({ team: 'shop', user: 'ann', fromMs }),
        ledger.spending({ key: 'c', user: 'ann', fromMs }),
        ledger.spending({ fromMs: 0 }),
      ])
    expect(await read()).toEqual([52, 32, 133, 41, 81, 255])
    await ledger.eraseUser('ann')
    expect(await read()).toEqual([52, 32, 133, 0, 0, 255])
  })

  it('over all time outlives the hours of analytics', async () => {
    const retention = { maxHourlyAgeMs: 24 * hourMs }
    const first = ledgerWith({ retention })
    push(first, 10, { ...who('a', 'shop'), startedAtMs: world.deps.now() - 100 * hourMs })
    push(first, 20, { ...who('a', 'shop'), startedAtMs: world.deps.now() })
    await first.flush()
    const fromMs = world.deps.now() - 24 * hourMs
    const sums = [await first.spending({ team: 'shop', fromMs: 0 }), await first.spending({ team: 'shop', fromMs })]
    expect([sums, await count('SELECT count(*) AS count FROM request_hours')]).toEqual([[32, 21], 1])
  })

  it('of a file of before is what its hours say', async () => {
    const first = ledgerWith()
    push(first, 10, who('a'))
    await first.close()
    const connection = await openConnection(file)
    await connection.exec('DROP TABLE request_spending')
    await connection.close()
    expect(await ledgerWith().spending({ key: 'a', fromMs: 0 })).toBe(11)
  })
})
