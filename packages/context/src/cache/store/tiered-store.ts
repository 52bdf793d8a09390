import type { Deps } from '../../deps.ts'
import { createDeferredWrites, type DeferredWrites, type FirstWriteFigures } from './deferred-writes.ts'
import type { CacheEntry, EntrySelector, KeyedEntry } from './entry.ts'
import type { GuardedStore } from './guarded-store.ts'
import type { HeldEntry, MemoryStore } from './memory-store.ts'
import type { StoreFigures } from './store.ts'
import type { FirstWriteLimit } from './write-admission.ts'
import { createWriteBehind, type WriteBehind } from './write-behind.ts'

/** What one level holds, and what it did for look-ups. */
export interface LevelFigures extends StoreFigures {
  readonly level: string
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
  readonly level: string
}

/** How many entries were removed, by level; `undefined` for a level that is down and removes them before it is used again. */
export type RemovedEntries = Readonly<Record<string, number | undefined>>

/** How many entries there are, by level; `undefined` for a level that is down or can't tell. */
export type CountedEntries = Readonly<Record<string, number | undefined>>

/** All levels as one: read through, promoted to the faster ones, and never failing. */
export interface TieredStore<Value> {
  /** The memory level alone, synchronously. An entry that was deferred is written now: it is asked for again. */
  readonly peek: (key: string) => CacheEntry<Value> | undefined
  /** The slower levels, in order. No promise where none of them needs to be asked. */
  readonly lookup: (key: string) => FoundEntry<Value> | undefined | Promise<FoundEntry<Value> | undefined>
  /** In memory at once, in the slower levels as soon as they take it; `isFirst` when a level that is written behind may get it later. */
  readonly put: (key: string, entry: CacheEntry<Value>, isFirst: boolean) => void
  /** How many entries went, per level; `undefined` where a level is down, which makes up for it before it is used again. */
  readonly remove: (selector: EntrySelector) => Promise<RemovedEntries>
  /** The same in all levels but one, from which another process has removed them. */
  readonly removeElsewhere: (selector: EntrySelector, level: string) => Promise<RemovedEntries>
  /** How many entries the selector means, by level; `undefined` where a level is down or can't tell. */
  readonly count: (selector: EntrySelector) => Promise<CountedEntries>
  readonly sweep: () => Promise<void>
  /** Brings the entries most worth having from the first slower level into memory. */
  readonly preload: (count: number) => Promise<number>
  readonly shrinkMemoryTo: (bytes: number) => number
  readonly memoryBytes: () => number
  /** Notes what a look-up came to: where the answer was, and what it saved. */
  readonly recordHit: (level: string, savedNanoUsd: number) => void
  readonly figures: () => Promise<readonly LevelFigures[]>
  /** Entries that a slow level never got because too many were waiting. */
  readonly droppedWrites: () => number
  readonly firstWrites: () => FirstWriteFigures
  /** Resolves when all writes so far have arrived or failed. Deferred entries have not been written yet. */
  readonly flush: () => Promise<void>
  /** Writes the best of the deferred entries before the levels close. */
  readonly close: () => Promise<void>
}

/** More would only hold memory that the level cannot keep up with. */
const maxWaitingWrites = 256

interface Counters {
  hits: number
  misses: number
  savedNanoUsd: number
}

/** A slower level, and how entries get there. */
interface LowerTier<Value> {
  readonly store: GuardedStore<Value>
  readonly counters: Counters
  /** Where the level takes many entries at once. */
  readonly writeBehind: WriteBehind<Value> | undefined
}

interface Tiers<Value> {
  readonly memory: MemoryStore<Value>
  readonly memoryCounters: Counters
  readonly lower: readonly LowerTier<Value>[]
  readonly deferredWrites: DeferredWrites<Value>
  /** Asked about new answers; `undefined` where no level is written behind. */
  readonly mayDefer: (() => boolean) | undefined
  readonly pendingWrites: Set<Promise<void>>
  /** Raised by every removal: what was read before must not be promoted after it. */
  removals: number
  droppedWrites: number
}

/** Brings an entry to levels: at once, or to where it waits for them. */
function writeTo<Value>(tiers: Tiers<Value>, levels: readonly LowerTier<Value>[], held: HeldEntry<Value>): void {
  for (const { store, writeBehind } of levels) {
    if (writeBehind !== undefined) {
      if (!held.isDeferred) writeBehind.put(held)
      continue
    }
    if (tiers.pendingWrites.size >= maxWaitingWrites) {
      tiers.droppedWrites++
      continue
    }
    const writing = store.set(held.key, held.entry).finally(() => tiers.pendingWrites.delete(writing))
    tiers.pendingWrites.add(writing)
  }
}

/** Asks the levels from `index` on. */
function lookup<Value>(tiers: Tiers<Value>, key: string, index: number): ReturnType<TieredStore<Value>['lookup']> {
  const { lower } = tiers
  for (let at = index; at < lower.length; at++) {
    const tier = lower[at]
    const waiting = tier?.writeBehind?.get(key)
    if (waiting !== undefined) return found(tiers, at, [key, waiting])
    if (tier?.store.mayHave(key) === true) return read(tiers, key, at)
    if (tier !== undefined) tier.counters.misses++
  }
  return undefined
}

async function read<Value>(tiers: Tiers<Value>, key: string, index: number): Promise<FoundEntry<Value> | undefined> {
  const removals = tiers.removals
  const tier = tiers.lower[index]
  const entry = await tier?.store.get(key)
  if (entry === undefined) {
    if (tier !== undefined) tier.counters.misses++
    return lookup(tiers, key, index + 1)
  }
  return removals === tiers.removals ? found(tiers, index, [key, entry]) : undefined
}

/** Brings an entry up to the faster levels. */
function found<Value>(tiers: Tiers<Value>, index: number, [key, entry]: KeyedEntry<Value>): FoundEntry<Value> {
  const held = tiers.memory.put(key, entry)
  writeTo(tiers, tiers.lower.slice(0, index), held)
  return { entry, level: tiers.lower[index]?.store.name ?? '' }
}

async function flush<Value>({ pendingWrites, lower }: Tiers<Value>): Promise<void> {
  await Promise.all(lower.map(async ({ writeBehind }) => writeBehind?.flush()))
  while (pendingWrites.size > 0) await Promise.all(pendingWrites)
}

async function remove<Value>(tiers: Tiers<Value>, selector: EntrySelector, except?: string): Promise<RemovedEntries> {
  tiers.removals++
  const fromMemory = await tiers.memory.remove(selector)
  // What is on its way down must arrive first, or it would outlive its removal.
  await flush(tiers)
  const levels = tiers.lower.filter(({ store }) => store.name !== except)
  const fromLower = await Promise.all(levels.map(async ({ store }) => [store.name, await store.remove(selector)] as const))
  return { memory: fromMemory, ...Object.fromEntries(fromLower) }
}

async function count<Value>(tiers: Tiers<Value>, selector: EntrySelector): Promise<CountedEntries> {
  // What is on its way down counts where it arrives.
  await flush(tiers)
  const fromLower = await Promise.all(tiers.lower.map(async ({ store }) => [store.name, await store.count(selector)] as const))
  return { memory: await tiers.memory.count?.(selector), ...Object.fromEntries(fromLower) }
}

async function levelFigures<Value>({ memory, memoryCounters, lower }: Tiers<Value>): Promise<readonly LevelFigures[]> {
  const toFigures = (level: string, { hits, misses, savedNanoUsd }: Counters): Omit<LevelFigures, keyof StoreFigures> => {
    const hitRate = hits + misses === 0 ? 0 : hits / (hits + misses)
    return { level, hits, misses, hitRate, savedNanoUsd, state: 'up', failures: 0 }
  }
  const slower = lower.map(async ({ store, counters }) => {
    const state = { state: store.state(), failures: store.failures() }
    return { ...toFigures(store.name, counters), ...(await store.figures()), ...state }
  })
  return [{ ...toFigures('memory', memoryCounters), ...memory.figuresNow() }, ...(await Promise.all(slower))]
}

async function preload<Value>(tiers: Tiers<Value>, count: number): Promise<number> {
  const { memory, lower, removals } = tiers
  const hottest = (await lower[0]?.store.hottest(count)) ?? []
  if (removals !== tiers.removals) return 0
  for (const [key, entry] of hottest) if (memory.peek(key) === undefined) memory.put(key, entry)
  return hottest.length
}

export interface TieredStoreOptions<Value> {
  readonly memory: MemoryStore<Value>
  /** Slower levels, in the order in which they are asked. */
  readonly stores: readonly GuardedStore<Value>[]
  readonly firstWrites?: Partial<FirstWriteLimit> | undefined
}

function createTiers<Value>(
  { memory, stores, firstWrites }: TieredStoreOptions<Value>,
  deps: Pick<Deps, 'setTimer' | 'now'>,
): Tiers<Value> {
  const zero = (): Counters => ({ hits: 0, misses: 0, savedNanoUsd: 0 })
  const lower = stores.map((store) => ({
    store,
    counters: zero(),
    writeBehind: store.takesMany ? createWriteBehind(store, deps) : undefined,
  }))
  const levels = lower.flatMap(({ writeBehind }) => writeBehind ?? [])
  const deferredWrites = createDeferredWrites({ memory, levels, limit: firstWrites }, deps)
  const mayDefer = levels.length === 0 ? undefined : deferredWrites.mayDefer
  return { memory, memoryCounters: zero(), lower, deferredWrites, mayDefer, pendingWrites: new Set(), removals: 0, droppedWrites: 0 }
}

async function close<Value>(tiers: Tiers<Value>): Promise<void> {
  await tiers.deferredWrites.writeBest()
  await flush(tiers)
  await tiers.memory.close()
  await Promise.all(tiers.lower.map(({ store }) => store.close()))
}

async function sweep<Value>({ memory, lower }: Tiers<Value>): Promise<void> {
  await memory.sweep()
  for (const { store } of lower) await store.sweep()
}

/** Joins a memory level with slower ones, which are asked in the order given. */
export function createTieredStore<Value>(options: TieredStoreOptions<Value>, deps: Pick<Deps, 'setTimer' | 'now'>): TieredStore<Value> {
  const tiers = createTiers(options, deps)
  const { memory, memoryCounters, lower, deferredWrites } = tiers
  const countersOf = (level: string): Counters => lower.find(({ store }) => store.name === level)?.counters ?? memoryCounters
  return {
    peek: (key) => {
      const held = memory.find(key)
      if (held === undefined) memoryCounters.misses++
      else if (held.isDeferred) deferredWrites.writeNow(held)
      return held?.entry
    },
    lookup: (key) => (lower.length === 0 ? undefined : lookup(tiers, key, 0)),
    put: (key, entry, isFirst) => {
      const held = memory.put(key, entry, isFirst ? tiers.mayDefer : undefined)
      if (lower.length > 0) writeTo(tiers, lower, held)
    },
    remove: (selector) => remove(tiers, selector),
    removeElsewhere: (selector, level) => remove(tiers, selector, level),
    count: (selector) => count(tiers, selector),
    sweep: () => sweep(tiers),
    preload: (count) => preload(tiers, count),
    shrinkMemoryTo: memory.shrinkTo,
    memoryBytes: () => memory.figuresNow().bytes,
    recordHit: (level, savedNanoUsd) => {
      const counters = level === 'memory' ? memoryCounters : countersOf(level)
      counters.hits++
      counters.savedNanoUsd += savedNanoUsd
    },
    figures: () => levelFigures(tiers),
    droppedWrites: () => lower.reduce((sum, { writeBehind }) => sum + (writeBehind?.dropped() ?? 0), tiers.droppedWrites),
    firstWrites: deferredWrites.figures,
    flush: () => flush(tiers),
    close: () => close(tiers),
  }
}
