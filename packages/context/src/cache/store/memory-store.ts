import type { CacheDeps } from '../deps.ts'
import { type CacheEntry, type EntryMeta, type EntrySelector, isSelected } from './entry.ts'
import { createFrequencySketch, type FrequencySketch, hashOf } from './frequency-sketch.ts'
import { sizeOf } from './size-of.ts'
import type { CacheStore, StoreFigures } from './store.ts'

/*
 * The memory level: a map bounded in bytes. What gives way is chosen among 32 entries drawn at random (as Redis does):
 * the one of least worth, which is how often it is asked for, faded by how long it has rested, times what it cost, per
 * byte. A newcomer is judged with them, so that what is asked for once does not push out what is asked for often.
 * Invariant: the sum of all charges is at most `maxBytes`. Cost: a hit is O(1), an eviction 32 looks.
 */
const sampleSize = 32
/** Charged on top of the value: the map's and the slot's own share. */
const slotBytes = 260

interface Slot<Value> {
  readonly key: string
  readonly hash: number
  readonly entry: CacheEntry<Value>
  readonly bytes: number
  readonly costWeight: number
  /** Of the clock that counts look-ups. */
  usedAt: number
  position: number
}

interface Shelf<Value> {
  readonly maxBytes: number
  readonly byKey: Map<string, Slot<Value>>
  /** The same slots in no order, for drawing at random. */
  readonly slots: Slot<Value>[]
  readonly frequencies: FrequencySketch
  bytes: number
  lookUps: number
  evictions: number
}

export interface MemoryStore<Value> extends CacheStore<Value> {
  /** Counts as a use and is synchronous: the hot path. */
  readonly peek: (key: string) => CacheEntry<Value> | undefined
  readonly put: (key: string, entry: CacheEntry<Value>) => void
  /** Gives way until at most `bytes` are held, for instance when memory runs short. Answers how many entries went. */
  readonly shrinkTo: (bytes: number) => number
  readonly figuresNow: () => StoreFigures
}

export interface MemoryStoreOptions<Value> {
  readonly maxBytes: number
  /** Bytes that a value takes in memory. Default: an upper estimate for JSON-like values. */
  readonly sizeOf?: ((value: Value) => number) | undefined
}

/** Tenfold cost weighs about four times as much: money counts, but hits of cheap answers do too. */
function costWeightOf({ costNanoUsd }: EntryMeta): number {
  return 1 + Math.log2(1 + (costNanoUsd ?? 0) / 500_000)
}

function worthOf<Value>({ lookUps, slots, frequencies }: Shelf<Value>, { hash, bytes, costWeight, usedAt }: Slot<Value>): number {
  const rested = (lookUps - usedAt) / (8 * slots.length + 1)
  return ((frequencies.count(hash) + 1) * costWeight) / ((1 + rested) * bytes)
}

function take<Value>(shelf: Shelf<Value>, slot: Slot<Value>): void {
  const last = shelf.slots.pop()
  if (last !== undefined && last !== slot) {
    shelf.slots[slot.position] = last
    last.position = slot.position
  }
  shelf.byKey.delete(slot.key)
  shelf.bytes -= slot.bytes
}

function leastWorthy<Value>(shelf: Shelf<Value>, random: () => number, newcomer?: Slot<Value>): Slot<Value> | undefined {
  let victim = newcomer
  let least = newcomer === undefined ? Number.POSITIVE_INFINITY : worthOf(shelf, newcomer)
  for (let draw = 0; draw < sampleSize; draw++) {
    const slot = shelf.slots[Math.floor(random() * shelf.slots.length)]
    const worth = slot === undefined ? Number.POSITIVE_INFINITY : worthOf(shelf, slot)
    if (worth < least) {
      victim = slot
      least = worth
    }
  }
  return victim ?? shelf.slots[0]
}

function fit<Value>(
  shelf: Shelf<Value>,
  { random, bytes, newcomer }: { random: () => number; bytes: number; newcomer?: Slot<Value> },
): number {
  let gone = 0
  while (shelf.bytes > bytes) {
    const victim = leastWorthy(shelf, random, newcomer !== undefined && shelf.byKey.get(newcomer.key) === newcomer ? newcomer : undefined)
    if (victim === undefined) break
    take(shelf, victim)
    gone++
  }
  shelf.evictions += gone
  return gone
}

function takeWhere<Value>(shelf: Shelf<Value>, isGone: (meta: EntryMeta) => boolean): number {
  const before = shelf.slots.length
  for (const slot of [...shelf.slots]) if (isGone(slot.entry.meta)) take(shelf, slot)
  return before - shelf.slots.length
}

function peekAt<Value>(shelf: Shelf<Value>, key: string, nowMs: number): CacheEntry<Value> | undefined {
  shelf.lookUps++
  shelf.frequencies.add(hashOf(key))
  const slot = shelf.byKey.get(key)
  if (slot === undefined) return undefined
  if (slot.entry.meta.expiresAtMs <= nowMs) {
    take(shelf, slot)
    return undefined
  }
  slot.usedAt = shelf.lookUps
  return slot.entry
}

function mostWorthy<Value>(shelf: Shelf<Value>, count: number): readonly (readonly [string, CacheEntry<Value>])[] {
  return shelf.slots
    .map((slot) => ({ slot, worth: worthOf(shelf, slot) }))
    .sort((left, right) => right.worth - left.worth)
    .slice(0, count)
    .map(({ slot }) => [slot.key, slot.entry] as const)
}

/** Keeps answers in memory, as they are. */
export function createMemoryStore<Value>(
  { maxBytes, sizeOf: measure = sizeOf }: MemoryStoreOptions<Value>,
  deps: CacheDeps,
): MemoryStore<Value> {
  // About four counters a row for each entry of a usual size: with fewer, collisions cost hits; more bring nothing. At most 1 MiB.
  const width = Math.min(262_144, Math.max(1024, Math.ceil(maxBytes / 512)))
  const shelf: Shelf<Value> = {
    maxBytes,
    byKey: new Map(),
    slots: [],
    frequencies: createFrequencySketch(width),
    bytes: 0,
    lookUps: 0,
    evictions: 0,
  }
  const { random, now } = deps
  const peek = (key: string): CacheEntry<Value> | undefined => peekAt(shelf, key, now())
  const put = (key: string, entry: CacheEntry<Value>): void => {
    const known = shelf.byKey.get(key)
    // What a slower level brings up may be older than what has come meanwhile.
    if (known !== undefined && known.entry.meta.storedAtMs > entry.meta.storedAtMs) return
    if (known !== undefined) take(shelf, known)
    const bytes = slotBytes + key.length + sizeOf(entry.meta) + measure(entry.value)
    if (bytes > maxBytes || entry.meta.expiresAtMs <= now()) return
    const slot: Slot<Value> = {
      key,
      hash: hashOf(key),
      entry,
      bytes,
      costWeight: costWeightOf(entry.meta),
      usedAt: shelf.lookUps,
      position: shelf.slots.length,
    }
    shelf.byKey.set(key, slot)
    shelf.slots.push(slot)
    shelf.bytes += bytes
    fit(shelf, { random, bytes: maxBytes, newcomer: slot })
  }
  const figuresNow = (): StoreFigures => ({ entries: shelf.slots.length, bytes: shelf.bytes, maxBytes, evictions: shelf.evictions })
  const remove = (selector: EntrySelector): number => takeWhere(shelf, (meta) => isSelected(meta, selector))
  return {
    level: 'memory',
    peek,
    put,
    figuresNow,
    shrinkTo: (bytes) => fit(shelf, { random, bytes }),
    get: async (key) => peek(key),
    set: async (key, entry) => put(key, entry),
    remove: async (selector) => remove(selector),
    sweep: async () => void takeWhere(shelf, ({ expiresAtMs }) => expiresAtMs <= now()),
    figures: async () => figuresNow(),
    best: async (count) => mostWorthy(shelf, count),
    close: async () => void remove({}),
  }
}
