import type { LoggingDeps } from '../deps.ts'
import { createBatchWriter } from './batch-writer.ts'
import type { Connection } from './connection.ts'
import { createDatabase, type Database } from './database.ts'
import { createSweeper, type StoreFigures } from './sweeper.ts'

/** What every store can be asked for. */
export interface Store {
  /** @throws StorageError when the file could not take what was held; it stays held */
  readonly flush: () => Promise<void>
  readonly figures: () => StoreFigures
  /** Writes what is held, once more, and closes the file. What can't be written is dropped and counted. */
  readonly close: () => Promise<void>
}

export interface RowStoreOptions<Row> {
  /** What it holds, for messages. */
  readonly store: string
  readonly file: string
  readonly schema: string
  /** Both within a transaction of their own. */
  readonly write: (connection: Connection, rows: readonly Row[]) => Promise<void>
  readonly sweep: (connection: Connection, nowMs: number) => Promise<void>
  readonly maxBatch: number
  readonly maxHeld: number
}

/** A file that rows are written to in batches, within a second, and that is swept every ten minutes. */
export interface RowStore<Row> extends Store {
  readonly add: (row: Row) => void
  /** The file, for reading: what was added before is in it, unless it could not be written. */
  readonly settled: () => Promise<Database>
  /**
   * Changes what is there, what was added before included, and leaves no trace of what was deleted.
   * @throws StorageError when it could not be done
   */
  readonly erase: <Result>(work: (connection: Connection) => Promise<Result>) => Promise<Result>
}

const sweepEveryMs = 600_000

export function createRowStore<Row>(options: RowStoreOptions<Row>, deps: LoggingDeps): RowStore<Row> {
  const { store, file, schema, sweep, maxBatch, maxHeld } = options
  const database = createDatabase({ store, file, schema, now: deps.now })
  const sweeper = createSweeper({ database, everyMs: sweepEveryMs, now: deps.now, sweep })
  const write = async (rows: readonly Row[]): Promise<void> => {
    await database.transaction((connection) => options.write(connection, rows))
    await sweeper.sweepWhenDue()
  }
  const writer = createBatchWriter<Row>({ write, flushAfterMs: 1000, maxBatch, maxHeld }, deps)
  return {
    add: writer.add,
    flush: writer.flush,
    figures: () => ({ ...writer.figures(), failedSweeps: sweeper.failures() }),
    settled: async () => {
      await writer.flush().catch(() => undefined) // whoever reads gets what is on disk
      return database
    },
    erase: async (work) => {
      await writer.flush()
      const result = await database.transaction(work)
      await database.checkpoint()
      return result
    },
    close: async () => {
      await writer.close()
      await database.close()
    },
  }
}
