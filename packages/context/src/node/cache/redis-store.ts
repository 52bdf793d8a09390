import { type CacheEntry, type EntrySelector, isSelected } from '../../cache/store/entry.ts'
import type { EnvelopeCodec } from '../../cache/store/envelope.ts'
import type { CacheStore, StoreFigures } from '../../cache/store/store.ts'
import type { Deps } from '../../deps.ts'
import { type AccessLog, createAccessLog } from './access-log.ts'
import { openRedis, type RedisConnection } from './redis-connection.ts'
import { createRedisRemovals, type RedisRemovals } from './redis-removals.ts'
import { admitScript, forgetScript } from './redis-scripts.ts'
import { envelopeOf, type RowIndex, rowSerializer, toRow } from './stored-row.ts'

/** Which Redis the level uses, and how much of it. */
export interface RedisStoreOptions<Value> {
  /** For instance `redis://:password@host:6379/0`. */
  readonly url: string
  /** What all entries of this prefix may take together, whoever wrote them. */
  readonly maxBytes: number
  readonly envelope: EnvelopeCodec<Value>
  /** Stands before every key. Default `proxyapi:cache`. */
  readonly prefix?: string | undefined
  /** After this long a command is given up, and a look-up is a miss. Default 150. */
  readonly timeoutMs?: number | undefined
}

interface Remote<Value> {
  readonly options: RedisStoreOptions<Value>
  readonly prefix: string
  readonly now: () => number
  readonly accessLog: AccessLog
  readonly removals: RedisRemovals
  connection?: Promise<RedisConnection> | undefined
  closed: boolean
  evictions: number
  /** When the oldest command was sent that nothing has answered since. */
  silentSinceMs?: number | undefined
}

/** A connection that has been silent this long is thrown away: behind it may be a host that is gone without a word. */
const maxSilenceMs = 10_000
/** What Redis itself takes for a key, beside the value. */
const overheadBytes = 300

type IndexedRow = RowIndex & { readonly b: number }

function keysOf({ prefix }: { readonly prefix: string }): readonly [index: string, order: string, total: string] {
  return [`${prefix}:index`, `${prefix}:order`, `${prefix}:total`]
}

async function connectionOf<Value>(remote: Remote<Value>): Promise<RedisConnection> {
  if (remote.closed) throw new Error('The Redis cache is closed.')
  const { silentSinceMs, options, prefix, now } = remote
  if (silentSinceMs !== undefined && now() - silentSinceMs > maxSilenceMs) {
    const silent = remote.connection
    remote.connection = undefined
    remote.silentSinceMs = undefined
    void silent?.then(({ close }) => close())
  }
  remote.connection ??= openRedis({ url: options.url, prefix, timeoutMs: options.timeoutMs ?? 150 }).then((connection) => {
    remote.removals.listen(connection)
    return connection
  })
  return remote.connection
}

/** Runs work over the connection and notes whether Redis still answers; an error is an answer. */
async function withRedis<Value, T>(remote: Remote<Value>, work: (connection: RedisConnection) => Promise<T>): Promise<T> {
  const connection = await connectionOf(remote)
  remote.silentSinceMs ??= remote.now()
  try {
    return await work(connection)
  } finally {
    remote.silentSinceMs = undefined
  }
}

async function forget<Value>(remote: Remote<Value>, { command }: RedisConnection, keys: readonly string[]): Promise<number> {
  let gone = 0
  for (let from = 0; from < keys.length; from += 500) {
    const some = keys.slice(from, from + 500)
    gone += Number(await command('EVAL', forgetScript, '3', ...keysOf(remote), `${remote.prefix}::`, ...some))
  }
  return gone
}

async function getRow<Value>(remote: Remote<Value>, connection: RedisConnection, key: string): Promise<CacheEntry<Value> | undefined> {
  const row: unknown = await connection.keyv.get(key)
  if (row === undefined) return undefined
  const envelope = envelopeOf(row)
  const entry = envelope === undefined ? undefined : await remote.options.envelope.decode(key, envelope)
  if (entry === undefined || entry.meta.expiresAtMs <= remote.now()) {
    await forget(remote, connection, [key])
    return undefined
  }
  remote.accessLog.record(key)
  return entry
}

async function setRow<Value>(
  remote: Remote<Value>,
  { keyv, command }: RedisConnection,
  [key, entry]: readonly [string, CacheEntry<Value>],
): Promise<void> {
  const { envelope, maxBytes } = remote.options
  const encoded = await envelope.encode(key, entry)
  const row = toRow(encoded, entry.meta)
  const indexed: IndexedRow = { ...row.i, b: row.e.length + overheadBytes }
  const lifeMs = Math.floor(entry.meta.expiresAtMs - remote.now())
  if (indexed.b > maxBytes / 8 || lifeMs <= 0) return
  const room = [String(remote.now()), String(maxBytes), `${remote.prefix}::`]
  // The books first: a value that then fails to arrive is counted until its time is over, one without books for ever.
  remote.evictions += Number(await command('EVAL', admitScript, '3', ...keysOf(remote), key, JSON.stringify(indexed), ...room))
  await keyv.set(key, row, lifeMs)
}

/** All entries as the books have them, in portions: Redis serves others in between. */
async function* indexedRows<Value>(
  remote: Remote<Value>,
  { command }: RedisConnection,
): AsyncGenerator<readonly (readonly [string, IndexedRow | undefined])[]> {
  let cursor = '0'
  do {
    // RESP2 answers HSCAN with the next cursor and a flat list of fields and values.
    const [next, flat] = (await command('HSCAN', keysOf(remote)[0], cursor, 'COUNT', '500')) as [string, string[]]
    const rows: (readonly [string, IndexedRow | undefined])[] = []
    for (let at = 0; at + 1 < flat.length; at += 2) rows.push([flat[at] ?? '', rowSerializer.deserialize<IndexedRow>(flat[at + 1] ?? '')])
    yield rows
    cursor = next
  } while (cursor !== '0')
}

async function forgetWhere<Value>(
  remote: Remote<Value>,
  connection: RedisConnection,
  isGone: (row: IndexedRow) => boolean,
): Promise<number> {
  let gone = 0
  for await (const rows of indexedRows(remote, connection)) {
    // What cannot be read is of no use to anybody.
    const keys = rows.filter(([, row]) => row === undefined || isGone(row)).map(([key]) => key)
    if (keys.length > 0) gone += await forget(remote, connection, keys)
  }
  return gone
}

async function countWhere<Value>(
  remote: Remote<Value>,
  connection: RedisConnection,
  isCounted: (row: IndexedRow) => boolean,
): Promise<number> {
  let count = 0
  for await (const rows of indexedRows(remote, connection)) count += rows.filter(([, row]) => row !== undefined && isCounted(row)).length
  return count
}

function isRowSelected({ m, p, t, u }: IndexedRow, selector: EntrySelector): boolean {
  // What somebody else wrote there must not break the removal of the rest.
  const tags = Array.isArray(t) ? t : []
  return isSelected({ model: m, provider: p ?? undefined, tags, user: u ?? undefined }, selector)
}

async function figures<Value>(remote: Remote<Value>, { command }: RedisConnection): Promise<StoreFigures> {
  const [index, , total] = keysOf(remote)
  const [entries, bytes] = await Promise.all([command('HLEN', index), command('GET', total)])
  return { entries: Number(entries), bytes: Number(bytes ?? 0), maxBytes: remote.options.maxBytes, evictions: remote.evictions }
}

async function close<Value>(remote: Remote<Value>): Promise<void> {
  if (remote.closed) return
  remote.closed = true
  const connection = await remote.connection?.catch(() => undefined)
  connection?.close()
}

/**
 * Keeps answers in Redis, for all gateways that use the same prefix. Connects at the first use and rejects while Redis is
 * away; needs the optional peer dependency `@keyv/redis`. For one Redis or Sentinel, not for Redis Cluster.
 */
export function createRedisStore<Value>(options: RedisStoreOptions<Value>, { now }: Pick<Deps, 'now'>): CacheStore<Value> {
  const prefix = options.prefix ?? 'proxyapi:cache'
  const remote: Remote<Value> = {
    options,
    now,
    prefix,
    removals: createRedisRemovals(prefix),
    closed: false,
    evictions: 0,
    accessLog: createAccessLog(100, (keys) =>
      withRedis(remote, ({ command }) => command('ZADD', keysOf(remote)[1], 'XX', ...keys.flatMap((key) => [String(now()), key]))),
    ),
  }
  return {
    name: 'redis',
    timeoutMs: options.timeoutMs ?? 150,
    get: (key) => withRedis(remote, (connection) => getRow(remote, connection, key)),
    set: (key, entry) => withRedis(remote, (connection) => setRow(remote, connection, [key, entry])),
    remove: (selector) =>
      withRedis(remote, async (connection) => {
        const gone = await forgetWhere(remote, connection, (row) => isRowSelected(row, selector))
        await remote.removals.tell(connection, selector)
        return gone
      }),
    count: (selector) => withRedis(remote, (connection) => countWhere(remote, connection, (row) => isRowSelected(row, selector))),
    onRemoved: remote.removals.onRemoved,
    sweep: () =>
      withRedis(remote, async (connection) => {
        await remote.accessLog.flush()
        await forgetWhere(remote, connection, ({ x }) => x <= now())
      }),
    figures: () => withRedis(remote, (connection) => figures(remote, connection)),
    hottest: async () => [],
    close: () => close(remote),
  }
}
