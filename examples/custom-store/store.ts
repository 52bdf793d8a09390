import { type CacheEntry, type CacheStore, type EntryMeta, isSelected, sizeOf } from '@proxyapi/context'

/** A level of the cache that keeps the newest answers within `maxBytes`. */
export function createNewestStore<Value>(maxBytes: number, now: () => number): CacheStore<Value> {
  const kept = new Map<string, { entry: CacheEntry<Value>; size: number }>()
  let [bytes, evictions] = [0, 0]
  const isExpired = ({ expiresAtMs }: EntryMeta): boolean => now() >= expiresAtMs
  const drop = (key: string): boolean => {
    bytes -= kept.get(key)?.size ?? 0
    return kept.delete(key)
  }
  const dropWhere = (matches: (meta: EntryMeta) => boolean): number =>
    [...kept].filter(([key, { entry }]) => matches(entry.meta) && drop(key)).length
  return {
    name: 'newest',
    get: async (key) => {
      const found = kept.get(key)
      if (found !== undefined && isExpired(found.entry.meta)) drop(key)
      return kept.get(key)?.entry
    },
    set: async (key, entry) => {
      drop(key)
      const size = sizeOf(entry)
      if (size > maxBytes) return
      kept.set(key, { entry, size })
      bytes += size
      for (const oldest of kept.keys()) if (bytes > maxBytes && drop(oldest)) evictions++
    },
    remove: async (selector) => dropWhere((meta) => isSelected(meta, selector)),
    sweep: async () => void dropWhere(isExpired),
    figures: async () => ({ entries: kept.size, bytes, maxBytes, evictions }),
    hottest: async (count) => [...kept].map(([key, { entry }]) => [key, entry] as const).slice(-count),
    close: async () => kept.clear(),
  }
}
