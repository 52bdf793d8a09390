import type { SqliteFile, SqliteRow } from './sqlite-file.ts'
import { coldestSql, deleteSql } from './sqlite-schema.ts'

/** Rows take up to this share of the limit; the rest is for pages in motion. */
const fillShare = 0.8
/** Rows that are deleted in one statement. */
const portion = 200

/** The number in the first row's column; 0 where there is none. */
export function numberAt(rows: readonly SqliteRow[], name: string): number {
  const value = rows[0]?.[name]
  return typeof value === 'number' ? value : 0
}

export async function usedBytes({ query }: SqliteFile): Promise<number> {
  const pages = numberAt(await query('PRAGMA page_count'), 'page_count')
  const free = numberAt(await query('PRAGMA freelist_count'), 'freelist_count')
  return (pages - free) * 4096
}

/** Deletes the rows of least retention score until the file is within its limit; returns how many went. */
export async function evictRows(file: SqliteFile, maxBytes: number, nowMs: number): Promise<number> {
  const limit = maxBytes * fillShare
  const used = await usedBytes(file)
  if (used <= limit) return 0
  const coldest = await file.query(coldestSql, nowMs, 1 - (limit * 0.95) / used)
  let evictions = 0
  for (let from = 0; from < coldest.length; from += portion) {
    const hashes = coldest.slice(from, from + portion).map(({ hash }) => hash)
    evictions += (await file.query(deleteSql, JSON.stringify(hashes))).length
  }
  await file.query('PRAGMA incremental_vacuum(2000)')
  return evictions
}
