import type { Deps } from '../../deps.ts'
import { type CacheEntry, costWeightOf, type EntryMeta, type EntrySelector, isSelected } from './entry.ts'
import { createFrequencySketch, type FrequencySketch, hashOf } from './frequency-sketch.ts'
import { sizeOfAnswer } from './size-of.ts'
import type { CacheStore, StoreFigures } from './store.ts'

/*
 * The memory level: a map bounded in bytes. What gives way is chosen among 32 entries drawn at random (as Redis does):
 * the one of the lowest retention score, which is its frequency, faded by the time since its last use, times its cost, per
 * byte. A new entry competes with them, so that entries used once do not push out entries used often.
 * Invariant: the sum of all charges is at most `maxBytes`. Cost: a hit is O(1), an eviction 32 looks.
 */
const sampleSize = 32
/** Charged on top of the value for the map, the entry's own record and what is known of it. */
const entryOverheadBytes = 520

/** An entry as memory holds it. */
export interface HeldEntry<Value> {
  readonly key: string
  readonly entry: CacheEntry<Value>
  readonly bytes: number
  /** Whether the slower levels that are written behind do not have it yet. */
  isDeferred: boolean
  /** 0 until it is first asked for, like its hash: most entries are never compared. */
  costWeight: number
  hash: number
  /** Of the clock that counts look-ups. */
  usedAt: number
  position: number
}

interface EntryTable<Value> {
  readonly maxBytes: number
  readonly byKey: Map<string, HeldEntry<Value>>
  /** The same entries in no order, for drawing at random. */
  readonly entries: HeldEntry<Value>[]
  readonly frequencies: FrequencySketch
  bytes: number
  lookUps: number
  evictions: number
  onEviction: ((held: HeldEntry<Value>, score: number) => void) | undefined
}

export interface MemoryStore<Value> extends CacheStore<Value> {
  /** Counts as a use and is synchronous: the hot path. */
  readonly find: (key: string) => HeldEntry<Value> | undefined
  /** Like `find`: the entry alone. */
  readonly peek: (key: string) => CacheEntry<Value> | undefined
  /**
   * Stores at once where the entry is worth it. `mayDefer` is asked about an entry that is new here and fits: whether the slower
   * levels get it later.
   */
  readonly put: (key: string, entry: CacheEntry<Value>, mayDefer?: () => boolean) => HeldEntry<Value>
  /** Evicts until at most `bytes` are held, for instance when memory runs short. Returns how many entries were evicted. */
  readonly shrinkTo: (bytes: number) => number
  readonly figuresNow: () => StoreFigures
  /** Entries that are deferred, those of the highest retention score first. */
  readonly deferred: () => readonly HeldEntry<Value>[]
  /** Calls `listener` for every deferred entry that gives way, with its retention score. */
  readonly onDeferredEviction: (listener: (held: HeldEntry<Value>, score: number) => void) => void
}

export interface MemoryStoreOptions<Value> {
  readonly maxBytes: number
  /** Bytes that a value takes in memory. Default: an upper estimate for JSON-like values. */
  readonly sizeOf?: ((value: Value) => number) | undefined
}

function retentionScore<Value>({ lookUps, entries, frequencies }: EntryTable<Value>, held: HeldEntry<Value>): number {
  const idle = (lookUps - held.usedAt) / (8 * entries.length + 1)
  if (held.costWeight === 0) {
    held.costWeight = costWeightOf(held.entry.meta)
    held.hash = hashOf(held.key)
  }
  return ((frequencies.count(held.hash) + 1) * held.costWeight) / ((1 + idle) * held.bytes)
}

function removeEntry<Value>(table: EntryTable<Value>, held: HeldEntry<Value>): void {
  const last = table.entries.pop()
  if (last !== undefined && last !== held) {
    table.entries[held.position] = last
    last.position = held.position
  }
  table.byKey.delete(held.key)
  table.bytes -= held.bytes
}

function evictionCandidate<Value>(
  table: EntryTable<Value>,
  random: () => number,
  incoming?: HeldEntry<Value>,
): HeldEntry<Value> | undefined {
  let candidate = incoming
  let least = incoming === undefined ? Number.POSITIVE_INFINITY : retentionScore(table, incoming)
  for (let draw = 0; draw < sampleSize; draw++) {
    const held = table.entries[Math.floor(random() * table.entries.length)]
    const score = held === undefined ? Number.POSITIVE_INFINITY : retentionScore(table, held)
    if (score < least) {
      candidate = held
      least = score
    }
  }
  return candidate ?? table.entries[0]
}

function evictTo<Value>(
  table: EntryTable<Value>,
  { random, bytes, incoming }: { random: () => number; bytes: number; incoming?: HeldEntry<Value> },
): number {
  let gone = 0
  while (table.bytes > bytes) {
    const candidate = evictionCandidate(
      table,
      random,
      incoming !== undefined && table.byKey.get(incoming.key) === incoming ? incoming : undefined,
    )
    if (candidate === undefined) break
    removeEntry(table, candidate)
    if (candidate.isDeferred) table.onEviction?.(candidate, retentionScore(table, candidate))
    gone++
  }
  table.evictions += gone
  return gone
}

function removeWhere<Value>(table: EntryTable<Value>, isGone: (meta: EntryMeta) => boolean): number {
  const before = table.entries.length
  for (const held of [...table.entries]) if (isGone(held.entry.meta)) removeEntry(table, held)
  return before - table.entries.length
}

function find<Value>(table: EntryTable<Value>, key: string, now: () => number): HeldEntry<Value> | undefined {
  table.lookUps++
  table.frequencies.add(hashOf(key))
  const held = table.byKey.get(key)
  if (held === undefined) return undefined
  if (held.entry.meta.expiresAtMs <= now()) {
    removeEntry(table, held)
    return undefined
  }
  held.usedAt = table.lookUps
  return held
}

function byScore<Value>(table: EntryTable<Value>, entries: readonly HeldEntry<Value>[]): readonly HeldEntry<Value>[] {
  const scored = entries.map((held) => ({ held, score: retentionScore(table, held) }))
  return scored.sort((left, right) => right.score - left.score).map(({ held }) => held)
}

/** Bytes of what is known of an entry beyond the usual. */
function sizeOfMeta({ tags, user }: EntryMeta): number {
  let bytes = user === undefined ? 0 : user.length
  for (let index = 0; index < tags.length; index++) bytes += 32 + (tags[index]?.length ?? 0) * 2
  return bytes
}

function put<Value>(
  table: EntryTable<Value>,
  { measure, now, random }: Pick<Deps, 'now' | 'random'> & { readonly measure: (value: Value) => number },
  { key, entry, mayDefer }: { readonly key: string; readonly entry: CacheEntry<Value>; readonly mayDefer?: (() => boolean) | undefined },
): HeldEntry<Value> {
  const known = table.byKey.get(key)
  // What a slower level brings up may be older than what has come meanwhile.
  if (known !== undefined && known.entry.meta.storedAtMs > entry.meta.storedAtMs) return known
  if (known !== undefined) removeEntry(table, known)
  const { tags, user } = entry.meta
  const metaBytes = tags.length === 0 && user === undefined ? 0 : sizeOfMeta(entry.meta)
  const bytes = entryOverheadBytes + key.length + metaBytes + measure(entry.value)
  const held = { key, entry, bytes, isDeferred: false, costWeight: 0, hash: 0, usedAt: table.lookUps, position: table.entries.length }
  if (bytes > table.maxBytes || entry.meta.expiresAtMs <= now()) return held
  // An entry that is replaced was asked for before.
  held.isDeferred = known === undefined && mayDefer !== undefined && mayDefer()
  table.byKey.set(key, held)
  table.entries.push(held)
  table.bytes += bytes
  if (table.bytes > table.maxBytes) evictTo(table, { random, bytes: table.maxBytes, incoming: held })
  return held
}

/** Keeps answers in memory, as they are. */
export function createMemoryStore<Value>(
  { maxBytes, sizeOf: measure = sizeOfAnswer }: MemoryStoreOptions<Value>,
  deps: Deps,
): MemoryStore<Value> {
  // About four counters a row for each entry of a usual size: with fewer, collisions cost hits; more bring nothing. At most 1 MiB.
  const width = Math.min(262_144, Math.max(1024, Math.ceil(maxBytes / 512)))
  const table: EntryTable<Value> = {
    maxBytes,
    byKey: new Map(),
    entries: [],
    frequencies: createFrequencySketch(width),
    bytes: 0,
    lookUps: 0,
    evictions: 0,
    onEviction: undefined,
  }
  const { random, now } = deps
  const putDeps = { measure, now, random }
  const findNow = (key: string): HeldEntry<Value> | undefined => find(table, key, now)
  const figuresNow = (): StoreFigures => ({ entries: table.entries.length, bytes: table.bytes, maxBytes, evictions: table.evictions })
  const remove = (selector: EntrySelector): number => removeWhere(table, (meta) => isSelected(meta, selector))
  const putNow: MemoryStore<Value>['put'] = (key, entry, mayDefer) => put(table, putDeps, { key, entry, mayDefer })
  return {
    name: 'memory',
    find: findNow,
    peek: (key) => findNow(key)?.entry,
    put: putNow,
    figuresNow,
    deferred: () =>
      byScore(
        table,
        table.entries.filter(({ isDeferred }) => isDeferred),
      ),
    onDeferredEviction: (listener) => {
      table.onEviction = listener
    },
    shrinkTo: (bytes) => evictTo(table, { random, bytes }),
    get: async (key) => findNow(key)?.entry,
    set: async (key, entry) => void putNow(key, entry),
    remove: async (selector) => remove(selector),
    count: async (selector) => table.entries.filter(({ entry }) => isSelected(entry.meta, selector)).length,
    sweep: async () => void removeWhere(table, ({ expiresAtMs }) => expiresAtMs <= now()),
    figures: async () => figuresNow(),
    hottest: async (count) =>
      byScore(table, table.entries)
        .slice(0, count)
        .map(({ key, entry }) => [key, entry] as const),
    close: async () => void remove({}),
  }
}
