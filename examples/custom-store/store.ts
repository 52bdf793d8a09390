import { type CacheEntry, type CacheStore, isSelected } from '@proxyapi/context'

/** A level of the cache that keeps the newest `maxEntries` answers. */
export function createNewestStore<Value>(maxEntries: number, now: () => number): CacheStore<Value> {
  const entries = new Map<string, CacheEntry<Value>>()
  let evictions = 0
  const isExpired = ({ meta }: CacheEntry<Value>): boolean => now() >= meta.expiresAtMs
  const removeWhere = (matches: (entry: CacheEntry<Value>) => boolean): number => {
    const keys = [...entries].filter(([, entry]) => matches(entry)).map(([key]) => key)
    for (const key of keys) entries.delete(key)
    return keys.length
  }
  return {
    name: 'newest',
    get: async (key) => {
      const entry = entries.get(key)
      if (entry === undefined || !isExpired(entry)) return entry
      entries.delete(key)
      return undefined
    },
    set: async (key, entry) => {
      entries.delete(key)
      entries.set(key, entry)
      const oldest = entries.size > maxEntries ? entries.keys().next().value : undefined
      if (oldest !== undefined && entries.delete(oldest)) evictions++
    },
    remove: async (selector) => removeWhere(({ meta }) => isSelected(meta, selector)),
    sweep: async () => void removeWhere(isExpired),
    figures: async () => ({ entries: entries.size, bytes: 0, maxBytes: 0, evictions }),
    hottest: async (count) => [...entries].slice(-count).reverse(),
    close: async () => entries.clear(),
  }
}
