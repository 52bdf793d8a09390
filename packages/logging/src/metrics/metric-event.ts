/** What happens besides calls. Retries, hedges and faults are counted from receipts, so that nothing counts twice. */
export type MetricEvent =
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
