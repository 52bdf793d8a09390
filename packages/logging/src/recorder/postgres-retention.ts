import type { Connection } from '../sqlite/connection.ts'
import { hourMs } from './hourly-cells.ts'
import type { RequestRetention } from './request-retention.ts'

const dayMs = 86_400_000
/** Of one statement, so that none of them outlasts its time limit. */
const rowsAtOnce = 10_000
const writersForMs = 7 * dayMs

async function repeat(connection: Connection, sql: string, values: readonly number[]): Promise<void> {
  while ((await connection.run(sql, [...values, rowsAtOnce])) === rowsAtOnce);
}

/** As `applyRequestRetention`, but for bytes: what a table of PostgreSQL takes is not given back at once. Within the caller's transaction. */
export async function applyPostgresRetention(connection: Connection, retention: RequestRetention, nowMs: number): Promise<void> {
  const { maxAgeMs = 90 * dayMs, maxRows = 1_000_000, maxHourlyAgeMs = 800 * dayMs, maxHourlyRows = 1_000_000 } = retention
  const oldest = 'SELECT sequence FROM requests'
  // Rows lie in the order of their time, near enough: those before the first that is to stay go.
  const young = 'SELECT sequence FROM requests WHERE at_ms >= ? ORDER BY sequence LIMIT 1'
  const tooOld = `${oldest} WHERE sequence < coalesce((${young}), (SELECT max(sequence) + 1 FROM requests)) ORDER BY sequence LIMIT ?`
  const tooMany = `${oldest} WHERE sequence <= (SELECT max(sequence) FROM requests) - ? ORDER BY sequence LIMIT ?`
  await repeat(connection, `DELETE FROM requests WHERE sequence IN (${tooOld})`, [nowMs - maxAgeMs])
  await repeat(connection, `DELETE FROM requests WHERE sequence IN (${tooMany})`, [maxRows])
  const oldHours = 'DELETE FROM request_hours WHERE ctid IN (SELECT ctid FROM request_hours WHERE hour < ? LIMIT ?)'
  const firstHour = Math.floor((nowMs - maxHourlyAgeMs) / hourMs)
  await repeat(connection, oldHours, [firstHour])
  const manyHours = `DELETE FROM request_hours WHERE ctid IN (SELECT ctid FROM request_hours ORDER BY hour DESC, cell OFFSET ? LIMIT ?)`
  await repeat(connection, manyHours, [maxHourlyRows])
  // What budgets count over all time outlives the hours of analytics, without users.
  const old = 'FROM request_spending WHERE hour > 0 AND hour < ?'
  const fold = `INSERT INTO request_spending (ledger, hour, team, key_id, "user", nano_usd)
SELECT ledger, 0, team, key_id, '', sum(nano_usd) ${old} GROUP BY ledger, team, key_id
ON CONFLICT (ledger, hour, team, key_id, "user") DO UPDATE SET nano_usd = request_spending.nano_usd + excluded.nano_usd`
  await connection.run(fold, [firstHour])
  await connection.run(`DELETE ${old}`, [firstHour])
  await connection.run('DELETE FROM request_writers WHERE written_at_ms < ?', [nowMs - writersForMs])
}
