/** An entry that answers a question, although that was asked in other words. */
export interface MatchedEntry {
  readonly key: string
  /** How near the two questions are, 0 to 1. */
  readonly similarity: number
}

/** Knows which questions mean the same. What it rejects with or throws is a miss; what it finds must be of the same tenant. */
export interface SemanticMatcher<Question> {
  /** Asked after a miss, before a new answer is made. The signal aborts when nobody waits any longer. */
  readonly find: (question: Question, signal: AbortSignal) => Promise<MatchedEntry | undefined>
  /** The answer to a question was stored, and is fresh until then. */
  readonly remember: (question: Question, entry: { readonly key: string; readonly expiresAtMs: number }) => void
  /** An entry is there no longer. */
  readonly forget: (key: string) => void
  /** Entries were removed, nobody knows which: nothing may be kept of any. */
  readonly clear: () => void
  /** Drops what has expired. */
  readonly purgeExpired: () => void
}
