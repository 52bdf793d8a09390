import type { Connection } from './connection.ts'

export interface KeptRows {
  readonly table: string
  /** Its key, which rises from row to row. */
  readonly sequenceColumn: string
  readonly timeColumn: string
  /** Rows whose time is less go. */
  readonly before: number
  readonly maxRows: number
}

/**
 * Deletes the oldest rows of a table whose rows lie in the order of their time, near enough: up to the first that is to stay. No index on the
 * time is needed for it, which would cost every write; a row out of order goes with its neighbours.
 */
export async function pruneOldest(
  connection: Connection,
  { table, sequenceColumn: sequence, timeColumn, before, maxRows }: KeptRows,
): Promise<void> {
  const lastToGo = `SELECT ${sequence} - 1 FROM ${table} WHERE ${timeColumn} >= ? ORDER BY ${sequence} LIMIT 1`
  await connection.run(`DELETE FROM ${table} WHERE ${sequence} <= coalesce((${lastToGo}), (SELECT max(${sequence}) FROM ${table}))`, [
    before,
  ])
  await connection.run(`DELETE FROM ${table} WHERE ${sequence} <= (SELECT max(${sequence}) FROM ${table}) - ?`, [maxRows])
}
