import type { CacheEntry, CacheLevel, EntrySelector } from './entry.ts'

/** What a level of the cache holds and has done. */
export interface StoreFigures {
  readonly entries: number
  readonly bytes: number
  readonly maxBytes: number
  /** Entries that gave way to others; not those that had expired. */
  readonly evictions: number
}

/**
 * One level of the cache. A level that fails rejects or throws; who uses it goes on without it. Only what was stored whole
 * comes back: an entry that is damaged, expired or of another version is a miss and is removed.
 */
export interface CacheStore<Value> {
  readonly level: CacheLevel
  readonly get: (key: string) => Promise<CacheEntry<Value> | undefined>
  readonly set: (key: string, entry: CacheEntry<Value>) => Promise<void>
  /** Removes what the selector means, everything without fields, and says how many entries that were. */
  readonly remove: (selector: EntrySelector) => Promise<number>
  /** Drops what has expired, and whatever maintenance the level needs. */
  readonly sweep: () => Promise<void>
  readonly figures: () => Promise<StoreFigures>
  /** The entries most worth having at hand, best first; empty where the level can't tell. */
  readonly hottest: (count: number) => Promise<readonly (readonly [key: string, entry: CacheEntry<Value>])[]>
  readonly close: () => Promise<void>
}
