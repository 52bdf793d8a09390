import { chmod, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Connection, openConnection, type SqlValue } from './connection.ts'
import { enableWriteAhead } from './enable-write-ahead.ts'
import { makeFolder } from './make-folder.ts'
import { quarantine } from './quarantine.ts'
import { isDamaged, StorageError, sqliteCode, toStorageError } from './storage-error.ts'

/** A SQLite file that opens when first used, and again after it had to be closed. */
export interface Database {
  readonly all: <Row>(sql: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>
  /** Everything or nothing; nobody else writes meanwhile, in this process or another. */
  readonly transaction: <Result>(work: (connection: Connection) => Promise<Result>) => Promise<Result>
  /** The same, and on the disk when it resolves: it survives a power cut. */
  readonly durableTransaction: <Result>(work: (connection: Connection) => Promise<Result>) => Promise<Result>
  /** Runs several statements, which bring their own transaction, in one step; what a failure left open is undone. */
  readonly run: (sql: string) => Promise<void>
  /** Empties the journal into the file, so that what was erased is in neither. */
  readonly checkpoint: () => Promise<void>
  /** For good. */
  readonly close: () => Promise<void>
}

export interface DatabaseOptions {
  /** What it holds, for messages: `audit`, `usage`. */
  readonly store: string
  readonly file: string
  /** `CREATE TABLE IF NOT EXISTS …`. */
  readonly schema: string
  readonly now: () => number
  /** Called when a damaged file was moved to `path` and a new one begins. */
  readonly onQuarantine?: ((path: string) => void) | undefined
}

const isStale = (error: unknown): boolean => ['SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'].includes(sqliteCode(error) ?? '')

/** SQLite makes files that everybody on the machine may read; those that are there are taken from everybody but their owner. */
async function reserveFile(file: string): Promise<void> {
  await makeFolder(dirname(file))
  try {
    await (await open(file, 'a', 0o600)).close()
    await Promise.all([file, `${file}-wal`, `${file}-shm`].map((path) => chmod(path, 0o600).catch(() => undefined))) // not ours, or not there
  } catch {
    // Opening it fails for the same reason, with an error that callers know.
  }
}

async function openOnce({ file, schema }: DatabaseOptions): Promise<Connection> {
  await reserveFile(file)
  const connection = await openConnection(file)
  try {
    await enableWriteAhead(connection.exec)
    // secure_delete overwrites what is deleted: erasure must not leave a person's data in free pages.
    await connection.exec(`PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; ${schema}`)
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function moveAside({ file, now, onQuarantine }: DatabaseOptions): Promise<void> {
  const path = await quarantine(file, now())
  onQuarantine?.(path)
}

async function openOrRebuild(options: DatabaseOptions): Promise<Connection> {
  try {
    return await openOnce(options)
  } catch (error) {
    if (!isDamaged(error)) throw error
    await moveAside(options)
    return await openOnce(options)
  }
}

async function runScript(connection: Connection, sql: string): Promise<void> {
  try {
    await connection.exec(sql)
  } catch (error) {
    await connection.exec('ROLLBACK').catch(() => undefined) // nothing was open where SQLite has rolled back by itself
    throw error
  }
}

/** `FULL` waits for the disk at each commit (sqlite.org/pragma.html#pragma_synchronous). It can be set between transactions only. */
async function transactDurably<Result>(connection: Connection, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  await connection.exec('PRAGMA synchronous = FULL')
  try {
    return await transact(connection, work)
  } finally {
    await connection.exec('PRAGMA synchronous = NORMAL')
  }
}

async function transact<Result>(connection: Connection, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  await connection.exec('BEGIN IMMEDIATE')
  try {
    const result = await work(connection)
    await connection.exec('COMMIT')
    return result
  } catch (error) {
    // Where SQLite has rolled back by itself (a full disk), this fails and nothing is left to do.
    await connection.exec('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/**
 * One connection, one user at a time: asynchronous statements of two tasks must not meet in one transaction. A damaged file is set aside and
 * begun anew, whenever the damage shows; any error leaves the database usable for the next call.
 */
export function createDatabase(options: DatabaseOptions): Database {
  let open: Connection | undefined
  let tail: Promise<unknown> = Promise.resolve()
  const disconnect = async (): Promise<void> => {
    const connection = open
    open = undefined
    await connection?.close()
  }
  const recover = async (error: unknown): Promise<void> => {
    if (!isDamaged(error) && !isStale(error)) return
    await disconnect().catch(() => undefined) // a damaged file may not even close
    if (isDamaged(error)) await moveAside(options)
  }
  let closed = false
  const attempt = async <Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> => {
    if (closed) throw new StorageError({ message: `The ${options.store} store is closed`, retryable: false })
    try {
      open ??= await openOrRebuild(options)
      return await work(open)
    } catch (error) {
      await recover(error).catch(() => undefined) // the error itself says more than why it could not be mended
      throw toStorageError(error, options.store)
    }
  }
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = tail.then(work)
    tail = result.catch(() => undefined)
    return result
  }
  return {
    all: (sql, values) => alone(() => attempt((connection) => connection.all(sql, values))),
    transaction: (work) => alone(() => attempt((connection) => transact(connection, work))),
    durableTransaction: (work) => alone(() => attempt((connection) => transactDurably(connection, work))),
    run: (sql) => alone(() => attempt((connection) => runScript(connection, sql))),
    checkpoint: () => alone(() => attempt((connection) => connection.exec('PRAGMA wal_checkpoint(TRUNCATE)'))),
    close: () =>
      alone(async () => {
        closed = true
        await disconnect()
      }),
  }
}
