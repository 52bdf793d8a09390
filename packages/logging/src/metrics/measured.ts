/** A call that has ended, as far as metrics tell of it; a receipt of `@proxyapi/core` fits. Times are Unix milliseconds. */
export interface MeasuredReceipt {
  readonly stream: boolean
  readonly outcome: 'complete' | 'error' | 'canceled'
  readonly attempts: readonly MeasuredAttempt[]
  readonly cache?: MeasuredCache | undefined
  readonly condensation?: MeasuredCondensation | undefined
  readonly startedAtMs: number
  readonly firstContentAtMs?: number | undefined
  readonly endedAtMs: number
}

/** One upstream try. */
export interface MeasuredAttempt {
  readonly provider: string
  readonly model: string
  readonly reason: 'first' | 'retry' | 'fallback' | 'hedge' | 'continuation'
  readonly startedAtMs: number
  /** When a stream's first content was there. */
  readonly answeredAtMs?: number | undefined
  readonly endedAtMs?: number | undefined
  /** `success`, `pending` or the name of a kind of failure. */
  readonly outcome: string
  readonly usage?: MeasuredUsage | undefined
  /** Billionths of a dollar; `null` when the price is not known, `undefined` when nothing was consumed. */
  readonly costNanoUsd?: number | null | undefined
  readonly faults?: readonly string[] | undefined
}

/** Tokens of an attempt; the parts are contained in `inputTokens` and `outputTokens`. */
export interface MeasuredUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens?: number | undefined
  readonly cacheWriteTokens?: number | undefined
  readonly reasoningTokens?: number | undefined
  readonly audioInputTokens?: number | undefined
  readonly audioOutputTokens?: number | undefined
}

/** What a response cache did for a call. */
export interface MeasuredCache {
  readonly status: 'hit' | 'miss' | 'bypass' | 'stale' | 'coalesced'
  readonly level?: string | undefined
  readonly savedNanoUsd?: number | null | undefined
}

/** What condensation did to a call's messages. */
export interface MeasuredCondensation {
  readonly fromTokens: number
  readonly toTokens: number
  readonly savedNanoUsd?: number | null | undefined
}

/** An HTTP request whose answer has gone. */
export interface MeasuredRequest {
  readonly method: string
  /** The route's pattern, such as `/api/models/{id}`; what is not in the list of endpoints is counted as `other`. */
  readonly endpoint: string
  readonly status: number
  readonly seconds: number
  /** The trace that the request belongs to, when it is recorded. */
  readonly traceId?: string | undefined
}

/** What a call's receipt does not tell. */
export interface ReceiptContext {
  /** What was asked for. Default: `chat`. */
  readonly operation?: 'chat' | 'embeddings' | 'text_completion' | undefined
  /** The trace that the call belongs to, when it is recorded. */
  readonly traceId?: string | undefined
}

/** What happens besides calls. Retries, hedges and faults are counted from receipts, so that nothing counts twice. */
export type MeasuredEvent =
  | {
      readonly type: 'breaker-state'
      readonly provider: string
      readonly model?: string | undefined
      readonly state: 'closed' | 'open' | 'half-open' | 'isolated'
    }
  | { readonly type: 'shed'; readonly reason: string }
  | { readonly type: 'rate-limited'; readonly limit?: string | undefined }
  | { readonly type: 'auth-failure'; readonly reason?: string | undefined }
  | { readonly type: 'suspicious'; readonly kind: string }
  | { readonly type: 'retry' | 'hedge' | 'fallback' | 'fault-injected' }

/** A look-up in a cache other than the response cache, which receipts tell of. */
export interface CacheLookup {
  /** Such as `summary_cache`. */
  readonly type: string
  readonly hit: boolean
}
