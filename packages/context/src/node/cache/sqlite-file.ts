import { chmod, open, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeFolder } from './make-folder.ts'
import { schema, schemaVersion } from './sqlite-schema.ts'

/** A row as SQLite gives it. */
export type SqliteRow = Readonly<Record<string, unknown>>

/** The cache's SQLite file. */
export interface SqliteFile {
  /** Runs one statement in the driver's thread pool. */
  readonly query: (sql: string, ...parameters: readonly unknown[]) => Promise<readonly SqliteRow[]>
  readonly close: () => Promise<void>
}

export interface SqliteFileOptions {
  readonly path: string
  readonly maxBytes: number
}

const pageBytes = 4096

/** The file is not one of ours, or not readable as a database. */
class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError'
  readonly code = 'CACHE_FOREIGN_FILE'
}

/** Whether an error means that the file itself is bad, and a new one would be good. */
export function isCorruption(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_FORMAT', 'CACHE_FOREIGN_FILE'].includes(code)
}

/** Moves a damaged file out of the way, and keeps the last one for inspection. */
export async function quarantine(path: string): Promise<void> {
  await rm(`${path}.damaged`, { force: true, recursive: true })
  await rename(path, `${path}.damaged`).catch(() => rm(path, { force: true, recursive: true }))
  await Promise.all([rm(`${path}-wal`, { force: true }), rm(`${path}-shm`, { force: true })])
}

/** Makes the folder and an empty file that only its owner can read: SQLite gives its side files the same rights. */
async function prepare(path: string): Promise<void> {
  await makeFolder(dirname(path))
  const file = await open(path, 'a', 0o600)
  await file.close()
  // What was there before keeps its rights otherwise.
  await Promise.all([path, `${path}-wal`, `${path}-shm`].map((one) => chmod(one, 0o600).catch(() => undefined)))
}

/** Files of version 1 are ours too, but hold nothing that is worth a migration. */
async function checkVersion(query: SqliteFile['query']): Promise<void> {
  const [version] = await query('PRAGMA user_version')
  const found = version?.['user_version']
  if (found !== 0 && found !== schemaVersion) throw new ForeignFileError('The cache file is of another version.')
  if (found === schemaVersion) return
  // Only an empty database can change how it gives pages back.
  await query('PRAGMA auto_vacuum = INCREMENTAL')
  await query('VACUUM')
}

async function configure(query: SqliteFile['query'], maxBytes: number): Promise<void> {
  await checkVersion(query)
  await query('PRAGMA journal_mode = WAL')
  // A crash of the process loses nothing that was written; a crash of the machine may lose the last entries, never the file.
  await query('PRAGMA synchronous = NORMAL')
  // What was erased must not stay readable in free pages.
  await query('PRAGMA secure_delete = ON')
  const pages = Math.floor(maxBytes / pageBytes)
  // A sixteenth of the room is for the write-ahead log, an eighth for what a checkpoint has not returned yet.
  await query(`PRAGMA wal_autocheckpoint = ${Math.max(16, Math.min(1000, Math.floor(pages / 16)))}`)
  await query(`PRAGMA journal_size_limit = ${Math.floor(maxBytes / 16)}`)
  await query(`PRAGMA max_page_count = ${Math.max(32, Math.floor(pages * 0.875))}`)
  for (const statement of schema) await query(statement)
  await query(`PRAGMA user_version = ${schemaVersion}`)
}

/**
 * Loads the driver that `@keyv/sqlite` imports. Where its binary is missing this fails, and its import would end the process: Node 20 reports
 * the failure of a CommonJS module below an imported one a second time, where nobody can catch it.
 */
async function loadDriver(): Promise<void> {
  const keyv = createRequire(import.meta.url).resolve('@keyv/sqlite')
  await import(pathToFileURL(createRequire(keyv).resolve('sqlite3')).href)
}

/*
 * `@keyv/sqlite` loads the driver and opens the file; it also makes a table of its own, which stays empty. Keyv itself stores
 * one value after the other, each in a transaction, so statements go past it.
 */
async function connect({ path, maxBytes }: SqliteFileOptions): Promise<SqliteFile> {
  await prepare(path)
  await loadDriver()
  const { KeyvSqlite } = await import('@keyv/sqlite')
  const store = new KeyvSqlite({ uri: `sqlite://${path}`, busyTimeout: 2000 })
  // Whatever it reports comes back as a rejected query too; an event without a listener would end the process.
  store.on('error', () => undefined)
  // Asked in the same turn as it is constructed: its own connecting promise is then never without a handler.
  const query: SqliteFile['query'] = (sql, ...parameters) => store.query(sql, ...parameters)
  const close = (): Promise<void> => store.close().catch(() => undefined)
  try {
    await configure(query, maxBytes)
  } catch (error) {
    await close()
    throw error
  }
  return { query, close }
}

/** Opens the file, and makes a new one where there is none or where the old one can't be used. */
export async function openSqliteFile(options: SqliteFileOptions): Promise<SqliteFile> {
  try {
    return await connect(options)
  } catch (error) {
    if (!isCorruption(error)) throw error
    await quarantine(options.path)
    return connect(options)
  }
}
