import type { Connection } from '../sqlite/connection.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import { anchorFields, recordColumns } from './audit.sql.ts'
import type { AuditContent, AuditRecord } from './audit-record.ts'
import { type AuditAnchor, type ChainPoint, genesisHash, linkRecords, signAnchor } from './chain.ts'
import { findGap } from './gap.ts'

export interface ChainSeal {
  readonly secret: string
  readonly nowMs: number
  /** A checkpoint at every so many records. */
  readonly checkpointEvery: number
  /** Where the chain ended when this process last wrote to it. */
  readonly remembered?: ChainPoint | undefined
}

/** Where the chain ends: its last record, or the cut when retention left none. */
export async function readHead(connection: Connection): Promise<ChainPoint> {
  const sql =
    'SELECT sequence, hash FROM audit_records UNION ALL SELECT sequence, hash FROM audit_anchors ' +
    "WHERE kind = 'cut' ORDER BY sequence DESC LIMIT 1"
  const [head] = await connection.all<ChainPoint>(sql)
  return head ?? { sequence: 0, hash: genesisHash }
}

function toRow(record: AuditRecord): readonly (string | number | null)[] {
  const { sequence, timeMs, actorId, actorName, action, object, outcome, source, subject, details, previousHash, hash } = record
  return [sequence, timeMs, actorId, actorName, action, object, outcome, source, subject, details, previousHash, hash]
}

export async function insertRecords(connection: Connection, records: readonly AuditRecord[]): Promise<void> {
  await insertRows(connection, { table: 'audit_records', columns: recordColumns }, records.map(toRow))
}

/** Replaces what other anchors of the kind there are, unless they are checkpoints. */
export async function writeAnchor(connection: Connection, anchor: AuditAnchor): Promise<void> {
  if (anchor.kind !== 'checkpoint') await connection.run('DELETE FROM audit_anchors WHERE kind = ?', [anchor.kind])
  const { kind, sequence, hash, timeMs, signature } = anchor
  await connection.run('INSERT INTO audit_anchors VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING', [kind, sequence, hash, timeMs, signature])
}

export async function readAnchors(connection: Pick<Connection, 'all'>): Promise<readonly AuditAnchor[]> {
  return await connection.all<AuditAnchor>(`SELECT ${anchorFields} FROM audit_anchors ORDER BY sequence`)
}

async function readHeadAnchor(connection: Connection): Promise<AuditAnchor | undefined> {
  const sql = `SELECT ${anchorFields} FROM audit_anchors WHERE kind = 'head' ORDER BY sequence DESC LIMIT 1`
  const [anchor] = await connection.all<AuditAnchor>(sql)
  return anchor
}

/** Appends to the chain and anchors its new head. Within the caller's transaction. */
export async function appendToChain(
  connection: Connection,
  contents: readonly AuditContent[],
  seal: ChainSeal,
): Promise<AuditAnchor | undefined> {
  const { secret, nowMs, checkpointEvery } = seal
  const last = await readHead(connection) // read back each time, so that several processes can write to one file
  const gap = findGap(last, await readHeadAnchor(connection), seal)
  const records = linkRecords(last, gap === undefined ? contents : [gap, ...contents])
  const head = records.at(-1)
  if (head === undefined) return undefined
  await insertRecords(connection, records)
  for (const { sequence, hash } of records.filter((record) => record.sequence % checkpointEvery === 0))
    await writeAnchor(connection, signAnchor(secret, { kind: 'checkpoint', sequence, hash, timeMs: nowMs }))
  const anchor = signAnchor(secret, { kind: 'head', sequence: head.sequence, hash: head.hash, timeMs: nowMs })
  await writeAnchor(connection, anchor)
  return anchor
}
