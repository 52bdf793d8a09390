import type { CacheEntry, EntrySelector, KeyedEntry } from '../../cache/store/entry.ts'
import type { EnvelopeCodec } from '../../cache/store/envelope.ts'
import type { CacheStore, StoreFigures } from '../../cache/store/store.ts'
import type { Deps } from '../../deps.ts'
import { type AccessLog, createAccessLog } from './access-log.ts'
import { evictRows, numberAt, usedBytes } from './disk-space.ts'
import { keyHash, toRow } from './entry-row.ts'
import { createKeyFilter, type KeyFilter } from './key-filter.ts'
import { isCorruption, openSqliteFile, quarantine, type SqliteFile } from './sqlite-file.ts'
import { countSql, deleteSql, expireSql, hottestSql, insertSql, removeSql, selectSql, touchSql } from './sqlite-schema.ts'

/** Where the disk level keeps its file, and how much it may take. */
export interface DiskStoreOptions<Value> {
  /** The SQLite file; its folder is made where it is missing. */
  readonly path: string
  /** What the file and its side files may take together. */
  readonly maxBytes: number
  readonly envelope: EnvelopeCodec<Value>
  /**
   * Whether no other process uses the file at the same time. Then most misses are known without asking it; what another process
   * wrote is missed until the next sweep. Default false.
   */
  readonly isExclusive?: boolean | undefined
  /** A look-up that takes longer is a miss. Default 500. */
  readonly timeoutMs?: number | undefined
}

interface Disk<Value> {
  readonly options: DiskStoreOptions<Value>
  readonly now: () => number
  readonly accessLog: AccessLog
  file?: Promise<SqliteFile> | undefined
  /** Of the keys in the file; `undefined` while they are not known, or others may write. */
  filter?: KeyFilter | undefined
  closed: boolean
  evictions: number
  /** Written since the size of the file was last looked at. */
  writtenBytes: number
  evicting?: Promise<void> | undefined
}

/** Rows of one statement: enough that their common cost is small beside their own. */
const maxRowsPerInsert = 512
/** What a row takes beside its envelope, about. */
const rowBytes = 400
/** This share of the limit may be written between two looks at the size of the file. */
const writeShare = 0.04

async function fileOf<Value>(disk: Disk<Value>): Promise<SqliteFile> {
  if (disk.closed) throw new Error('The disk cache is closed.')
  disk.file ??= openFile(disk)
  const opening = disk.file
  try {
    return await opening
  } catch (error) {
    if (disk.file === opening) disk.file = undefined
    throw error
  }
}

async function openFile<Value>(disk: Disk<Value>): Promise<SqliteFile> {
  const file = await openSqliteFile(disk.options)
  if (disk.options.isExclusive === true) await fillFilter(disk, file)
  return file
}

/** Learns the keys of the file anew; those that are added meanwhile are added to the old and the new filter. */
async function fillFilter<Value>(disk: Disk<Value>, { query }: SqliteFile): Promise<void> {
  const filter = createKeyFilter(disk.options.maxBytes / 1024)
  const before = disk.filter
  disk.filter = { add: (key) => [before, filter].forEach((one) => one?.add(key)), mayHave: (key) => before?.mayHave(key) ?? true }
  for (const { key } of await query('SELECT key FROM entries')) filter.add(String(key))
  disk.filter = filter
}

/** Runs work on the file. A file that turns out damaged is quarantined, once, and the next call begins a new one. */
async function withFile<Value, T>(disk: Disk<Value>, work: (file: SqliteFile) => Promise<T>): Promise<T> {
  const file = await fileOf(disk)
  const opened = disk.file
  try {
    return await work(file)
  } catch (error) {
    if (isCorruption(error) && disk.file === opened) {
      disk.file = undefined
      disk.filter = undefined
      await file.close()
      await quarantine(disk.options.path)
    }
    throw error
  }
}

async function getRow<Value>(disk: Disk<Value>, { query }: SqliteFile, key: string): Promise<CacheEntry<Value> | undefined> {
  const hash = keyHash(key)
  const [row] = await query(selectSql, hash)
  if (row?.['key'] !== key) return undefined
  const entry = row['envelope'] instanceof Uint8Array ? await disk.options.envelope.decode(key, row['envelope']) : undefined
  if (entry === undefined || entry.meta.expiresAtMs <= disk.now()) {
    await query(deleteSql, JSON.stringify([hash]))
    return undefined
  }
  disk.accessLog.record(key)
  return entry
}

/** One eviction at a time; who comes while it runs waits for it. */
function makeRoom<Value>(disk: Disk<Value>, file: SqliteFile): Promise<void> {
  const evict = async (): Promise<void> => {
    disk.writtenBytes = 0
    disk.evictions += await evictRows(file, disk.options.maxBytes, disk.now())
  }
  disk.evicting ??= evict().finally(() => {
    disk.evicting = undefined
  })
  return disk.evicting
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL'
}

/** Rows that one statement writes. */
interface Chunk {
  readonly keys: string[]
  readonly rows: (readonly unknown[])[]
  readonly envelopes: Uint8Array[]
  bytes: number
}

/** Encodes entries and joins them to chunks that one statement writes, each within the share that may be written at once. */
async function toChunks<Value>({ options }: Disk<Value>, entries: readonly KeyedEntry<Value>[]): Promise<readonly Chunk[]> {
  const { envelope, maxBytes } = options
  const chunks: Chunk[] = []
  for (const keyed of entries) {
    const encoding = envelope.encode(...keyed)
    const encoded = encoding instanceof Uint8Array ? encoding : await encoding
    const { length } = encoded
    if (length + rowBytes > maxBytes / 8) continue
    let chunk = chunks.at(-1)
    if (chunk === undefined || chunk.keys.length >= maxRowsPerInsert || chunk.bytes + length > maxBytes * writeShare) {
      chunk = { keys: [], rows: [], envelopes: [], bytes: 0 }
      chunks.push(chunk)
    }
    chunk.keys.push(keyed[0])
    chunk.rows.push(toRow(keyed, { offset: chunk.bytes, length }))
    chunk.envelopes.push(encoded)
    chunk.bytes += length
  }
  return chunks
}

async function writeChunk<Value>(disk: Disk<Value>, file: SqliteFile, { keys, rows, envelopes, bytes }: Chunk): Promise<void> {
  disk.writtenBytes += bytes + keys.length * rowBytes
  if (disk.writtenBytes > disk.options.maxBytes * writeShare) await makeRoom(disk, file)
  const insert = (): Promise<unknown> => file.query(insertSql, JSON.stringify(rows), Buffer.concat(envelopes), disk.now())
  try {
    await insert()
  } catch (error) {
    if (!isFull(error)) throw error
    await makeRoom(disk, file)
    await insert()
  }
  // After the insert: a filter that is being filled at the same time has either read the keys or gets them here.
  for (const key of keys) disk.filter?.add(key)
}

async function setRows<Value>(disk: Disk<Value>, file: SqliteFile, entries: readonly KeyedEntry<Value>[]): Promise<void> {
  for (const chunk of await toChunks(disk, entries)) await writeChunk(disk, file, chunk)
}

async function removeRows({ query }: SqliteFile, { model, provider, tag, user }: EntrySelector): Promise<number> {
  const gone = await query(removeSql, model ?? null, provider ?? null, tag ?? null, user ?? null)
  // What was removed must not linger in the write-ahead log.
  await query('PRAGMA wal_checkpoint(TRUNCATE)')
  await query('PRAGMA incremental_vacuum')
  return gone.length
}

async function countRows({ query }: SqliteFile, { model, provider, tag, user }: EntrySelector): Promise<number> {
  const [row] = (await query(countSql, model ?? null, provider ?? null, tag ?? null, user ?? null)) as readonly { readonly count: number }[] // one row of one column
  return row?.count ?? 0
}

async function sweep<Value>(disk: Disk<Value>, file: SqliteFile): Promise<void> {
  await disk.accessLog.flush()
  await file.query(expireSql, disk.now())
  await makeRoom(disk, file)
  await file.query('PRAGMA incremental_vacuum')
  if (disk.options.isExclusive === true) await fillFilter(disk, file)
}

async function figures<Value>({ options, evictions }: Disk<Value>, file: SqliteFile): Promise<StoreFigures> {
  const entries = numberAt(await file.query('SELECT COUNT(*) AS entries FROM entries'), 'entries')
  return { entries, bytes: await usedBytes(file), maxBytes: options.maxBytes, evictions }
}

async function hottest<Value>({ options, now }: Disk<Value>, file: SqliteFile, count: number): Promise<readonly KeyedEntry<Value>[]> {
  const found: KeyedEntry<Value>[] = []
  for (const { key, envelope } of await file.query(hottestSql, now(), count)) {
    if (typeof key !== 'string' || !(envelope instanceof Uint8Array)) continue
    const entry = await options.envelope.decode(key, envelope)
    if (entry !== undefined) found.push([key, entry])
  }
  return found
}

async function close<Value>(disk: Disk<Value>): Promise<void> {
  const file = await disk.file?.catch(() => undefined)
  if (!disk.closed && file !== undefined) {
    await disk.accessLog.flush()
    disk.closed = true
    await file.close()
  }
  disk.closed = true
}

/**
 * Keeps answers in a SQLite file: they survive restarts and crashes. Opens the file at the first use; needs the optional peer
 * dependency `@keyv/sqlite`.
 */
export function createDiskStore<Value>(options: DiskStoreOptions<Value>, { now }: Pick<Deps, 'now'>): CacheStore<Value> {
  const disk: Disk<Value> = {
    options,
    now,
    closed: false,
    evictions: 0,
    writtenBytes: 0,
    accessLog: createAccessLog(200, (keys) =>
      withFile(disk, ({ query }) => query(touchSql, now(), JSON.stringify(keys.map((key) => keyHash(key))))),
    ),
  }
  return {
    name: 'disk',
    timeoutMs: options.timeoutMs ?? 500,
    mayHave: (key) => disk.filter?.mayHave(key) !== false,
    get: (key) => withFile(disk, (file) => getRow(disk, file, key)),
    set: (key, entry) => withFile(disk, (file) => setRows(disk, file, [[key, entry]])),
    setMany: (entries) => withFile(disk, (file) => setRows(disk, file, entries)),
    remove: (selector) => withFile(disk, (file) => removeRows(file, selector)),
    count: (selector) => withFile(disk, (file) => countRows(file, selector)),
    sweep: () => withFile(disk, (file) => sweep(disk, file)),
    figures: () => withFile(disk, (file) => figures(disk, file)),
    hottest: (count) => withFile(disk, (file) => hottest(disk, file, count)),
    close: () => close(disk),
  }
}
