/** One of something for each name, made when first asked for. For names from the configuration: nothing is forgotten by itself. */
export interface KeyedCache<T> {
  readonly of: (name: string) => T
  readonly entries: () => readonly (readonly [string, T])[]
  /** Forgets a name; who holds what was made for it keeps it. */
  readonly delete: (name: string) => void
  /** Keeps what was made for one name under another. */
  readonly rename: (from: string, to: string) => void
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
    delete: (name) => {
      made.delete(name)
    },
    rename: (from, to) => {
      const known = made.get(from)
      made.delete(from)
      if (known !== undefined) made.set(to, known)
    },
  }
}
