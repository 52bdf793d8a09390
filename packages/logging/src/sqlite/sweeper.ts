import type { WriteFigures } from './batch-writer.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'

/** How a store fares. */
export interface StoreFigures extends WriteFigures {
  /** Times that old rows could not be removed; it is tried again. */
  readonly failedSweeps: number
}

export interface SweeperOptions {
  readonly database: Database
  readonly everyMs: number
  readonly now: () => number
  /** Removes what is old. Within a transaction of its own. */
  readonly sweep: (connection: Connection, nowMs: number) => Promise<void>
}

/** Keeps a store within its bounds. */
export interface Sweeper {
  /** Call it after writing. Never rejects: what was written is written, whatever becomes of the old. */
  readonly sweepWhenDue: () => Promise<void>
  readonly failures: () => number
}

export function createSweeper({ database, everyMs, now, sweep }: SweeperOptions): Sweeper {
  let sweptAtMs = Number.NEGATIVE_INFINITY
  let failures = 0
  return {
    failures: () => failures,
    sweepWhenDue: async () => {
      const nowMs = now()
      if (nowMs - sweptAtMs < everyMs) return
      sweptAtMs = nowMs
      await database.transaction((connection) => sweep(connection, nowMs)).catch(() => failures++)
    },
  }
}
