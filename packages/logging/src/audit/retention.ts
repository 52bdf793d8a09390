import type { Connection } from '../sqlite/connection.ts'
import { archiveRecords } from './archive.ts'
import { type ChainPoint, genesisHash, signAnchor } from './chain.ts'
import { readAnchors, writeAnchor } from './write-chain.ts'

/** Which records are kept, and where the others go. */
export interface AuditRetention {
  /** Records older than this go. Default: 400 days. */
  readonly maxAgeMs?: number | undefined
  /** The oldest beyond this go. Default: 1,000,000. */
  readonly maxRecords?: number | undefined
  /** Keys of people and addresses beyond this are destroyed, those first that were not met for longest. Default: 100,000. */
  readonly maxSubjects?: number | undefined
  /** Where records go before they are cut off, in files that verify by themselves. Default: they are deleted. */
  readonly archiveDirectory?: string | undefined
}

const dayMs = 86_400_000

/** The last record that must go, if any. Time may have stood still or gone back between records; the chain is cut by sequence all the same. */
async function findCut(connection: Connection, retention: AuditRetention, nowMs: number): Promise<ChainPoint | undefined> {
  const { maxAgeMs = 400 * dayMs, maxRecords = 1_000_000 } = retention
  const [range] = await connection.all<{ youngestKept: number | null; last: number | null }>(
    'SELECT min(sequence) FILTER (WHERE time_ms >= ?) AS "youngestKept", max(sequence) AS last FROM audit_records',
    [nowMs - maxAgeMs],
  )
  if (range?.last === null || range === undefined) return undefined
  const lastToGo = Math.max((range.youngestKept ?? range.last + 1) - 1, range.last - maxRecords)
  const [cut] = await connection.all<ChainPoint>('SELECT sequence, hash FROM audit_records WHERE sequence = ?', [lastToGo])
  return cut
}

async function pruneSubjects(connection: Connection, maxSubjects: number): Promise<void> {
  const sql = 'DELETE FROM audit_subjects WHERE lookup NOT IN (SELECT lookup FROM audit_subjects ORDER BY used_at_ms DESC LIMIT ?)'
  await connection.run(sql, [maxSubjects])
}

/**
 * Cuts the old end of the chain off. A signed anchor of the last record that went stays behind, and the first record that stayed still names
 * its hash: what remains is provable, and so is where it begins. Within the caller's transaction.
 */
export async function applyRetention(
  connection: Connection,
  retention: AuditRetention,
  { secret, nowMs }: { readonly secret: string; readonly nowMs: number },
): Promise<void> {
  await pruneSubjects(connection, retention.maxSubjects ?? 100_000)
  const cut = await findCut(connection, retention, nowMs)
  if (cut === undefined) return
  const from = (await readAnchors(connection)).find((anchor) => anchor.kind === 'cut') ?? { sequence: 0, hash: genesisHash }
  const { archiveDirectory: directory } = retention
  if (directory !== undefined)
    await archiveRecords(connection, { directory, from: { sequence: from.sequence, hash: from.hash }, to: cut, secret, nowMs })
  await writeAnchor(connection, signAnchor(secret, { kind: 'cut', ...cut, timeMs: nowMs }))
  await connection.run("DELETE FROM audit_anchors WHERE kind = 'checkpoint' AND sequence <= ?", [cut.sequence])
  await connection.run('DELETE FROM audit_records WHERE sequence <= ?', [cut.sequence])
}
