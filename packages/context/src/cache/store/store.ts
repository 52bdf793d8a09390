import type { CacheEntry, EntrySelector, KeyedEntry } from './entry.ts'

/** What a level of the cache holds and has done. */
export interface StoreFigures {
  readonly entries: number
  readonly bytes: number
  readonly maxBytes: number
  /** Entries that gave way to others; not those that had expired. */
  readonly evictions: number
}

/**
 * One level of the cache. A level that fails rejects; who uses it goes on without it. Only what was stored whole comes back:
 * an entry that is damaged, expired or of another version is a miss and is removed. `describeCacheStore` of
 * `@proxyapi/context/testing` proves an implementation.
 */
export interface CacheStore<Value> {
  /** Names the level in answers, figures and state changes, for instance `disk`. Each level has a name of its own; not `memory` or `semantic`. */
  readonly name: string
  /** A look-up that takes longer has failed. Default: it may take as long as it needs. */
  readonly timeoutMs?: number | undefined
  readonly get: (key: string) => Promise<CacheEntry<Value> | undefined>
  readonly set: (key: string, entry: CacheEntry<Value>) => Promise<void>
  /**
   * Stores many entries in one step, which is cheaper than one after the other. Where a level has it, the cache gathers answers
   * for a fraction of a second and writes them together.
   */
  readonly setMany?: ((entries: readonly KeyedEntry<Value>[]) => Promise<void>) | undefined
  /** `false` when the level surely does not hold the key: it is then not asked. Default: the level is always asked. */
  readonly mayHave?: ((key: string) => boolean) | undefined
  /** Removes what the selector means, everything without fields, and returns how many entries that were. */
  readonly remove: (selector: EntrySelector) => Promise<number>
  /** How many entries the selector means, everything without fields. Not there where the level can't tell. */
  readonly count?: ((selector: EntrySelector) => Promise<number>) | undefined
  /**
   * Calls back when another process has removed entries from a level that several share, with what it meant: the levels that are this
   * process's own have to follow. Not there where nobody else uses the level.
   */
  readonly onRemoved?: ((listener: (selector: EntrySelector) => void) => void) | undefined
  /** Drops what has expired, and does whatever maintenance the level needs. */
  readonly sweep: () => Promise<void>
  readonly figures: () => Promise<StoreFigures>
  /** The entries most worth having at hand, best first; empty where the level can't tell. */
  readonly hottest: (count: number) => Promise<readonly KeyedEntry<Value>[]>
  /** Closing twice is no error. */
  readonly close: () => Promise<void>
}
