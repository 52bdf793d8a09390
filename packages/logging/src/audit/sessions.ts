import { isOtherProcessAlive, processId } from '../deps.ts'
import type { Connection } from '../sqlite/connection.ts'
import type { AuditContent } from './audit-record.ts'
import { readHead } from './write-chain.ts'

/** One opening of the chain by one process. A session that ended well takes its row along; the row of a crash stays. */
export interface AuditSession {
  readonly id: string
  readonly nowMs: number
  /** Name of the damaged file that was set aside, if one was. */
  readonly quarantine?: string | undefined
}

/**
 * Registers a session. Gives the content of a recovery record when an earlier one ended without closing, or when the file before this one
 * was damaged. Within the caller's transaction.
 */
export async function openSession(connection: Connection, { id, nowMs, quarantine }: AuditSession): Promise<AuditContent | undefined> {
  const sessions = await connection.all<{ id: string; process: number }>('SELECT id, process FROM audit_sessions')
  const crashed = sessions.filter((session) => session.id !== id && !isOtherProcessAlive(session.process))
  for (const session of crashed) await connection.run('DELETE FROM audit_sessions WHERE id = ?', [session.id])
  await connection.run('INSERT OR IGNORE INTO audit_sessions VALUES (?,?,?)', [id, processId(), nowMs])
  if (crashed.length === 0 && quarantine === undefined) return undefined
  const { sequence, hash } = await readHead(connection)
  const details = JSON.stringify({ crashed_sessions: crashed.length, head_hash: hash, head_sequence: sequence, set_aside: quarantine })
  const nobody = { actorId: null, actorName: null, source: null, subject: null }
  return { ...nobody, timeMs: nowMs, action: 'audit.recovered', object: 'audit', outcome: 'success', details }
}

export async function closeSession(connection: Connection, id: string): Promise<void> {
  await connection.run('DELETE FROM audit_sessions WHERE id = ?', [id])
}
