import { type LoggingDeps, systemDeps } from '../deps.ts'
import type { CallRecord } from '../record/call-record.ts'
import type { Connection } from '../sqlite/connection.ts'
import type { Database } from '../sqlite/database.ts'
import { checkSecret, createPseudonyms } from '../sqlite/pseudonym.ts'
import { createRowStore, type Store } from '../sqlite/row-store.ts'
import { type AnalyticsQuery, type AnalyticsRow, readAnalytics } from './analytics.ts'
import { anonymise, usageSchema } from './usage.sql.ts'
import { toUsageEntry, type UsageEntry } from './usage-entry.ts'
import { applyUsageRetention, type UsageRetention } from './usage-retention.ts'
import { fromText, writeUsage } from './write-usage.ts'

/** What the ledger holds on an end user. */
export interface UserUsage {
  /** What stands for them in the ledger. */
  readonly pseudonym: string
  /** Their single calls. */
  readonly requests: number
  /** The latest 1,000 of them. */
  readonly entries: readonly UsageEntry[]
}

/** Who used what at what price: one row a call, summed up per hour, in one SQLite file. */
export interface UsageLedger extends Store {
  /** Takes a call. Never throws and never waits; a file that can't be written costs rows, which `figures` counts, and nothing else. */
  readonly record: (receipt: CallRecord) => void
  readonly analytics: (query: AnalyticsQuery) => Promise<readonly AnalyticsRow[]>
  readonly user: (user: string) => Promise<UserUsage>
  /**
   * Deletes an end user's calls; what they used stays in the hourly sums, under nobody's name. Gives how many calls there were.
   * @throws StorageError when it could not be done
   */
  readonly erase: (user: string) => Promise<number>
}

export interface UsageLedgerOptions {
  readonly file: string
  /** Keys the pseudonyms of end users. Kept outside the file and the same at every start. */
  readonly secret: string
  readonly retention?: UsageRetention | undefined
  /** Calls held while the file can't be written. Default: 10,000. */
  readonly maxHeld?: number | undefined
}

async function readUser(database: Database, pseudonym: string): Promise<UserUsage> {
  const [count] = await database.all<{ requests: number }>('SELECT count(*) AS requests FROM usage WHERE user = ?', [pseudonym])
  const sql = 'SELECT entry FROM usage WHERE user = ? ORDER BY sequence DESC LIMIT 1000'
  const rows = await database.all<{ entry: string }>(sql, [pseudonym])
  return { pseudonym, requests: count?.requests ?? 0, entries: rows.map((row) => fromText(row.entry)) }
}

async function eraseUser(connection: Connection, pseudonym: string): Promise<number> {
  await connection.run(anonymise, [pseudonym])
  await connection.run('DELETE FROM usage_hourly WHERE user = ?', [pseudonym])
  return await connection.run('DELETE FROM usage WHERE user = ?', [pseudonym])
}

/** @throws TypeError when the secret is too short to protect anything */
export function createUsageLedger(options: UsageLedgerOptions, deps: LoggingDeps = systemDeps): UsageLedger {
  const { file, secret, retention = {}, maxHeld = 10_000 } = options
  checkSecret(secret, 'usage')
  const pseudonyms = createPseudonyms(secret, 'usage')
  const sweep = (connection: Connection, nowMs: number): Promise<void> => applyUsageRetention(connection, retention, nowMs)
  const store = createRowStore<UsageEntry>(
    { store: 'usage', file, schema: usageSchema, write: writeUsage, sweep, maxBatch: 500, maxHeld },
    deps,
  )
  return {
    record: (receipt) => {
      store.add(toUsageEntry(receipt, receipt.user === undefined ? '' : pseudonyms.of(receipt.user)))
    },
    analytics: async (query) =>
      await readAnalytics(await store.settled(), query.user === undefined ? query : { ...query, user: pseudonyms.of(query.user) }),
    user: async (user) => await readUser(await store.settled(), pseudonyms.of(user)),
    erase: async (user) => {
      const erased = await store.erase((connection) => eraseUser(connection, pseudonyms.of(user)))
      pseudonyms.forget(user)
      return erased
    },
    flush: store.flush,
    figures: store.figures,
    close: store.close,
  }
}
