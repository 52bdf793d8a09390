import type { SqlValue } from '../sqlite/connection.ts'
import type { Database } from '../sqlite/database.ts'
import { recordFields } from './audit.sql.ts'
import type { AuditRecord } from './audit-record.ts'

/** Which records to give, newest first. */
export interface AuditQuery {
  readonly action?: string | undefined
  /** Id or name of the key. */
  readonly actor?: string | undefined
  readonly outcome?: string | undefined
  /** The pseudonym of an end user, as the records and `trace` have it. */
  readonly subject?: string | undefined
  /** Unix milliseconds, inclusive. */
  readonly fromMs?: number | undefined
  /** Unix milliseconds, exclusive. */
  readonly toMs?: number | undefined
  /** Only records before this one: the last sequence of the page before. */
  readonly beforeSequence?: number | undefined
  /** 1 to 1,000. Default: 100. */
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** Part of the entries that a query found. */
export interface AuditPage {
  readonly records: readonly AuditRecord[]
  /** How many match, whatever the page. */
  readonly total: number
}

function toConditions(query: AuditQuery): { readonly sql: string; readonly values: readonly SqlValue[] } {
  const conditions: readonly (readonly [string, SqlValue | undefined])[] = [
    ['action = ?', query.action],
    ['? IN (actor_id, actor_name)', query.actor],
    ['outcome = ?', query.outcome],
    ['subject = ?', query.subject],
    ['time_ms >= ?', query.fromMs === undefined ? undefined : Math.ceil(query.fromMs)],
    ['time_ms < ?', query.toMs === undefined ? undefined : Math.ceil(query.toMs)],
  ]
  const given = conditions.filter(([, value]) => value !== undefined)
  return {
    sql: given.length === 0 ? 'true' : given.map(([condition]) => condition).join(' AND '),
    values: given.map(([, value]) => value ?? null),
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, Math.trunc(value)))

export async function queryRecords(database: Database, query: AuditQuery): Promise<AuditPage> {
  const { sql, values } = toConditions(query)
  const [count] = await database.all<{ total: number }>(`SELECT count(*) AS total FROM audit_records WHERE ${sql}`, values)
  const page = [query.beforeSequence ?? Number.MAX_SAFE_INTEGER, clamp(query.limit ?? 100, 1, 1000), clamp(query.offset ?? 0, 0, 1e9)]
  const records = await database.all<AuditRecord>(
    `SELECT ${recordFields} FROM audit_records WHERE ${sql} AND sequence < ? ORDER BY sequence DESC LIMIT ? OFFSET ?`,
    [...values, ...page],
  )
  return { records, total: count?.total ?? 0 }
}
