import type { Connection } from '../sqlite/connection.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import { rollUp, toHour } from './roll-up.ts'
import { addToCells, hourlyColumns, positions } from './usage.sql.ts'
import type { UsageEntry } from './usage-entry.ts'

function toText(entry: UsageEntry): string {
  const fields: (string | number | null)[] = []
  for (const [, field] of positions) fields.push(entry[field])
  return JSON.stringify(fields)
}

/** An entry as it was before it was written. */
export function fromText(text: string): UsageEntry {
  const fields = JSON.parse(text) as readonly unknown[] // written by `toText`
  return Object.fromEntries(positions.map(([, field], index) => [field, fields[index] ?? null])) as unknown as UsageEntry
}

/** Writes calls and adds them to their hours. Within the caller's transaction. */
export async function writeUsage(connection: Connection, entries: readonly UsageEntry[]): Promise<void> {
  const rows = entries.map((entry) => [toHour(entry), entry.user, toText(entry)])
  await insertRows(connection, { table: 'usage', columns: ['hour', 'user', 'entry'] }, rows)
  await insertRows(connection, { table: 'usage_hourly', columns: hourlyColumns, ending: addToCells }, rollUp(entries))
}
