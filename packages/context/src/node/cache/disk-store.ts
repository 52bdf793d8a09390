import type { ContextDeps } from '../../cache/deps.ts'
import type { CacheEntry, EntrySelector } from '../../cache/store/entry.ts'
import type { EnvelopeCodec } from '../../cache/store/envelope.ts'
import type { CacheStore, StoreFigures } from '../../cache/store/store.ts'
import { type AccessLog, createAccessLog } from './access-log.ts'
import { createKeyFilter, type KeyFilter } from './key-filter.ts'
import { isCorruption, openSqliteFile, quarantine, type SqliteFile } from './sqlite-file.ts'
import { envelopeOf, toRow } from './stored-row.ts'

export interface DiskStoreOptions<Value> {
  /** The SQLite file; its folder is made where it is missing. */
  readonly path: string
  /** What the file and its side files may take together. */
  readonly maxBytes: number
  readonly envelope: EnvelopeCodec<Value>
  /**
   * Whether no other process uses the file at the same time. Then most misses are known without asking it, which saves
   * them about 80 µs; what another process wrote would be missed. Default false.
   */
  readonly isExclusive?: boolean | undefined
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

/** Rows take up to this share of the limit; the rest is for pages in motion. */
const fillShare = 0.8

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
  for (const { key } of await query('SELECT key FROM ranks')) filter.add(String(key))
  disk.filter = filter
}

/** Runs work on the file. A file that turns out damaged is set aside, once, and the next call begins a new one. */
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

async function getRow<Value>(
  { options, now, accessLog }: Disk<Value>,
  { keyv }: SqliteFile,
  key: string,
): Promise<CacheEntry<Value> | undefined> {
  const row: unknown = await keyv.get(key)
  if (row === undefined) return undefined
  const envelope = envelopeOf(row)
  const entry = envelope === undefined ? undefined : await options.envelope.decode(key, envelope)
  if (entry === undefined || entry.meta.expiresAtMs <= now()) {
    await keyv.delete(key)
    return undefined
  }
  accessLog.note(key)
  return entry
}

function numberAt(rows: readonly Readonly<Record<string, unknown>>[], name: string): number {
  const value = rows[0]?.[name]
  return typeof value === 'number' ? value : 0
}

async function usedBytes({ query }: SqliteFile): Promise<number> {
  const pages = numberAt(await query('PRAGMA page_count'), 'page_count')
  const free = numberAt(await query('PRAGMA freelist_count'), 'freelist_count')
  return (pages - free) * 4096
}

/*
 * The rows of least worth: used least, longest ago, cheapest, per byte. They go until what is left is 95 % of what may be
 * there, so that this happens seldom, and in portions, so that look-ups get their turn in between.
 */
const worstSql = `SELECT key FROM (
  SELECT key, SUM(bytes) OVER (ORDER BY uses * weight / ((1 + MAX(0, ?1 - used) / 3600000.0) * bytes), key) AS upto FROM ranks)
  WHERE upto <= (SELECT SUM(bytes) FROM ranks) * ?2`
const deleteSql = 'DELETE FROM cache WHERE key IN (SELECT value FROM json_each(?)) RETURNING key'

async function evict<Value>(disk: Disk<Value>, file: SqliteFile): Promise<void> {
  const limit = disk.options.maxBytes * fillShare
  const used = await usedBytes(file)
  disk.writtenBytes = 0
  if (used <= limit) return
  const worst = await file.query(worstSql, disk.now(), 1 - (limit * 0.95) / used)
  for (let from = 0; from < worst.length; from += 200) {
    const keys = worst.slice(from, from + 200).map(({ key }) => key)
    disk.evictions += (await file.query(deleteSql, JSON.stringify(keys))).length
  }
  await file.query('PRAGMA incremental_vacuum(2000)')
}

/** One eviction at a time; who comes while it runs waits for it. */
function makeRoom<Value>(disk: Disk<Value>, file: SqliteFile): Promise<void> {
  disk.evicting ??= evict(disk, file).finally(() => {
    disk.evicting = undefined
  })
  return disk.evicting
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL'
}

async function setRow<Value>(disk: Disk<Value>, file: SqliteFile, [key, entry]: readonly [string, CacheEntry<Value>]): Promise<void> {
  const { envelope, maxBytes } = disk.options
  const encoded = await envelope.encode(key, entry)
  const bytes = encoded.length * 1.4 + 400
  if (bytes > maxBytes / 8) return
  const row = toRow(encoded, entry.meta)
  disk.writtenBytes += bytes
  if (disk.writtenBytes > maxBytes * 0.04) await makeRoom(disk, file)
  try {
    await file.keyv.set(key, row)
  } catch (error) {
    if (!isFull(error)) throw error
    await makeRoom(disk, file)
    await file.keyv.set(key, row)
  }
  // Once it is there: a filter that is being filled meanwhile has either read it or is told of it now.
  disk.filter?.add(key)
  disk.accessLog.note(key)
}

const removalSql = `DELETE FROM cache WHERE key IN (SELECT key FROM ranks WHERE (?1 IS NULL OR model = ?1) AND (?2 IS NULL OR provider = ?2)
  AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE json_each.value = ?3)) AND (?4 IS NULL OR user = ?4)) RETURNING key`

async function removeRows({ query }: SqliteFile, { model, provider, tag, user }: EntrySelector): Promise<number> {
  const gone = await query(removalSql, model ?? null, provider ?? null, tag ?? null, user ?? null)
  // What was removed must not linger in the write-ahead log.
  await query('PRAGMA wal_checkpoint(TRUNCATE)')
  await query('PRAGMA incremental_vacuum')
  return gone.length
}

async function sweep<Value>(disk: Disk<Value>, file: SqliteFile): Promise<void> {
  await disk.accessLog.flush()
  await file.query('DELETE FROM cache WHERE key IN (SELECT key FROM ranks WHERE expires <= ?)', disk.now())
  await makeRoom(disk, file)
  await file.query('PRAGMA incremental_vacuum')
  if (disk.options.isExclusive === true) await fillFilter(disk, file)
}

async function figures<Value>({ options, evictions }: Disk<Value>, file: SqliteFile): Promise<StoreFigures> {
  const entries = numberAt(await file.query('SELECT COUNT(*) AS entries FROM ranks'), 'entries')
  return { entries, bytes: await usedBytes(file), maxBytes: options.maxBytes, evictions }
}

async function hottest<Value>(
  disk: Disk<Value>,
  file: SqliteFile,
  count: number,
): Promise<readonly (readonly [string, CacheEntry<Value>])[]> {
  const rows = await file.query('SELECT key FROM ranks WHERE expires > ? ORDER BY uses * weight DESC, used DESC LIMIT ?', disk.now(), count)
  const found: (readonly [string, CacheEntry<Value>])[] = []
  for (const { key } of rows) {
    const entry = typeof key === 'string' ? await getRow(disk, file, key) : undefined
    if (typeof key === 'string' && entry !== undefined) found.push([key, entry])
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
 * Keeps answers in a SQLite file: they survive restarts and crashes. Opens the file at the first use; needs the optional
 * peer dependency `@keyv/sqlite`.
 */
export function createDiskStore<Value>(options: DiskStoreOptions<Value>, { now }: Pick<ContextDeps, 'now'>): CacheStore<Value> {
  const disk: Disk<Value> = {
    options,
    now,
    closed: false,
    evictions: 0,
    writtenBytes: 0,
    accessLog: createAccessLog(200, (keys) =>
      withFile(disk, ({ query }) =>
        query('UPDATE ranks SET uses = uses + 1, used = ? WHERE key IN (SELECT value FROM json_each(?))', now(), JSON.stringify(keys)),
      ),
    ),
  }
  return {
    level: 'disk',
    get: async (key) => (disk.filter?.mayHave(key) === false ? undefined : withFile(disk, (file) => getRow(disk, file, key))),
    set: (key, entry) => withFile(disk, (file) => setRow(disk, file, [key, entry])),
    remove: (selector) => withFile(disk, (file) => removeRows(file, selector)),
    sweep: () => withFile(disk, (file) => sweep(disk, file)),
    figures: () => withFile(disk, (file) => figures(disk, file)),
    hottest: (count) => withFile(disk, (file) => hottest(disk, file, count)),
    close: () => close(disk),
  }
}
