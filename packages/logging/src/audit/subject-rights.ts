import type { Connection } from '../sqlite/connection.ts'
import type { Database } from '../sqlite/database.ts'
import { type SubjectName, toLookup, toPseudonym, toSubject } from './subjects.ts'

/** What the audit chain holds on an end user. */
export interface AuditTrace {
  /** What stands for them in the records; `null` when nothing is known of them, or no more. */
  readonly pseudonym: string | null
  /** Records that name the pseudonym. */
  readonly records: number
}

async function trace(connection: Pick<Connection, 'all'>, lookup: string, name: SubjectName): Promise<AuditTrace> {
  const [subject] = await connection.all<{ key: string }>('SELECT key FROM audit_subjects WHERE lookup = ?', [lookup])
  if (subject === undefined) return { pseudonym: null, records: 0 }
  const pseudonym = toPseudonym(subject.key, name)
  const [count] = await connection.all<{ records: number }>('SELECT count(*) AS records FROM audit_records WHERE subject = ?', [pseudonym])
  return { pseudonym, records: count?.records ?? 0 }
}

export function traceSubject(database: Database, secret: string, user: string): Promise<AuditTrace> {
  const name = toSubject('user', user)
  return trace(database, toLookup(secret, name), name)
}

export async function eraseSubject(database: Database, secret: string, user: string): Promise<AuditTrace> {
  const name = toSubject('user', user)
  const lookup = toLookup(secret, name)
  const found = await database.transaction(async (connection) => {
    const traced = await trace(connection, lookup, name)
    await connection.run('DELETE FROM audit_subjects WHERE lookup = ?', [lookup])
    return traced
  })
  await database.checkpoint() // the key must not live on in the journal
  return found
}
