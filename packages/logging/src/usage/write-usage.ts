import type { Connection, SqlValue } from '../sqlite/connection.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import { toLatencyBucket } from './latency-buckets.ts'
import { dimensionFields, factFields, rollUpCells, rollUpLatencies, usageColumns } from './usage.sql.ts'
import type { UsageEntry } from './usage-entry.ts'

export const hourMs = 3_600_000

function toUsageRow(entry: UsageEntry): readonly SqlValue[] {
  const row: SqlValue[] = [Math.floor(entry.startedAtMs / hourMs)]
  for (const field of dimensionFields) row.push(entry[field])
  row.push(toLatencyBucket(entry.latencyMs))
  for (const field of factFields) row.push(entry[field])
  return row
}

/** Writes calls and adds them to their hours. Within the caller's transaction. */
export async function writeUsage(connection: Connection, entries: readonly UsageEntry[]): Promise<void> {
  const [last] = await connection.all<{ sequence: number }>("SELECT seq AS sequence FROM sqlite_sequence WHERE name = 'usage'")
  await insertRows(connection, { table: 'usage', columns: usageColumns }, entries.map(toUsageRow))
  for (const sql of [rollUpCells, rollUpLatencies]) await connection.run(sql, [last?.sequence ?? 0])
}
