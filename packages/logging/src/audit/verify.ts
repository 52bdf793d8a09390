import { type Connection, openConnection } from '../sqlite/connection.ts'
import { isDamaged, toStorageError } from '../sqlite/storage-error.ts'
import { recordFields } from './audit.sql.ts'
import type { AuditRecord } from './audit-record.ts'
import { type AuditAnchor, type ChainPoint, genesisHash, isAnchorSigned, toRecordHash } from './chain.ts'
import { gapAction } from './gap.ts'
import { headFileOf, readHeadFile, type WrittenHead } from './head-file.ts'
import { readAnchors } from './write-chain.ts'

/** Whether an audit chain is whole. */
export interface AuditVerdict {
  readonly ok: boolean
  /** Records that hold, up to the first broken one. */
  readonly entries: number
  /** Hash of the last record that holds; `null` when there is none. */
  readonly head: string | null
  /** Sequence of the first record that was changed, moved, put in or is missing; `null` when none was. */
  readonly firstBroken: number | null
  /** What is wrong with it. */
  readonly problem?: string | undefined
}

/** What the chain is checked against besides itself. */
export interface VerifyOptions {
  /** The key of the anchors. Without it their signatures are not checked, and who rewrote the chain to its end goes unnoticed. */
  readonly secret?: string | undefined
  /** Places of the chain kept elsewhere, in a log for instance: they show that an older copy of the whole file was put back. */
  readonly known?: readonly ChainPoint[] | undefined
}

interface Walk {
  readonly entries: number
  readonly last: ChainPoint
  readonly broken?: { readonly sequence: number; readonly problem: string } | undefined
}

type Points = ReadonlyMap<number, readonly string[]>

/** Pure step: one more record. */
function onRecord(walk: Walk, record: AuditRecord, points: Points): Walk {
  const sequence = walk.last.sequence + 1
  const broken = (problem: string): Walk => ({ ...walk, broken: { sequence, problem } })
  if (record.sequence !== sequence) return broken('the record is missing')
  if (record.previousHash !== walk.last.hash) return broken('the record does not follow the one before it')
  if (toRecordHash(record) !== record.hash) return broken('the record was changed')
  if (points.get(sequence)?.some((hash) => hash !== record.hash)) return broken('the record is not the one that was anchored')
  if (record.action === gapAction) return broken('what stood here was removed, or what came before was not anchored')
  return { entries: walk.entries + 1, last: { sequence, hash: record.hash } }
}

function onUnreadable(error: unknown): undefined {
  if (!isDamaged(error)) throw error
}

const readRecords = `SELECT ${recordFields} FROM audit_records WHERE sequence > ? ORDER BY sequence LIMIT ?`

/** The next records; fewer, down to one, where the file is damaged, and `undefined` when not even that can be read. */
async function nextRecords(connection: Connection, after: number): Promise<readonly AuditRecord[] | undefined> {
  const many = await connection.all<AuditRecord>(readRecords, [after, 1000]).catch(onUnreadable)
  return many ?? (await connection.all<AuditRecord>(readRecords, [after, 1]).catch(onUnreadable))
}

async function walkRecords(connection: Connection, start: ChainPoint, points: Points): Promise<Walk> {
  let walk: Walk = { entries: 0, last: start }
  // From below every number first: a record put in before the cut must be met, too.
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const records = await nextRecords(connection, after)
    if (records === undefined) return { ...walk, broken: { sequence: walk.last.sequence + 1, problem: 'the file is damaged here' } }
    for (const record of records) {
      walk = onRecord(walk, record, points)
      if (walk.broken !== undefined) return walk
    }
    const last = records.at(-1)
    if (last === undefined) return walk
    after = last.sequence
  }
}

/** What the end of the chain must be: not before any anchored place, and exactly the anchored head. */
function checkEnd(walk: Walk, anchors: readonly AuditAnchor[], known: readonly ChainPoint[]): Walk {
  if (walk.broken !== undefined) return walk
  const { sequence } = walk.last
  const broken = (at: number, problem: string): Walk => ({ ...walk, broken: { sequence: at, problem } })
  const furthest = Math.max(0, ...[...anchors, ...known].map((point) => point.sequence))
  if (furthest > sequence) return broken(sequence + 1, 'the record and what came after it are missing')
  const head = anchors.find((anchor) => anchor.kind === 'head')
  if (head === undefined) return walk.entries === 0 ? walk : broken(sequence, 'the anchor of the end is missing')
  return head.sequence < sequence ? broken(head.sequence + 1, 'the record came after the anchored end') : walk
}

function firstUnsigned(anchors: readonly AuditAnchor[], secret: string | undefined): AuditAnchor | undefined {
  return secret === undefined ? undefined : anchors.find((anchor) => !isAnchorSigned(secret, anchor))
}

function toVerdict({ entries, last, broken }: Walk): AuditVerdict {
  const head = last.sequence === 0 ? null : last.hash
  if (broken === undefined) return { ok: true, entries, head, firstBroken: null }
  return { ok: false, entries, head, firstBroken: broken.sequence, problem: broken.problem }
}

function withWrittenHead(options: VerifyOptions, head: WrittenHead): VerifyOptions {
  return head.type === 'head' ? { ...options, known: [...(options.known ?? []), head.anchor] } : options
}

/** What the file beside the database says is part of the verdict: without a word about it a forged one would pass for none. */
function judged(verdict: AuditVerdict, head: WrittenHead): AuditVerdict {
  if (head.type !== 'broken' || !verdict.ok) return verdict
  return { ...verdict, ok: false, firstBroken: verdict.entries + 1, problem: head.problem }
}

/** Verifies a chain in one view of its database. */
async function verifyChain(connection: Connection, { secret, known = [] }: VerifyOptions): Promise<AuditVerdict> {
  const anchors = await readAnchors(connection)
  const points = new Map<number, string[]>()
  for (const { sequence, hash } of [...anchors, ...known]) points.set(sequence, [...(points.get(sequence) ?? []), hash])
  const cut = anchors.find((anchor) => anchor.kind === 'cut') ?? { sequence: 0, hash: genesisHash }
  const walk = await walkRecords(connection, cut, points)
  const forged = firstUnsigned(anchors, secret)
  if (forged !== undefined && forged.sequence < (walk.broken?.sequence ?? Number.POSITIVE_INFINITY))
    return toVerdict({ ...walk, broken: { sequence: forged.sequence, problem: 'the anchor at the record is not signed with this key' } })
  return toVerdict(
    checkEnd(
      walk,
      anchors,
      known.filter((point) => point.sequence > cut.sequence),
    ),
  )
}

/** Verifies the chain that a connection sees, and by what a file says of its end. The connection's view must not change meanwhile. */
export async function verifyConnection(connection: Connection, head: WrittenHead, options: VerifyOptions): Promise<AuditVerdict> {
  return judged(await verifyChain(connection, withWrittenHead(options, head)), head)
}

/**
 * Verifies an audit file, by itself and by the file `audit-head.json` beside it where there is one; another process may be writing to it meanwhile.
 * @throws StorageError when the file can't be read
 */
export async function verifyAuditFile(file: string, options: VerifyOptions = {}): Promise<AuditVerdict> {
  let connection: Connection | undefined
  try {
    connection = await openConnection(file, { readOnly: true })
    // Read before the database: what is written meanwhile goes beyond it and does not fall short of it.
    const head = readHeadFile(headFileOf(file), options.secret)
    await connection.exec('BEGIN') // one view of the file from the first page to the last
    return await verifyConnection(connection, head, options)
  } catch (error) {
    throw toStorageError(error, 'audit')
  } finally {
    await connection?.close()
  }
}
