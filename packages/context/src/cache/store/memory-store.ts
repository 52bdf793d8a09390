import type { Deps } from '../../deps.ts'
import { type CacheEntry, costWeightOf, type EntryMeta, type EntrySelector, isSelected, type KeyedEntry } from './entry.ts'
import { createFrequencySketch, type FrequencySketch, hashOf } from './frequency-sketch.ts'
import { sizeOf } from './size-of.ts'
import type { CacheStore, StoreFigures } from './store.ts'

/*
 * The memory level: a map bounded in bytes. What gives way is chosen among 32 entries drawn at random (as Redis does):
 * the one of the lowest retention score, which is its frequency, faded by the time since its last use, times its cost, per
 * byte. A new entry competes with them, so that entries used once do not push out entries used often.
 * Invariant: the sum of all charges is at most `maxBytes`. Cost: a hit is O(1), an eviction 32 looks.
 */
const sampleSize = 32
/** Charged on top of the value for the map and the entry's own record. */
const entryOverheadBytes = 260

interface Entry<Value> {
  readonly key: string
  readonly hash: number
  readonly entry: CacheEntry<Value>
  readonly bytes: number
  readonly costWeight: number
  /** Of the clock that counts look-ups. */
  usedAt: number
  position: number
}

interface EntryTable<Value> {
  readonly maxBytes: number
  readonly byKey: Map<string, Entry<Value>>
  /** The same entries in no order, for drawing at random. */
  readonly entries: Entry<Value>[]
  readonly frequencies: FrequencySketch
  bytes: number
  lookUps: number
  evictions: number
}

export interface MemoryStore<Value> extends CacheStore<Value> {
  /** Counts as a use and is synchronous: the hot path. */
  readonly peek: (key: string) => CacheEntry<Value> | undefined
  /** Stores at once where the entry is worth it, and returns about how many bytes it takes. */
  readonly put: (key: string, entry: CacheEntry<Value>) => number
  /** Evicts until at most `bytes` are held, for instance when memory runs short. Returns how many entries were evicted. */
  readonly shrinkTo: (bytes: number) => number
  readonly figuresNow: () => StoreFigures
}

export interface MemoryStoreOptions<Value> {
  readonly maxBytes: number
  /** Bytes that a value takes in memory. Default: an upper estimate for JSON-like values. */
  readonly sizeOf?: ((value: Value) => number) | undefined
}

function retentionScore<Value>(
  { lookUps, entries, frequencies }: EntryTable<Value>,
  { hash, bytes, costWeight, usedAt }: Entry<Value>,
): number {
  const idle = (lookUps - usedAt) / (8 * entries.length + 1)
  return ((frequencies.count(hash) + 1) * costWeight) / ((1 + idle) * bytes)
}

function removeEntry<Value>(table: EntryTable<Value>, held: Entry<Value>): void {
  const last = table.entries.pop()
  if (last !== undefined && last !== held) {
    table.entries[held.position] = last
    last.position = held.position
  }
  table.byKey.delete(held.key)
  table.bytes -= held.bytes
}

function evictionCandidate<Value>(table: EntryTable<Value>, random: () => number, incoming?: Entry<Value>): Entry<Value> | undefined {
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
  { random, bytes, incoming }: { random: () => number; bytes: number; incoming?: Entry<Value> },
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

function peekAt<Value>(table: EntryTable<Value>, key: string, nowMs: number): CacheEntry<Value> | undefined {
  table.lookUps++
  table.frequencies.add(hashOf(key))
  const held = table.byKey.get(key)
  if (held === undefined) return undefined
  if (held.entry.meta.expiresAtMs <= nowMs) {
    removeEntry(table, held)
    return undefined
  }
  held.usedAt = table.lookUps
  return held.entry
}

function hottest<Value>(table: EntryTable<Value>, count: number): readonly KeyedEntry<Value>[] {
  return table.entries
    .map((held) => ({ held, score: retentionScore(table, held) }))
    .sort((left, right) => right.score - left.score)
    .slice(0, count)
    .map(({ held }) => [held.key, held.entry] as const)
}

/** Keeps answers in memory, as they are. */
export function createMemoryStore<Value>(
  { maxBytes, sizeOf: measure = sizeOf }: MemoryStoreOptions<Value>,
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
  }
  const { random, now } = deps
  const peek = (key: string): CacheEntry<Value> | undefined => peekAt(table, key, now())
  const put = (key: string, entry: CacheEntry<Value>): number => {
    const known = table.byKey.get(key)
    // What a slower level brings up may be older than what has come meanwhile.
    if (known !== undefined && known.entry.meta.storedAtMs > entry.meta.storedAtMs) return known.bytes
    if (known !== undefined) removeEntry(table, known)
    const bytes = entryOverheadBytes + key.length + sizeOf(entry.meta) + measure(entry.value)
    if (bytes > maxBytes || entry.meta.expiresAtMs <= now()) return bytes
    const held: Entry<Value> = {
      key,
      hash: hashOf(key),
      entry,
      bytes,
      costWeight: costWeightOf(entry.meta),
      usedAt: table.lookUps,
      position: table.entries.length,
    }
    table.byKey.set(key, held)
    table.entries.push(held)
    table.bytes += bytes
    evictTo(table, { random, bytes: maxBytes, incoming: held })
    return bytes
  }
  const figuresNow = (): StoreFigures => ({ entries: table.entries.length, bytes: table.bytes, maxBytes, evictions: table.evictions })
  const remove = (selector: EntrySelector): number => removeWhere(table, (meta) => isSelected(meta, selector))
  return {
    name: 'memory',
    peek,
    put,
    figuresNow,
    shrinkTo: (bytes) => evictTo(table, { random, bytes }),
    get: async (key) => peek(key),
    set: async (key, entry) => void put(key, entry),
    remove: async (selector) => remove(selector),
    sweep: async () => void removeWhere(table, ({ expiresAtMs }) => expiresAtMs <= now()),
    figures: async () => figuresNow(),
    hottest: async (count) => hottest(table, count),
    close: async () => void remove({}),
  }
}
