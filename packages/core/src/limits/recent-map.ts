/** A map that holds the latest `max` keys that were asked for. For keys that come from outside. */
export interface RecentMap<Value> {
  readonly get: (key: string) => Value | undefined
  /** The same without counting as asked for. */
  readonly peek: (key: string) => Value | undefined
  readonly set: (key: string, value: Value) => void
  readonly delete: (key: string) => void
  readonly keys: () => IterableIterator<string>
  readonly size: () => number
}

/** `mayForget` keeps what is in use: the map exceeds `max` rather than lose it. */
export function createRecentMap<Value>(max: number, mayForget: (value: Value) => boolean = () => true): RecentMap<Value> {
  const map = new Map<string, Value>()
  /** What may not be forgotten is moved to the end; a few are looked at each time, so that a full map costs no more than a small one. */
  const forgetOldest = (): void => {
    for (let looked = 0; looked < 8 && map.size > max; looked++) {
      const [oldest] = map
      if (oldest === undefined) return
      const [key, value] = oldest
      map.delete(key)
      if (!mayForget(value)) map.set(key, value)
    }
  }
  return {
    get: (key) => {
      const value = map.get(key)
      if (value === undefined) return undefined
      map.delete(key)
      map.set(key, value)
      return value
    },
    peek: (key) => map.get(key),
    set: (key, value) => {
      map.delete(key)
      map.set(key, value)
      if (map.size > max) forgetOldest()
    },
    delete: (key) => map.delete(key),
    keys: () => map.keys(),
    size: () => map.size,
  }
}
