import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemDeps } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import {
  createInThreadRecorder,
  type Recorder,
  type RecorderNotice,
  type RecorderOptions,
  verifyAuditDatabase,
} from '@proxyapi/logging/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasPostgres, type Postgres, startPostgres } from '../keys/start-postgres.ts'

const secret = 'a secret that all instances have'
const admin = { role: 'admin' }
let server: Postgres | undefined
let folder: string
const opened: Recorder[] = []

beforeAll(async () => {
  if (hasPostgres) server = await startPostgres()
}, 60_000)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxyapi-records-'))
})
afterEach(async () => {
  for (const recorder of opened.splice(0)) await recorder.close()
  rmSync(folder, { recursive: true, force: true })
})
afterAll(() => server?.stop())

interface Given {
  readonly user?: string
  readonly tags?: readonly string[]
  readonly costNanoUsd?: number
  readonly model?: string
  readonly failed?: boolean
  readonly startedAtMs?: number
}

function requestOf(id: string, given: Given = {}): CompletedRequest {
  const { user, tags = [], costNanoUsd = 1_000, model = 'm', failed = false, startedAtMs = Date.now() - 1_000 } = given
  const endpoint = '/v1/chat/completions'
  const call = {
    ...{ id, operation: 'chat', requestedModel: 'any', stream: false, outcome: failed ? 'error' : 'complete', dropped: [], tags },
    ...{ costNanoUsd, wastedNanoUsd: 0, startedAtMs, endedAtMs: startedAtMs + 120, user, provider: 'p', model },
    principal: { id: 'key-1', name: 'app', role: 'user', team: 'red' },
    attempts: [{ provider: 'p', model, reason: 'first', startedAtMs, outcome: failed ? 'error' : 'success', endedAtMs: startedAtMs + 120 }],
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
  }
  const request = {
    id,
    method: 'POST',
    endpoint,
    path: endpoint,
    status: failed ? 502 : 200,
    startedAtMs,
    endedAtMs: startedAtMs + 120,
    key: call.principal,
    call,
  }
  return request as unknown as CompletedRequest // as the server completes it
}

function open(options: Partial<RecorderOptions>, name = 'one'): Recorder {
  const recorder = createInThreadRecorder({ file: join(folder, name, 'records.db'), secret, flushAfterMs: 5, ...options })
  opened.push(recorder)
  return recorder
}

describe.each([
  ['SQLite', () => ({}), true],
  ['PostgreSQL', () => ({ database: { url: server?.createDatabase() ?? '', ledger: 'one' } }), hasPostgres],
] as const)('records in %s', (_name, databaseOptions, isThere) => {
  const store = (): Recorder => open(databaseOptions())

  it.skipIf(!isThere)('are listed, filtered, summed up and found again', async () => {
    const recorder = store()
    recorder.push(requestOf('a-1', { tags: ['x', 'y\0'], user: 'ann' }))
    recorder.push(requestOf('a-2', { tags: ['x'], model: 'other', costNanoUsd: 5_000 }))
    recorder.push(requestOf('b-\ud800', { failed: true }))
    const ids = async (query: Parameters<Recorder['requests']>[0]): Promise<string[]> =>
      (await recorder.requests(query)).requests.map(({ id }) => id)
    expect((await ids({})).slice(1)).toEqual(['a-2', 'a-1'])
    expect(await ids({ id: 'a-' })).toEqual(['a-2', 'a-1'])
    expect(await ids({ tag: 'x' })).toEqual(['a-2', 'a-1'])
    expect(await ids({ user: 'ann', key: 'app', provider: 'p', model: 'm', outcome: 'complete', status: 200, minAttempts: 1 })).toEqual([
      'a-1',
    ])
    expect(await ids({ minUsd: 0.000004, fromMs: Date.now() - 60_000.5, toMs: Date.now() + 0.5, minMs: 100.5 })).toEqual(['a-2'])
    expect((await recorder.requests({ limit: 1 })).next).not.toBeNull()
    const summary = await recorder.summary({})
    expect([summary.total, summary.by_outcome]).toEqual([3, { complete: 2, error: 1, canceled: 0 }])
    expect((await recorder.summary({ tag: 'x' })).facets.model).toEqual([
      { value: 'm', requests: 1 },
      { value: 'other', requests: 1 },
    ])
    expect((await recorder.receipt('a-1', admin))?.id).toBe('a-1')
    expect((await recorder.receipt('a-1', { id: 'key-1' }))?.id).toBe('a-1')
    expect(await recorder.receipt('a-1', { id: 'key-2' })).toBeUndefined()
    expect(await recorder.receipt('a\0', admin)).toBeUndefined()
    expect(await recorder.spending({ team: 'red', fromMs: 0 })).toBe(7_000)
  })

  it.skipIf(!isThere)('are grouped by whatever usage is asked by', async () => {
    const recorder = store()
    for (let index = 0; index < 500; index++)
      recorder.push(
        requestOf(`r-${index}`, {
          model: `m${index % 3}`,
          tags: index % 2 === 0 ? ['even', 'all'] : ['all'],
          ...(index % 5 === 0 && { user: 'ann' }),
        }),
      )
    const groups = async (groupBy: Parameters<Recorder['analytics']>[0]['groupBy']): Promise<unknown> =>
      (await recorder.analytics({ groupBy })).map(({ group, requests, costNanoUsd }) => [group, requests, costNanoUsd])
    expect(await groups('provider')).toEqual([['p', 500, '500000']])
    expect(await groups('model')).toEqual([
      ['m0', 167, '167000'],
      ['m1', 167, '167000'],
      ['m2', 166, '166000'],
    ])
    expect(await groups('tag')).toEqual([
      ['all', 500, '500000'],
      ['even', 250, '250000'],
    ])
    expect(await groups('day')).toEqual([[new Date(Date.now() - 1_000).toISOString().slice(0, 10), 500, '500000']])
    expect((await recorder.analytics({ groupBy: 'key' }))[0]).toMatchObject({
      name: 'app',
      p50LatencyMs: expect.any(Number),
    })
  })

  it.skipIf(!isThere)('forget an end user, whose spending stays', async () => {
    const recorder = store()
    recorder.push(requestOf('u-1', { user: 'ann' }))
    recorder.push(requestOf('u-2', { user: 'ann', model: 'other' }))
    recorder.push(requestOf('u-3'))
    await recorder.audit({ action: 'data.read', outcome: 'success', subject: 'ann', actor: { id: 'k', name: 'ops' } })
    expect(await recorder.user('ann')).toMatchObject({ usage: { requests: 2 }, receipts: 2, audit: { records: 1 } })
    expect(await recorder.eraseUser('ann')).toEqual({ usage: 2, receipts: 2, audit: 1 })
    expect(await recorder.user('ann')).toMatchObject({ usage: { requests: 0 }, receipts: 0, audit: { records: 0 } })
    expect((await recorder.analytics({ groupBy: 'user' })).map(({ group, requests }) => [group, requests])).toEqual([[null, 3]])
    expect(await recorder.spending({ team: 'red', fromMs: 0 })).toBe(3_000)
    expect((await recorder.verifyAudit()).ok).toBe(true)
  })

  it.skipIf(!isThere)('keep no more than they may', async () => {
    const options = databaseOptions()
    const days = 86_400_000
    const first = open(options)
    for (let index = 0; index < 20; index++) first.push(requestOf(`old-${index}`, { startedAtMs: Date.now() - 100 * days }))
    for (let index = 0; index < 20; index++) first.push(requestOf(`new-${index}`))
    await first.flush()
    await first.close()
    const next = open({
      ...options,
      retention: { maxAgeMs: 90 * days, maxRows: 11, maxHourlyAgeMs: 50 * days, audit: { maxRecords: 5, maxSubjects: 2 } },
    })
    next.push(requestOf('last'))
    await next.flush()
    for (let index = 0; index < 9; index++) await next.audit({ action: 'a', outcome: 'success', subject: `user-${index}` })
    await systemDeps.sleep(50)
    expect((await next.requests({ limit: 200 })).requests.length).toBeLessThanOrEqual(12)
    expect((await next.requests({ id: 'old-' })).requests).toEqual([])
    expect(await next.spending({ team: 'red', fromMs: 0 })).toBe(41_000)
    expect((await next.verifyAudit()).ok).toBe(true)
  })

  it.skipIf(!isThere)('chain what admins do, by pages, and refuse a forged record', async () => {
    const recorder = store()
    for (let index = 0; index < 5; index++)
      await recorder.audit({
        action: `key.${index % 2 === 0 ? 'create' : 'delete'}`,
        outcome: 'success',
        actor: { id: 'k', name: 'ops\0' },
        details: { index },
      })
    const page = await recorder.auditRecords({ action: 'key.create', actor: 'ops', limit: 2, fromMs: Date.now() - 60_000.5 })
    expect([page.total, page.records.map(({ details }) => details)]).toEqual([3, ['{"index":4}', '{"index":2}']])
    expect(await recorder.verifyAudit()).toMatchObject({ ok: true, entries: 5 })
  })
})

describe.skipIf(!hasPostgres)('instances over one PostgreSQL', () => {
  let url: string
  let notices: RecorderNotice[]
  beforeEach(() => {
    url = server?.createDatabase() ?? ''
    notices = []
  })
  const instance = (name: string): Recorder =>
    open({ database: { url, ledger: name }, maxHeld: 50, onNotice: (notice) => void notices.push(notice) }, name)

  it('have one ledger, find one another’s receipts, and write one audit chain that verifies', async () => {
    const [one, other] = [instance('one'), instance('other')]
    for (let index = 0; index < 40; index++)
      for (const recorder of [one, other]) recorder.push(requestOf(`${recorder === one ? 'a' : 'b'}-${index}`))
    await Promise.all([one.flush(), other.flush()])
    expect((await one.analytics({ groupBy: 'provider' }))[0]).toMatchObject({ requests: 80, costNanoUsd: '80000' })
    expect((await one.receipt('b-7', admin))?.id).toBe('b-7')
    expect((await other.receipt('a-7', { id: 'key-1' }))?.id).toBe('a-7')
    expect([await one.spending({ key: 'key-1', fromMs: 0 }), await other.spending({ key: 'key-1', fromMs: 0 })]).toEqual([40_000, 40_000])
    const events = Array.from({ length: 30 }, (_, index) => ({ action: 'a', outcome: 'success', details: { index } }) as const)
    await Promise.all(events.flatMap((event) => [one.audit(event), other.audit(event)]))
    expect([await one.verifyAudit(), await other.verifyAudit()]).toMatchObject([
      { ok: true, entries: 60 },
      { ok: true, entries: 60 },
    ])
    expect(await verifyAuditDatabase(url, { secret })).toMatchObject({ ok: true, entries: 60 })
    expect((await verifyAuditDatabase(url, { secret: 'another secret of this length' })).ok).toBe(false)
  }, 30_000)

  it('erase a person for all', async () => {
    const [one, other] = [instance('one'), instance('other')]
    one.push(requestOf('p-1', { user: 'ann' }))
    other.push(requestOf('p-2', { user: 'ann' }))
    await Promise.all([one.flush(), other.flush()])
    expect(await one.eraseUser('ann')).toMatchObject({ usage: 2 })
    expect((await other.user('ann')).usage.requests).toBe(0)
  }, 30_000)

  it('hold what they can while it is gone, refuse what must be on disk, and go on without a restart', async () => {
    const one = instance('one')
    one.push(requestOf('before'))
    await one.flush()
    await server?.pause()
    for (let index = 0; index < 60; index++) one.push(requestOf(`during-${index}`))
    await expect(one.audit({ action: 'a', outcome: 'success' })).rejects.toMatchObject({ code: 'storage_unavailable' })
    await expect(one.requests({})).rejects.toMatchObject({ code: 'storage_unavailable' })
    expect(one.figures()).toMatchObject({ isFailing: true, queued: 50, dropped: { store: 10, audit: 1 } })
    await server?.resume()
    while (one.figures().isFailing || one.figures().queued > 0) await systemDeps.sleep(20)
    expect((await one.requests({ limit: 200 })).requests.length).toBe(51)
    await one.audit({ action: 'a', outcome: 'success' })
    expect((await one.verifyAudit()).ok).toBe(true)
    expect(notices.map(({ type }) => type)).toEqual(['failing', 'working'])
  }, 60_000)
})
