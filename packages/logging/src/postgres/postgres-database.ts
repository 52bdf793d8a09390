import type { Connection, SqlValue } from '../sqlite/connection.ts'
import type { Database } from '../sqlite/database.ts'
import { StorageError } from '../sqlite/storage-error.ts'
import { createPool, type Pool, toConnection } from './postgres-connection.ts'
import { toPostgresError } from './postgres-error.ts'

/** Numbers of advisory locks within the database: no other program is expected to use them. */
const migrationLock = 7_236_001
export const auditLock = 7_236_002
export const retentionLock = 7_236_003

export interface PostgresDatabase {
  /** Transactions of several instances side by side. */
  readonly shared: Database
  /** Transactions that follow one another, over all instances. */
  readonly inTurn: (lock: number) => Database
  readonly all: Database['all']
  /** A view of one moment. */
  readonly snapshot: <Result>(work: (connection: Connection) => Promise<Result>) => Promise<Result>
  readonly close: () => Promise<void>
}

export interface PostgresDatabaseOptions {
  /** What it holds, for messages. */
  readonly store: string
  readonly url: string
  /** Makes and migrates the tables, once, in a transaction that no other instance's meets. */
  readonly migrate: (connection: Connection) => Promise<void>
}

function closed(store: string): StorageError {
  return new StorageError({ message: `The ${store} store is closed`, retryable: false })
}

type WithConnection = <Result>(work: (connection: Connection) => Promise<Result>) => Promise<Result>

/** Connections of a pool that is made at the first use. */
function createConnections(store: string, url: string): { readonly use: WithConnection; readonly close: () => Promise<void> } {
  let pool: Promise<Pool> | undefined
  let isClosed = false
  return {
    use: async (work) => {
      if (isClosed) throw closed(store)
      try {
        pool ??= createPool(url)
        const client = await (await pool).connect()
        try {
          const result = await work(toConnection(client))
          client.release()
          return result
        } catch (error) {
          // What is open on it, and whether it still stands, is not known: the pool makes another.
          client.release(error instanceof Error ? error : new Error('unusable'))
          throw error
        }
      } catch (error) {
        throw toPostgresError(error, store)
      }
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      await (await pool?.catch(() => undefined))?.end()
    },
  }
}

/** A database that connects at its first use, and again after it was gone; what is asked meanwhile fails. */
export function createPostgresDatabase({ store, url, migrate }: PostgresDatabaseOptions): PostgresDatabase {
  const connections = createConnections(store, url)
  let migrated: Promise<void> | undefined
  const transact = <Result>(begin: string, work: (connection: Connection) => Promise<Result>): Promise<Result> =>
    connections.use(async (connection) => {
      await connection.exec(begin)
      const result = await work(connection)
      await connection.exec('COMMIT')
      return result
    })
  const locked = (lock: number): string => `BEGIN; SELECT pg_advisory_xact_lock(${lock})`
  const ready = (): Promise<void> => {
    migrated ??= transact(locked(migrationLock), migrate).catch((error: unknown) => {
      migrated = undefined
      throw error
    })
    return migrated
  }
  const all = async <Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> => {
    await ready()
    return await connections.use((connection) => connection.all<Row>(sql, values))
  }
  const beginning = (begin: string): Database['transaction'] => {
    return async (work) => {
      await ready()
      return await transact(begin, work)
    }
  }
  const toDatabase = (transaction: Database['transaction']): Database => ({
    all,
    transaction,
    // A commit is on the server's disk, unless its operator has switched that off.
    durableTransaction: transaction,
    run: (sql) => transaction((connection) => connection.exec(sql)),
    // What was deleted lies in the server's files until it vacuums, and in its archives for as long as they are kept.
    checkpoint: async () => undefined,
    // Of all that share it, the one who opened it closes it.
    close: async () => undefined,
  })
  return {
    shared: toDatabase(beginning('BEGIN')),
    inTurn: (lock) => toDatabase(beginning(locked(lock))),
    all,
    snapshot: beginning('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'),
    close: connections.close,
  }
}
