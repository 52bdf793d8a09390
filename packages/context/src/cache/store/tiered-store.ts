import type { CacheEntry, CacheLevel, EntrySelector } from './entry.ts'
import type { GuardedStore } from './guarded-store.ts'
import type { MemoryStore } from './memory-store.ts'
import type { StoreFigures } from './store.ts'

/** What one level holds, and what it did for look-ups. */
export interface LevelFigures extends StoreFigures {
  readonly level: CacheLevel
  readonly state: 'up' | 'down'
  readonly hits: number
  readonly misses: number
  /** Hits of all look-ups that reached the level, 0 to 1. */
  readonly hitRate: number
  readonly savedNanoUsd: number
  readonly failures: number
}

export interface FoundEntry<Value> {
  readonly entry: CacheEntry<Value>
  readonly level: CacheLevel
}

export type RemovedEntries = Readonly<Partial<Record<CacheLevel, number | undefined>>>

/** All levels as one: read through, promoted to the faster ones, and never failing. */
export interface TieredStore<Value> {
  /** The memory level alone, synchronously. */
  readonly peek: (key: string) => CacheEntry<Value> | undefined
  /** The slower levels, in order. */
  readonly lookup: (key: string) => Promise<FoundEntry<Value> | undefined>
  /** In memory at once, in the slower levels as soon as they take it. */
  readonly put: (key: string, entry: CacheEntry<Value>) => void
  /** How many entries went, per level; `undefined` where a level is down, which makes up for it before it is used again. */
  readonly remove: (selector: EntrySelector) => Promise<RemovedEntries>
  readonly sweep: () => Promise<void>
  /** Brings the entries most worth having from the first slower level into memory. */
  readonly preload: (count: number) => Promise<number>
  readonly shrinkMemoryTo: (bytes: number) => number
  readonly memoryBytes: () => number
  /** Notes what a look-up came to: where the answer was, and what it saved. */
  readonly recordHit: (level: CacheLevel, savedNanoUsd: number) => void
  readonly figures: () => Promise<readonly LevelFigures[]>
  /** Entries that a slow level never got because too many were waiting. */
  readonly droppedWrites: () => number
  /** Resolves when all writes so far have arrived or failed. */
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}

/** More would only hold memory that the level cannot keep up with. */
const maxWaitingWrites = 256

interface Counters {
  hits: number
  misses: number
  savedNanoUsd: number
}

interface Tiers<Value> {
  readonly memory: MemoryStore<Value>
  readonly lower: readonly GuardedStore<Value>[]
  readonly counters: Record<CacheLevel, Counters>
  readonly waiting: Set<Promise<void>>
  /** Raised by every removal: what was read before must not be promoted after it. */
  removals: number
  droppedWrites: number
}

function write<Value>(tiers: Tiers<Value>, store: GuardedStore<Value>, [key, entry]: readonly [string, CacheEntry<Value>]): void {
  if (tiers.waiting.size >= maxWaitingWrites) {
    tiers.droppedWrites++
    return
  }
  const writing = store.set(key, entry).finally(() => tiers.waiting.delete(writing))
  tiers.waiting.add(writing)
}

async function lookup<Value>(tiers: Tiers<Value>, key: string): Promise<FoundEntry<Value> | undefined> {
  const removals = tiers.removals
  for (const [index, store] of tiers.lower.entries()) {
    const entry = await store.get(key)
    if (entry === undefined) {
      tiers.counters[store.level].misses++
      continue
    }
    if (removals !== tiers.removals) return undefined
    tiers.memory.put(key, entry)
    for (const faster of tiers.lower.slice(0, index)) write(tiers, faster, [key, entry])
    return { entry, level: store.level }
  }
  return undefined
}

async function flush<Value>({ waiting }: Tiers<Value>): Promise<void> {
  while (waiting.size > 0) await Promise.all(waiting)
}

async function remove<Value>(tiers: Tiers<Value>, selector: EntrySelector): Promise<RemovedEntries> {
  tiers.removals++
  const fromMemory = await tiers.memory.remove(selector)
  // What is on its way down must arrive first, or it would outlive its removal.
  await flush(tiers)
  const fromLower = await Promise.all(tiers.lower.map(async (store) => [store.level, await store.remove(selector)] as const))
  return { memory: fromMemory, ...Object.fromEntries(fromLower) }
}

async function levelFigures<Value>({ memory, lower, counters }: Tiers<Value>): Promise<readonly LevelFigures[]> {
  const withCounters = (level: CacheLevel, figures: StoreFigures, guard?: GuardedStore<Value>): LevelFigures => {
    const { hits, misses, savedNanoUsd } = counters[level]
    const hitRate = hits + misses === 0 ? 0 : hits / (hits + misses)
    return { level, ...figures, hits, misses, hitRate, savedNanoUsd, state: guard?.state() ?? 'up', failures: guard?.failures() ?? 0 }
  }
  const slower = await Promise.all(lower.map(async (store) => withCounters(store.level, await store.figures(), store)))
  return [withCounters('memory', memory.figuresNow()), ...slower]
}

async function preload<Value>({ memory, lower }: Tiers<Value>, count: number): Promise<number> {
  const [first] = lower
  const best = first === undefined ? [] : await first.hottest(count)
  for (const [key, entry] of best) if (memory.peek(key) === undefined) memory.put(key, entry)
  return best.length
}

/** Joins a memory level with slower ones, which are asked in the order given. */
export function createTieredStore<Value>(memory: MemoryStore<Value>, lower: readonly GuardedStore<Value>[]): TieredStore<Value> {
  const zero = (): Counters => ({ hits: 0, misses: 0, savedNanoUsd: 0 })
  const counters = { memory: zero(), disk: zero(), redis: zero() }
  const tiers: Tiers<Value> = { memory, lower, counters, waiting: new Set(), removals: 0, droppedWrites: 0 }
  return {
    peek: (key) => {
      const entry = memory.peek(key)
      if (entry === undefined) counters.memory.misses++
      return entry
    },
    lookup: (key) => lookup(tiers, key),
    put: (key, entry) => {
      memory.put(key, entry)
      for (const store of lower) write(tiers, store, [key, entry])
    },
    remove: (selector) => remove(tiers, selector),
    sweep: async () => {
      await memory.sweep()
      for (const store of lower) await store.sweep()
    },
    preload: (count) => preload(tiers, count),
    shrinkMemoryTo: memory.shrinkTo,
    memoryBytes: () => memory.figuresNow().bytes,
    recordHit: (level, savedNanoUsd) => {
      counters[level].hits++
      counters[level].savedNanoUsd += savedNanoUsd
    },
    figures: () => levelFigures(tiers),
    droppedWrites: () => tiers.droppedWrites,
    flush: () => flush(tiers),
    close: async () => {
      await flush(tiers)
      await memory.close()
      await Promise.all(lower.map((store) => store.close()))
    },
  }
}
