/** A map that holds as much as it may: what was asked for the longest ago gives way. */
export interface RecentMap<Value> {
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value) => void
  readonly delete: (key: string) => void
  /** Removes what the test says. */
  readonly deleteWhere: (test: (value: Value) => boolean) => void
  readonly clear: () => void
  readonly size: () => number
}

export function createRecentMap<Value>(maxEntries: number): RecentMap<Value> {
  const entries = new Map<string, Value>()
  return {
    get: (key) => {
      const value = entries.get(key)
      if (value === undefined) return undefined
      // A map keeps the order in which entries were set.
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set: (key, value) => {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= maxEntries) return
      const [oldest] = entries.keys()
      if (oldest !== undefined) entries.delete(oldest)
    },
    delete: (key) => void entries.delete(key),
    deleteWhere: (test) => {
      for (const [key, value] of entries) if (test(value)) entries.delete(key)
    },
    clear: () => entries.clear(),
    size: () => entries.size,
  }
}
