/** An entry that answers a question, although that was asked in other words. */
export interface MatchedEntry {
  readonly key: string
  /** How near the two questions are, 0 to 1. */
  readonly similarity: number
}

/** Knows which questions mean the same. What it rejects with or throws is a miss; what it finds must be of the same tenant. */
export interface SemanticMatcher<Question> {
  /** Called after a miss, before a new answer is fetched. The signal aborts when no caller waits any longer. */
  readonly find: (question: Question, signal: AbortSignal) => Promise<MatchedEntry | undefined>
  /** Called when an answer was stored; it is fresh until `expiresAtMs`. */
  readonly remember: (question: Question, entry: { readonly key: string; readonly expiresAtMs: number }) => void
  /** An entry no longer exists. */
  readonly forget: (key: string) => void
  /** Some entries were removed: forget all of them. */
  readonly clear: () => void
  /** Drops what has expired. */
  readonly purgeExpired: () => void
}
