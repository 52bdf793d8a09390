import type { Connection } from '../sqlite/connection.ts'
import { pruneOldest } from '../sqlite/prune-oldest.ts'
import { hourMs } from './hourly-cells.ts'
import { foldSpending } from './spending-cells.ts'

/** How long requests are kept, and how many. */
export interface RequestRetention {
  /** Single calls older than this go; their hours stay. Default: 90 days. */
  readonly maxAgeMs?: number | undefined
  /** The oldest single calls beyond this go. Default: 1,000,000. */
  readonly maxRows?: number | undefined
  /** Hours older than this go. Default: 800 days. */
  readonly maxHourlyAgeMs?: number | undefined
  /** The oldest hourly sums beyond this go. Default: 1,000,000. */
  readonly maxHourlyRows?: number | undefined
  /** Single calls go, a tenth at a time, while what the file holds is more. Default: 1 GiB. */
  readonly maxBytes?: number | undefined
}

const dayMs = 86_400_000

async function usedBytes(connection: Connection): Promise<number> {
  const sql = 'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size'
  const [row] = await connection.all<{ bytes: number }>(sql)
  return row?.bytes ?? 0
}

async function dropOldHours(connection: Connection, beforeHour: number, maxRows: number): Promise<void> {
  await connection.run('DELETE FROM request_hours WHERE hour < ?', [beforeHour])
  const sql = 'DELETE FROM request_hours WHERE rowid IN (SELECT rowid FROM request_hours ORDER BY hour DESC, rowid DESC LIMIT -1 OFFSET ?)'
  await connection.run(sql, [maxRows])
}

async function dropWhileTooLarge(connection: Connection, maxBytes: number): Promise<void> {
  while ((await usedBytes(connection)) > maxBytes) {
    const sql = 'DELETE FROM requests WHERE sequence <= (SELECT min(sequence) + (max(sequence) - min(sequence)) / 10 FROM requests)'
    if ((await connection.run(sql)) === 0) return // the hours alone are too large, and bounded in number
  }
}

/** Within the caller's transaction. */
export async function applyRequestRetention(connection: Connection, retention: RequestRetention, nowMs: number): Promise<void> {
  const { maxAgeMs = 90 * dayMs, maxRows = 1_000_000, maxHourlyAgeMs = 800 * dayMs } = retention
  const { maxHourlyRows = 1_000_000, maxBytes = 2 ** 30 } = retention
  await pruneOldest(connection, { table: 'requests', sequenceColumn: 'sequence', timeColumn: 'at_ms', before: nowMs - maxAgeMs, maxRows })
  const firstHour = Math.floor((nowMs - maxHourlyAgeMs) / hourMs)
  await dropOldHours(connection, firstHour, maxHourlyRows)
  await foldSpending(connection, firstHour)
  await dropWhileTooLarge(connection, maxBytes)
}
