/** The keys of an issuer as they were read last. */
export interface KeptKeySet {
  /** Where they are published. */
  readonly url: string
  /** JSON, as the issuer wrote it. */
  readonly text: string
  /** Unix milliseconds. */
  readonly readAtMs: number
}

/** Keeps the keys of an issuer over restarts, for a start while the issuer is away. Whoever can write there can sign tokens. */
export interface KeySetStore {
  /** What was saved last; `undefined` for nothing, and for what can't be read. */
  readonly load: () => KeptKeySet | undefined
  /** Must not throw. */
  readonly save: (kept: KeptKeySet) => void
}
