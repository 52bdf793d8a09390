/** Whose turn it is, by name. Bounded: the name that has waited longest is forgotten first. */
export interface RotationState<T> {
  readonly of: (name: string, start: () => T) => T
}

const maxNames = 10_000

export function createRotationState<T extends object>(): RotationState<T> {
  const kept = new Map<string, T>()
  return {
    of: (name, start) => {
      const known = kept.get(name)
      if (known !== undefined) return known
      const oldest = kept.size >= maxNames ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
      const made = start()
      kept.set(name, made)
      return made
    },
  }
}
