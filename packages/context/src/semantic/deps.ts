/** What the semantic level needs of the world. */
export interface SemanticDeps {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Runs `callback` once after `ms` and returns its cancellation. */
  readonly setTimer: (callback: () => void, ms: number) => () => void
}

/** The real world. Wrapped rather than referenced, so that fake timers installed later still reach it. */
export const systemSemanticDeps: SemanticDeps = {
  now: () => Date.now(),
  // IndexedEntry open by its timer, a process waits for an embedding no longer than the embedding may take.
  setTimer: (callback, ms) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
