import { enableWriteAhead } from '@proxyapi/logging/node'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  RawNode,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { Database } from 'sqlite3'

type Value = string | number | bigint | null | Uint8Array

/** Another process may be writing: so long is waited for it. */
const busyTimeoutMs = 2_000
/** Keys are few and precious: a commit is on the disk (sqlite.org/pragma.html#pragma_synchronous), and what is deleted is overwritten. */
const pragmas = 'PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON'

function openFile(file: string): Promise<Database> {
  return new Promise((resolve, reject) => {
    const opened = new Database(file, (error) => (error === null ? resolve(opened) : reject(error)))
    opened.configure('busyTimeout', busyTimeoutMs)
  })
}

function exec(database: Database, sql: string): Promise<void> {
  return new Promise((resolve, reject) => database.exec(sql, (error) => (error === null ? resolve() : reject(error))))
}

function all<Row>(database: Database, sql: string, values: readonly Value[]): Promise<QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    // The query that Kysely compiled says what its rows are.
    database.all(sql, values, (error, rows) => (error === null ? resolve({ rows: rows as Row[] }) : reject(error)))
  })
}

function run<Row>(database: Database, sql: string, values: readonly Value[]): Promise<QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    database.run(sql, values, function onRun(error) {
      if (error === null) resolve({ rows: [], numAffectedRows: BigInt(this.changes) })
      else reject(error)
    })
  })
}

function hasRows({ query }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) || RawNode.is(query) || ('returning' in query && query.returning !== undefined)
}

function toConnection(database: Database): DatabaseConnection {
  return {
    executeQuery: (query) => {
      const values = query.parameters as readonly Value[] // what our own queries bind
      return hasRows(query) ? all(database, query.sql, values) : run(database, query.sql, values)
    },
    streamQuery: () => {
      throw new Error('Rows of SQLite are not streamed here.')
    },
  }
}

/** One connection that one user has at a time: statements of two tasks must not meet in one transaction. */
function createDriver(file: string): Driver {
  let database: Database | undefined
  let tail: Promise<unknown> = Promise.resolve()
  let release: (() => void) | undefined
  const opened = (): Database => {
    if (database === undefined) throw new Error('The store of issued keys is closed.')
    return database
  }
  return {
    init: async () => {
      const fresh = await openFile(file)
      database = fresh
      await enableWriteAhead((sql) => exec(fresh, sql))
      await exec(fresh, pragmas)
    },
    acquireConnection: async () => {
      const before = tail
      let pass = (): void => undefined
      tail = new Promise<void>((resolve) => {
        pass = resolve
      })
      await before
      release = pass
      return toConnection(opened())
    },
    beginTransaction: () => exec(opened(), 'BEGIN IMMEDIATE'),
    commitTransaction: () => exec(opened(), 'COMMIT'),
    rollbackTransaction: () => exec(opened(), 'ROLLBACK'),
    releaseConnection: async () => release?.(),
    destroy: async () => {
      const closing = database
      database = undefined
      if (closing !== undefined)
        await new Promise<void>((resolve, reject) => closing.close((error) => (error === null ? resolve() : reject(error))))
    },
  }
}

/** Tables are changed in one transaction, which one process at a time has: of two that open a new file one makes them, and the other finds them. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Kysely over the SQLite driver that caches and records use, too: Kysely's own wants another. */
export function createSqliteDialect(file: string): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => createDriver(file),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
