import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStoreWorld, type StoreWorld } from '../sqlite/__fixtures__/store-world.ts'
import { openConnection } from '../sqlite/connection.ts'
import { type AuditLog, type AuditLogOptions, createAuditLog } from './audit-log.ts'
import type { AuditEvent } from './audit-record.ts'
import type { AuditAnchor } from './chain.ts'
import type { AuditQuery } from './query.ts'
import type { AuditRetention } from './retention.ts'
import { verifyAuditFile } from './verify.ts'

const secret = 'a secret of the server'
let world: StoreWorld
let file: string
let open: AuditLog[]
beforeEach(async () => {
  world = await createStoreWorld()
  file = join(world.directory, 'audit.db')
  open = []
})
afterEach(async () => {
  for (const audit of open) await audit.close()
  await world.remove()
})

function auditWith(options: Partial<AuditLogOptions> = {}): AuditLog {
  const audit = createAuditLog({ file, secret, ...options }, world.deps)
  open.push(audit)
  return audit
}

/** Does to the file what somebody who can write to it could do. */
async function tamper(sql: string): Promise<void> {
  const connection = await openConnection(file)
  await connection.exec(sql)
  await connection.close()
}

const reload: AuditEvent = { action: 'config.reload', actor: { id: 'k1', name: 'ops' }, object: 'gateway.yaml', outcome: 'success' }

async function filled(count: number, options: Partial<AuditLogOptions> = {}): Promise<AuditLog> {
  const audit = auditWith(options)
  for (let index = 0; index < count; index++) audit.append({ ...reload, details: { index } })
  await audit.query()
  return audit
}

describe('an audit log', () => {
  it('chains what was done', async () => {
    const audit = auditWith()
    audit.append({ action: 'auth.failed', outcome: 'denied', sourceAddress: '192.0.2.1', details: { b: 2, a: [1] } })
    await audit.appendNow(reload)
    const { records, total } = await audit.query()
    expect(total).toBe(2)
    expect(records).toMatchObject([
      { sequence: 2, actorId: 'k1', actorName: 'ops', action: 'config.reload', object: 'gateway.yaml', outcome: 'success', source: null },
      { sequence: 1, actorId: null, action: 'auth.failed', details: '{"a":[1],"b":2}', previousHash: '0'.repeat(64) },
    ])
    expect(records[0]?.previousHash).toBe(records[1]?.hash)
    expect(records[1]?.source).toMatch(/^address_[0-9a-f]{24}$/)
    expect(await audit.verify()).toEqual({ ok: true, entries: 2, head: records[0]?.hash, firstBroken: null })
  })

  it('writes within a second by itself', async () => {
    const audit = auditWith()
    audit.append(reload)
    expect(audit.figures()).toMatchObject({ held: 1, written: 0 })
    world.advance(999)
    for (let turn = 0; turn < 1000 && audit.figures().written === 0; turn++) await new Promise((resolve) => setImmediate(resolve))
    await audit.close()
    expect(audit.figures()).toMatchObject({ held: 0, written: 1, dropped: 0 })
  })

  it('hides secrets wherever they stand, and cuts what is too long', async () => {
    const audit = auditWith()
    const key = 'sk-abcdefghijklmnopqrstuvwxyz0123456789'
    await audit.appendNow({ ...reload, object: `key ${key}`, details: { note: key, api_key: 'x1', long: 'ab '.repeat(9000) } })
    const { records } = await audit.query()
    expect(JSON.stringify(records)).not.toContain(key)
    expect(records[0]?.details).not.toContain('x1')
    expect(records[0]?.details?.length).toBeLessThanOrEqual(4000)
    expect(await audit.verify()).toMatchObject({ ok: true })
  })

  it('keeps a whole chain of whatever is told', async () => {
    const audit = auditWith()
    const text = fc.string({ unit: 'binary' })
    await fc.assert(
      fc.asyncProperty(text, text, fc.dictionary(text, fc.jsonValue()), async (action, name, details) => {
        await audit.appendNow({ action, actor: { id: name, name }, object: `\ud800${name}`, outcome: 'success', subject: action, details })
        expect(await audit.verify()).toMatchObject({ ok: true })
      }),
      { numRuns: 30 },
    )
  }, 30_000)

  it.each<[AuditQuery, readonly number[]]>([
    [{ action: 'key.create' }, [3]],
    [{ actor: 'ops' }, [3, 1]],
    [{ actor: 'k2' }, [2]],
    [{ outcome: 'denied' }, [2]],
    [{ fromMs: 1000, toMs: 2000 }, [2]],
    [{ limit: 1 }, [3]],
    [{ limit: 1, offset: 1 }, [2]],
    [{ beforeSequence: 2 }, [1]],
    [{}, [3, 2, 1]],
  ])('answers %j', async (query, sequences) => {
    const start = world.deps.now()
    const audit = auditWith()
    audit.append(reload)
    world.advance(1000)
    audit.append({ ...reload, actor: { id: 'k2', name: 'dev' }, outcome: 'denied' })
    world.advance(1000)
    audit.append({ ...reload, action: 'key.create' })
    const times = { ...(query.fromMs && { fromMs: start + query.fromMs }), ...(query.toMs && { toMs: start + query.toMs }) }
    expect((await audit.query({ ...query, ...times })).records.map((record) => record.sequence)).toEqual(sequences)
  })

  it('says of an admin action that it could not be written, and keeps the rest until it can', async () => {
    await writeFile(join(world.directory, 'taken'), '')
    const audit = auditWith({ file: join(world.directory, 'taken', 'audit.db'), maxHeld: 2 })
    for (let index = 0; index < 3; index++) audit.append(reload)
    await expect(audit.appendNow(reload)).rejects.toMatchObject({ code: 'storage_unavailable' })
    expect(audit.figures()).toMatchObject({ held: 2, dropped: 1, written: 0 })
    await audit.close()
    await expect(audit.appendNow(reload)).rejects.toThrow('The audit store is closed')
  })

  it.each<[string, (value: unknown) => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['gives what can’t be written', () => ({ big: 1n })],
  ])('survives a mask that %s', async (_what, mask) => {
    const audit = auditWith({ mask })
    audit.append({ ...reload, details: { secret: 'x1' } })
    const { records } = await audit.query()
    expect(records).toMatchObject([{ sequence: 1, details: '"[unreadable]"' }])
    expect(await audit.verify()).toMatchObject({ ok: true })
  })

  it('says in the chain how much it could not hold', async () => {
    const audit = auditWith({ maxHeld: 2 })
    for (let index = 0; index < 5; index++) audit.append(reload)
    const { records } = await audit.query()
    expect(records.map((record) => [record.action, record.details])).toEqual([
      ['audit.dropped', '{"records":3}'],
      ['config.reload', null],
      ['config.reload', null],
    ])
    await audit.appendNow(reload)
    expect((await audit.query()).total).toBe(4)
  })

  it('refuses a secret that protects nothing', () => {
    expect(() => auditWith({ secret: 'short' })).toThrow('The audit secret has 5 characters; at least 16 are needed')
  })

  it('takes many admin actions at once', async () => {
    const audit = auditWith()
    await Promise.all(Array.from({ length: 20 }, () => audit.appendNow(reload)))
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 20 })
  })

  it('lets several processes write to one file', async () => {
    const [one, two] = [auditWith(), auditWith()]
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).appendNow(reload)))
    expect(await one.verify()).toMatchObject({ ok: true })
    expect((await two.query({ action: 'config.reload' })).total).toBe(20)
  })
})

describe('verification', () => {
  const change = "UPDATE audit_records SET outcome = 'denied' WHERE sequence = 4"
  it.each([
    ['a changed record', change, 4],
    ['changed details', `UPDATE audit_records SET details = '{"index":9}' WHERE sequence = 1`, 1],
    ['a moved time', 'UPDATE audit_records SET time_ms = time_ms - 1 WHERE sequence = 10', 10],
    ['a removed record', 'DELETE FROM audit_records WHERE sequence = 4', 4],
    ['a removed beginning', 'DELETE FROM audit_records WHERE sequence <= 2', 1],
    ['a removed end', 'DELETE FROM audit_records WHERE sequence > 8', 9],
    ['a removed end with its anchor', "DELETE FROM audit_records WHERE sequence > 8; DELETE FROM audit_anchors WHERE kind = 'head'", 9],
    ['a removed end with all its anchors', 'DELETE FROM audit_records WHERE sequence > 8; DELETE FROM audit_anchors WHERE sequence > 8', 9],
    ['everything removed with all its anchors', 'DELETE FROM audit_records; DELETE FROM audit_anchors', 1],
    ['everything removed', 'DELETE FROM audit_records', 1],
    [
      'two records in each other’s place',
      'UPDATE audit_records SET sequence = -sequence WHERE sequence IN (3, 4); UPDATE audit_records SET sequence = 7 + sequence WHERE sequence < 0',
      3,
    ],
    [
      'a record put in before the first',
      'INSERT INTO audit_records SELECT 0, time_ms, NULL, NULL, action, object, outcome, NULL, NULL, NULL, previous_hash, hash FROM audit_records WHERE sequence = 1',
      1,
    ],
    [
      'a record put in after the last',
      `INSERT INTO audit_records SELECT 11, time_ms, NULL, NULL, action, object, outcome, NULL, NULL, NULL, hash, hash FROM audit_records WHERE sequence = 10`,
      11,
    ],
    [
      'a moved anchor',
      "DELETE FROM audit_records WHERE sequence > 8; UPDATE audit_anchors SET sequence = 8, hash = (SELECT hash FROM audit_records WHERE sequence = 8) WHERE kind = 'head'",
      8,
    ],
    [
      'a checkpoint passed off as the end',
      "DELETE FROM audit_records WHERE sequence > 5; DELETE FROM audit_anchors WHERE kind = 'head'; UPDATE audit_anchors SET kind = 'head' WHERE sequence = 5",
      5,
    ],
    [
      'a made-up cut',
      "INSERT INTO audit_anchors SELECT 'cut', sequence, hash, time_ms, 'x' FROM audit_records WHERE sequence = 5; DELETE FROM audit_records WHERE sequence <= 5",
      5,
    ],
  ])('finds %s', async (_what, sql, firstBroken) => {
    const audit = await filled(10, { checkpointEvery: 5 })
    await tamper(sql)
    expect(await audit.verify()).toMatchObject({ ok: false, firstBroken, problem: expect.any(String) })
  })

  it('finds a chain that was computed anew from a changed record on', async () => {
    const audit = await filled(10, { checkpointEvery: 5 })
    const forger = createAuditLog(
      { file: join(world.directory, 'forged.db'), secret: 'not the same secret', checkpointEvery: 5 },
      world.deps,
    )
    for (let index = 0; index < 10; index++) forger.append({ ...reload, details: { index: index === 6 ? 99 : index } })
    await forger.close()
    await tamper(
      `ATTACH '${join(world.directory, 'forged.db')}' AS forged; DELETE FROM audit_records; INSERT INTO audit_records SELECT * FROM forged.audit_records`,
    )
    expect(await audit.verify()).toMatchObject({ ok: false, firstBroken: 10 })
    await tamper(
      `ATTACH '${join(world.directory, 'forged.db')}' AS forged; DELETE FROM audit_anchors; INSERT INTO audit_anchors SELECT * FROM forged.audit_anchors`,
    )
    expect(await audit.verify()).toMatchObject({ ok: false, firstBroken: 5, problem: expect.stringContaining('not signed') })
    expect(await verifyAuditFile(file)).toMatchObject({ ok: true }) // without the key it is a chain like any other
  })

  it.each([
    ['the end', 'DELETE FROM audit_records WHERE sequence > 8', false],
    ['the end', 'DELETE FROM audit_records WHERE sequence > 8', true],
    ['the end and its anchors', 'DELETE FROM audit_records WHERE sequence > 8; DELETE FROM audit_anchors WHERE sequence > 8', false],
    ['the end and its anchors', 'DELETE FROM audit_records WHERE sequence > 8; DELETE FROM audit_anchors WHERE sequence > 8', true],
    ['all anchors', 'DELETE FROM audit_records WHERE sequence > 8; DELETE FROM audit_anchors', false],
  ])('finds %s removed after more was appended, also by a next start: %s, %s', async (_what, sql, restarts) => {
    const audit = await filled(10, { checkpointEvery: 5 })
    if (restarts) await audit.close()
    await tamper(sql)
    const next = restarts ? auditWith() : audit
    for (let index = 0; index < 5; index++) await next.appendNow(reload)
    expect(await next.verify()).toMatchObject({ ok: false, entries: 8, firstBroken: 9 })
    expect((await next.query({ action: 'audit.gap' })).records).toMatchObject([{ sequence: 9, outcome: 'failure' }])
  })

  it('finds whatever is changed in any one record', async () => {
    const audit = await filled(8, { checkpointEvery: 3 })
    const columns = [
      'time_ms',
      'actor_id',
      'actor_name',
      'action',
      'object',
      'outcome',
      'source',
      'subject',
      'details',
      'previous_hash',
      'hash',
    ]
    const connection = await openConnection(file)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.constantFrom(...columns), fc.string(), async (sequence, column, value) => {
        const [before] = await connection.all<{ value: string }>(`SELECT ${column} AS value FROM audit_records WHERE sequence = ?`, [
          sequence,
        ])
        await connection.run(`UPDATE audit_records SET ${column} = ? WHERE sequence = ?`, [value, sequence])
        expect(await verifyAuditFile(file)).toMatchObject({ ok: false, firstBroken: sequence })
        await connection.run(`UPDATE audit_records SET ${column} = ? WHERE sequence = ?`, [before?.value ?? null, sequence])
      }),
      { numRuns: 40 },
    )
    await connection.close()
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 8 })
  }, 30_000)

  it('names the place where the file itself is damaged', async () => {
    const audit = await filled(200)
    await audit.close()
    const bytes = await readFile(file)
    const page = Math.floor(bytes.indexOf('{"index":150}') / 4096) * 4096 // SQLite's pages have 4,096 bytes
    bytes.fill(0xff, page, page + 4096)
    await writeFile(file, bytes)
    const verdict = await verifyAuditFile(file, { secret })
    expect(verdict).toMatchObject({ ok: false, problem: 'the file is damaged here' })
    expect(verdict.firstBroken).toBe(verdict.entries + 1)
    expect(verdict.entries).toBeGreaterThan(50)
    expect(verdict.entries).toBeLessThan(151)
  })

  it('finds an older copy of the whole file by an anchor that was kept elsewhere', async () => {
    const anchors: AuditAnchor[] = []
    await filled(3, { onAnchor: (anchor) => anchors.push(anchor) })
    expect(await verifyAuditFile(file, { secret, known: anchors })).toMatchObject({ ok: true, entries: 3 })
    expect(await verifyAuditFile(file, { secret, known: [{ sequence: 4, hash: 'x' }] })).toMatchObject({ ok: false, firstBroken: 4 })
    expect(await verifyAuditFile(file, { secret, known: [{ sequence: 2, hash: 'x' }] })).toMatchObject({ ok: false, firstBroken: 2 })
  })

  const copyOf = async (): Promise<Map<string, Buffer>> => {
    const files = ['audit.db', 'audit.db-wal'].map(
      async (name) => [name, await readFile(join(world.directory, name)).catch(() => undefined)] as const,
    )
    return new Map((await Promise.all(files)).flatMap(([name, bytes]) => (bytes === undefined ? [] : [[name, bytes] as const])))
  }
  const remove = (name: string): Promise<void> => rm(join(world.directory, name), { force: true })
  /** Puts the state of a moment back, as whoever can write to the folder could do. */
  const putBack = async (copy: ReadonlyMap<string, Buffer>): Promise<void> => {
    for (const name of ['audit.db', 'audit.db-wal', 'audit.db-shm']) await remove(name)
    for (const [name, bytes] of copy) await writeFile(join(world.directory, name), bytes)
  }

  const attacks: readonly (readonly [what: string, attack: (older: ReadonlyMap<string, Buffer>) => Promise<void>, isFileLeft: boolean])[] =
    [
      ['an older copy', putBack, true],
      ['a deleted file', () => putBack(new Map()), false],
      ['emptied tables', () => tamper('DELETE FROM audit_records; DELETE FROM audit_anchors; DELETE FROM audit_sessions'), true],
    ]
  describe.each(attacks)('finds %s by the file beside it', (_what, attack, isFileLeft) => {
    const attacked = async (): Promise<void> => {
      const audit = await filled(3)
      await audit.close()
      const older = await copyOf()
      const again = await filled(3)
      await again.close()
      await attack(older)
    }

    it.runIf(isFileLeft)('at once', async () => {
      await attacked()
      expect(await verifyAuditFile(file, { secret })).toMatchObject({ ok: false })
    })

    it('for good, however much is written afterwards', async () => {
      await attacked()
      const next = await filled(30)
      expect(await next.verify()).toMatchObject({ ok: false })
      await next.close()
      expect(await verifyAuditFile(file, { secret })).toMatchObject({ ok: false })
      expect(await verifyAuditFile(file)).toMatchObject({ ok: false })
    })
  })

  it.each([
    ['forged', (text: string) => text.replace(/"sequence":\d+/, '"sequence":1'), 'is not signed with this key'],
    ['emptied', () => '', 'can’t be read'],
    ['replaced', () => '{"sequence":1}', 'holds no anchor'],
  ])('finds that the file beside it was %s', async (_what, change, problem) => {
    const audit = await filled(3)
    await audit.close()
    const beside = join(world.directory, 'audit-head.json')
    await writeFile(beside, change(await readFile(beside, 'utf8')))
    expect(await verifyAuditFile(file, { secret })).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
  })

  it.skipIf(process.platform === 'win32')('leaves nobody else a right to the file beside it', async () => {
    await filled(1)
    expect((await stat(join(world.directory, 'audit-head.json'))).mode & 0o777).toBe(0o600)
  })

  it('says that a file can’t be read', async () => {
    await expect(verifyAuditFile(join(world.directory, 'none.db'))).rejects.toMatchObject({ code: 'storage_unavailable' })
  })
})

describe('retention', () => {
  it.each<[string, AuditRetention, number]>([
    ['number', { maxRecords: 4 }, 4],
    ['age', { maxAgeMs: 3_600_000 }, 1],
  ])('by %s keeps the rest provable', async (_what, retention, left) => {
    const audit = await filled(10, { retention, checkpointEvery: 3 })
    world.advance(3_600_001)
    await audit.appendNow(reload)
    expect(await audit.verify()).toMatchObject({ ok: true, entries: left })
    await audit.appendNow(reload)
    expect(await audit.verify()).toMatchObject({ ok: true, entries: left + 1 })
    await tamper(`DELETE FROM audit_records WHERE sequence = ${12 - left}`)
    expect(await audit.verify()).toMatchObject({ ok: false, firstBroken: 12 - left })
  })

  it('moves what is cut off into files that verify by themselves and join without a gap', async () => {
    const archiveDirectory = join(world.directory, 'archive')
    const audit = await filled(5, { retention: { maxRecords: 3, archiveDirectory }, checkpointEvery: 2 })
    for (let index = 0; index < 4; index++) audit.append(reload)
    world.advance(3_600_000)
    await audit.appendNow(reload)
    const files = await readdir(archiveDirectory)
    expect(files).toEqual(['audit-000000000001-000000000002.db', 'audit-000000000003-000000000006.db'])
    const [first, second] = await Promise.all(files.map((name) => verifyAuditFile(join(archiveDirectory, name), { secret })))
    expect(first).toMatchObject({ ok: true, entries: 2 })
    expect(second).toMatchObject({ ok: true, entries: 4 })
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 4 })
    const { records } = await audit.query()
    expect(records.at(-1)).toMatchObject({ sequence: 7, previousHash: second?.head })
  })

  it('keeps everything while the archive is out of reach, and says so', async () => {
    await writeFile(join(world.directory, 'taken'), '')
    const audit = await filled(5, { retention: { maxRecords: 3, archiveDirectory: join(world.directory, 'taken') } })
    expect(audit.figures()).toMatchObject({ written: 5, dropped: 0, failedSweeps: 1 })
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 5 })
  })

  it('destroys the keys of those not met for longest', async () => {
    const audit = auditWith({ retention: { maxSubjects: 2 } })
    for (const subject of ['ann', 'bob', 'cid']) {
      await audit.appendNow({ ...reload, subject })
      world.advance(3_600_000)
    }
    await audit.appendNow({ ...reload, subject: 'dan' })
    expect(await audit.trace('ann')).toEqual({ pseudonym: null, records: 0 })
    expect(await audit.trace('cid')).toMatchObject({ records: 1 })
  })
})

describe('people', () => {
  it('appear under one pseudonym until they are erased, and the chain stays whole', async () => {
    const audit = auditWith()
    for (let index = 0; index < 3; index++) audit.append({ ...reload, subject: 'ann@example.com' })
    audit.append({ ...reload, subject: 'bob' })
    const trace = await audit.trace('ann@example.com')
    expect(trace).toEqual({ pseudonym: expect.stringMatching(/^user_[0-9a-f]{24}$/), records: 3 })
    expect(JSON.stringify(await audit.query())).not.toContain('ann@')
    expect((await audit.query({ subject: trace.pseudonym ?? '' })).records.map((record) => record.sequence)).toEqual([3, 2, 1])
    expect(await audit.erase('ann@example.com')).toEqual(trace)
    expect(await audit.trace('ann@example.com')).toEqual({ pseudonym: null, records: 0 })
    expect(await audit.trace('bob')).toMatchObject({ records: 1 })
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 4 })
    await audit.appendNow({ ...reload, subject: 'ann@example.com' })
    expect((await audit.trace('ann@example.com')).pseudonym).not.toBe(trace.pseudonym)
  })
})

describe('a start', () => {
  it('after an end says nothing', async () => {
    const audit = auditWith()
    await audit.appendNow(reload)
    await audit.close()
    const next = auditWith()
    await next.start()
    expect((await next.query()).total).toBe(1)
  })

  it('after a crash goes on with a recovery record', async () => {
    await auditWith().appendNow(reload) // never closed while the next one starts, and of this very process: it can't be alive
    const next = auditWith()
    await next.start()
    const { records } = await next.query()
    expect(records[0]).toMatchObject({ sequence: 2, action: 'audit.recovered', previousHash: records[1]?.hash })
    expect(records[0]?.details).toContain('"head_sequence":1')
    expect(await next.verify()).toMatchObject({ ok: true, entries: 2 })
  })

  it('from a damaged file begins a new chain that says so', async () => {
    await writeFile(file, 'no database'.repeat(1000))
    const audit = auditWith()
    await audit.appendNow(reload)
    const { records } = await audit.query()
    expect(records.map((record) => record.action)).toEqual(['config.reload', 'audit.recovered'])
    expect(records[1]?.details).toContain(`"set_aside":"audit.db.corrupt-${world.deps.now()}"`)
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 2 })
  })
})
