import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Connection, openConnection } from '../sqlite/connection.ts'
import { makeFolder } from '../sqlite/make-folder.ts'
import { auditSchema, recordFields } from './audit.sql.ts'
import type { AuditRecord } from './audit-record.ts'
import { type ChainPoint, signAnchor } from './chain.ts'
import { insertRecords, writeAnchor } from './write-chain.ts'

/** A stretch of the chain: what comes after `from`, up to `to`. */
export interface AuditArchive {
  readonly directory: string
  readonly from: ChainPoint
  readonly to: ChainPoint
  readonly secret: string
  readonly nowMs: number
}

async function copyRecords(source: Connection, target: Connection, { from, to }: AuditArchive): Promise<void> {
  const sql = `SELECT ${recordFields} FROM audit_records WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT 1000`
  for (let sequence = from.sequence; sequence < to.sequence; ) {
    const records = await source.all<AuditRecord>(sql, [sequence, to.sequence])
    await insertRecords(target, records)
    sequence = records.at(-1)?.sequence ?? to.sequence
  }
}

async function fillArchive(source: Connection, target: Connection, archive: AuditArchive): Promise<void> {
  const { from, to, secret, nowMs } = archive
  await target.exec(`${auditSchema} BEGIN`)
  await copyRecords(source, target, archive)
  if (from.sequence > 0) await writeAnchor(target, signAnchor(secret, { kind: 'cut', ...from, timeMs: nowMs }))
  await writeAnchor(target, signAnchor(secret, { kind: 'head', ...to, timeMs: nowMs }))
  await target.exec('COMMIT')
}

/**
 * Writes a stretch of the chain into a file of its own, which verifies by itself: it begins at the cut before it, and its end is the cut at
 * which the chain goes on. An unfinished file of the same stretch is replaced.
 */
export async function archiveRecords(source: Connection, archive: AuditArchive): Promise<void> {
  const [first, last] = [archive.from.sequence + 1, archive.to.sequence].map((sequence) => String(sequence).padStart(12, '0'))
  const file = join(archive.directory, `audit-${first}-${last}.db`)
  await makeFolder(archive.directory)
  await rm(file, { force: true })
  const target = await openConnection(file)
  try {
    await fillArchive(source, target, archive)
  } finally {
    await target.close()
  }
}
