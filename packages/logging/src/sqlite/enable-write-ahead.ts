import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { sqliteCode } from './storage-error.ts'

/** Less than what SQLite itself waits for a lock: a file that stays locked is not waited for twice. */
const withinMs = 500
const pauseMs = 10

/**
 * Makes a SQLite file journal ahead (sqlite.org/wal.html). Of two processes that open a new file at once, and change its journal, SQLite refuses one
 * without the wait that other locks get: that is tried again here for half a second.
 *
 * @throws the driver's error
 */
export async function enableWriteAhead(exec: (sql: string) => Promise<unknown>): Promise<void> {
  for (const untilMs = performance.now() + withinMs; ; ) {
    try {
      await exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (sqliteCode(error) !== 'SQLITE_BUSY' || performance.now() >= untilMs) throw error
      await sleep(pauseMs)
    }
  }
}
