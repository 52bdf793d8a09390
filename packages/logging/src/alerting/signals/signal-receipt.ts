/** One upstream try, as far as signals need it; an attempt of `@proxyapi/core` fits. Unix milliseconds. */
export interface SignalAttempt {
  readonly provider: string
  readonly model: string
  readonly startedAtMs: number
  /** When the answer's headers, or a stream's first content, were there. */
  readonly answeredAtMs?: number | undefined
  readonly endedAtMs?: number | undefined
  /** `success`, `pending` or the class of failure. */
  readonly outcome: string
  readonly usage?: { readonly totalTokens: number } | undefined
  readonly costNanoUsd?: number | null | undefined
}

/** What became of a request, as far as signals need it; a receipt of `@proxyapi/core` fits. */
export interface SignalReceipt {
  readonly outcome: 'complete' | 'error' | 'canceled'
  readonly error?: { readonly code: string } | undefined
  readonly stream: boolean
  readonly attempts: readonly SignalAttempt[]
  readonly usage?: { readonly totalTokens: number } | undefined
  /** Billionths of a dollar; `null` when the price is not known. */
  readonly costNanoUsd: number | null
  /** What failed, abandoned and losing attempts cost on top. */
  readonly wastedNanoUsd: number
  readonly cache?: { readonly status: string } | undefined
  readonly startedAtMs: number
  readonly firstContentAtMs?: number | undefined
  readonly endedAtMs: number
}
