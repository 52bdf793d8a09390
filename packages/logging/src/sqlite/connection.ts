import { StorageError } from './storage-error.ts'

export type SqlValue = string | number | null

/** One open SQLite file. Calls run one after the other in the order they were made, off the main thread. */
export interface Connection {
  /** Runs one statement and tells how many rows it changed. */
  readonly run: (sql: string, values?: readonly SqlValue[]) => Promise<number>
  readonly all: <Row>(sql: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>
  /** Runs several statements without values. */
  readonly exec: (sql: string) => Promise<void>
  /** Statements under way fail as soon as they can. */
  readonly interrupt: () => void
  readonly close: () => Promise<void>
}

type Done = (error: Error | null) => void

interface Statement {
  readonly run: (values: readonly SqlValue[], done: (this: { readonly changes: number }, error: Error | null) => void) => void
  readonly all: (values: readonly SqlValue[], done: (error: Error | null, rows: readonly unknown[]) => void) => void
  readonly finalize: (done: Done) => void
}

/** The part of the `sqlite3` package that is used: its own types stay out of ours, because the package is optional. */
interface Handle {
  readonly exec: (sql: string, done: Done) => void
  readonly prepare: (sql: string, done: Done) => Statement
  readonly interrupt: () => void
  readonly close: (done: Done) => void
  readonly configure: (option: 'busyTimeout', ms: number) => void
}

interface Driver {
  readonly Database: new (file: string, mode: number, done: Done) => Handle
  readonly OPEN_READONLY: number
  readonly OPEN_READWRITE: number
  readonly OPEN_CREATE: number
}

async function loadDriver(): Promise<Driver> {
  try {
    const loaded = (await import('sqlite3')) as unknown as { readonly default: Driver } // a CommonJS package: all of it is the default
    return loaded.default
  } catch (cause) {
    throw new StorageError({ message: 'Stores need the package "sqlite3": install it beside @proxyapi/logging', retryable: false, cause })
  }
}

function settle(work: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => work((error) => (error === null ? resolve() : reject(error))))
}

function toRun(statement: Statement, values: readonly SqlValue[]): Promise<number> {
  return new Promise((resolve, reject) => {
    statement.run(values, function onRun(error) {
      if (error === null) resolve(this.changes)
      else reject(error)
    })
  })
}

function toAll<Row>(statement: Statement, values: readonly SqlValue[]): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    // The caller names the row that its own SQL selects.
    statement.all(values, (error, rows) => (error === null ? resolve(rows as readonly Row[]) : reject(error)))
  })
}

/** Statements are prepared once; the least recently prepared give way. */
function createStatements(handle: Handle, maxStatements = 100): { get: (sql: string) => Promise<Statement>; clear: () => Promise<void> } {
  const statements = new Map<string, Promise<Statement>>()
  const drop = async (sql: string, held: Promise<Statement>): Promise<void> => {
    statements.delete(sql)
    const statement = await held.catch(() => undefined)
    if (statement !== undefined) await settle((done) => statement.finalize(() => done(null)))
  }
  const prepare = (sql: string): Promise<Statement> =>
    new Promise((resolve, reject) => {
      const statement = handle.prepare(sql, (error) => (error === null ? resolve(statement) : reject(error)))
    })
  return {
    get: async (sql) => {
      const [oldest] = statements
      if (statements.size >= maxStatements && oldest !== undefined && !statements.has(sql)) await drop(...oldest)
      const held = statements.get(sql) ?? prepare(sql)
      statements.set(sql, held)
      return await held
    },
    clear: async () => {
      for (const [sql, held] of statements) await drop(sql, held)
    },
  }
}

/**
 * Opens a file, new when there is none.
 * @throws StorageError when the package is not installed; the driver's own error when the file can't be opened
 */
export async function openConnection(file: string, { readOnly = false, busyTimeoutMs = 1000 } = {}): Promise<Connection> {
  const driver = await loadDriver()
  const mode = readOnly ? driver.OPEN_READONLY : driver.OPEN_READWRITE | driver.OPEN_CREATE
  const handle = await new Promise<Handle>((resolve, reject) => {
    const opened = new driver.Database(file, mode, (error) => (error === null ? resolve(opened) : reject(error)))
  })
  handle.configure('busyTimeout', busyTimeoutMs)
  const statements = createStatements(handle)
  return {
    run: async (sql, values = []) => toRun(await statements.get(sql), values),
    all: async (sql, values = []) => toAll(await statements.get(sql), values),
    exec: (sql) => settle((done) => handle.exec(sql, done)),
    interrupt: () => handle.interrupt(),
    close: async () => {
      await statements.clear()
      await settle((done) => handle.close(done))
    },
  }
}
