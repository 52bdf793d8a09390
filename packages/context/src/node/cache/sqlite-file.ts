import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Keyv } from 'keyv'
import { rowSerializer } from './stored-row.ts'

/*
 * The cache's SQLite file, through Keyv. Beside Keyv's table of key and value stands one that ranks, expires and selects
 * rows; triggers keep it in step within the same statement, so that no fail can part the two.
 */
export interface SqliteFile {
  readonly keyv: Keyv
  readonly query: (sql: string, ...parameters: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly close: () => Promise<void>
}

export interface SqliteFileOptions {
  readonly path: string
  readonly maxBytes: number
}

const schemaVersion = 1
const pageBytes = 4096

const fields = `length(NEW.value), json_extract(NEW.value, '$.value.i.x'), json_extract(NEW.value, '$.value.i.w'),
  json_extract(NEW.value, '$.value.i.m'), json_extract(NEW.value, '$.value.i.p'), json_extract(NEW.value, '$.value.i.t'),
  json_extract(NEW.value, '$.value.i.u')`

const schema = [
  `CREATE TABLE IF NOT EXISTS ranks (key TEXT PRIMARY KEY, bytes INTEGER, expires REAL, weight REAL, model TEXT, provider TEXT, tags TEXT,
    user TEXT, uses INTEGER DEFAULT 1, used REAL DEFAULT 0) WITHOUT ROWID`,
  `CREATE TRIGGER IF NOT EXISTS row_added AFTER INSERT ON cache BEGIN
    INSERT OR REPLACE INTO ranks (key, bytes, expires, weight, model, provider, tags, user) SELECT NEW.key, ${fields}; END`,
  `CREATE TRIGGER IF NOT EXISTS row_changed AFTER UPDATE ON cache BEGIN
    UPDATE ranks SET (bytes, expires, weight, model, provider, tags, user) = (SELECT ${fields}) WHERE key = NEW.key; END`,
  `CREATE TRIGGER IF NOT EXISTS row_gone AFTER DELETE ON cache BEGIN DELETE FROM ranks WHERE key = OLD.key; END`,
]

/** The file is not one of ours, or not readable as a database. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError'
  readonly code = 'CACHE_FOREIGN_FILE'
}

/** Whether an error means that the file itself is bad, and a new one would be good. */
export function isCorruption(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_FORMAT', 'CACHE_FOREIGN_FILE'].includes(code)
}

/** Moves a damaged file out of the way, keeping the last one for whoever wants to look at it. */
export async function quarantine(path: string): Promise<void> {
  await rm(`${path}.damaged`, { force: true, recursive: true })
  await rename(path, `${path}.damaged`).catch(() => rm(path, { force: true, recursive: true }))
  await Promise.all([rm(`${path}-wal`, { force: true }), rm(`${path}-shm`, { force: true })])
}

/** Makes the folder and an empty file that only its owner can read: SQLite gives its side files the same rights. */
async function prepare(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'a', 0o600)
  await file.close()
}

async function configure(query: SqliteFile['query'], maxBytes: number): Promise<void> {
  const [version] = await query('PRAGMA user_version')
  const found = version?.['user_version']
  if (found !== 0 && found !== schemaVersion) throw new ForeignFileError('The cache file is of another version.')
  if (found === 0) {
    // Only an empty database can change how it gives pages back.
    await query('PRAGMA auto_vacuum = INCREMENTAL')
    await query('VACUUM')
  }
  await query('PRAGMA journal_mode = WAL')
  // A fail of the process loses nothing; a fail of the machine may lose the last entries, never the file.
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

async function connect({ path, maxBytes }: SqliteFileOptions): Promise<SqliteFile> {
  await prepare(path)
  const { KeyvSqlite } = await import('@keyv/sqlite')
  const store = new KeyvSqlite({ uri: `sqlite://${path}`, table: 'cache', busyTimeout: 2000 })
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
  const keyv = new Keyv({ store, useKeyPrefix: false, throwOnErrors: true, ...rowSerializer })
  keyv.on('error', () => undefined)
  return { keyv, query, close }
}

/** Opens the file, making a new one where there is none or where the old one is no good. */
export async function openSqliteFile(options: SqliteFileOptions): Promise<SqliteFile> {
  try {
    return await connect(options)
  } catch (error) {
    if (!isCorruption(error)) throw error
    await quarantine(options.path)
    return connect(options)
  }
}
