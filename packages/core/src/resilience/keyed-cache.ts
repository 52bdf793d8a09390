/** One of something for each name, made when first asked for. For names from the configuration: nothing is forgotten. */
export interface KeyedCache<T> {
  readonly of: (name: string) => T
  readonly entries: () => readonly (readonly [string, T])[]
}

export function createKeyedCache<T>(make: (name: string) => T): KeyedCache<T> {
  const made = new Map<string, T>()
  return {
    of: (name) => {
      const known = made.get(name)
      if (known !== undefined) return known
      const fresh = make(name)
      made.set(name, fresh)
      return fresh
    },
    entries: () => [...made],
  }
}
