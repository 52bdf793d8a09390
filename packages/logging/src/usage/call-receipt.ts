import type { RequestReceipt, RequestUsage } from '../request-log/request-log-line.ts'

/** One upstream try, as a receipt tells it. Unix milliseconds. */
export interface CallAttempt {
  readonly provider: string
  readonly model: string
  readonly reason?: string | undefined
  readonly startedAtMs: number
  /** When the answer's headers, or a stream's first content, were there. */
  readonly answeredAtMs?: number | undefined
  readonly endedAtMs?: number | undefined
  /** `success`, `pending`, or the class of the failure. */
  readonly outcome: string
  readonly upstreamStatus?: number | undefined
  readonly usage?: CallUsage | undefined
  /** True when `usage` is an estimate: the answer broke off before the provider told. */
  readonly usageEstimated?: boolean | undefined
  /** Billionths of a dollar; `null` when the price is not known, `undefined` when nothing was consumed. */
  readonly costNanoUsd?: number | null | undefined
  readonly faults?: readonly string[] | undefined
}

/** Tokens as OpenAI counts them: the parts are contained in `inputTokens` and `outputTokens`. */
export interface CallUsage extends RequestUsage {
  readonly cacheWriteTokens?: number | undefined
  readonly audioInputTokens?: number | undefined
  readonly audioOutputTokens?: number | undefined
}

/** What became of a call, as far as the stores read it; a receipt of `@proxyapi/core` fits. */
export interface CallReceipt extends RequestReceipt {
  readonly principal?: { readonly id: string; readonly name: string } | undefined
  readonly attempts: readonly CallAttempt[]
  /** Of the answer that the caller got, from wherever it came. */
  readonly usage?: CallUsage | undefined
  /** Billionths of a dollar that the answer cost; 0 from a cache, `null` when its price is not known. */
  readonly costNanoUsd: number | null
  /** What failed, abandoned and losing attempts cost on top. */
  readonly wastedNanoUsd: number
  readonly cache?:
    | {
        readonly status: string
        readonly level?: string | undefined
        readonly ageSeconds?: number | undefined
        readonly similarity?: number | undefined
        readonly savedNanoUsd?: number | null | undefined
      }
    | undefined
  readonly condensation?:
    | {
        readonly fromTokens: number
        readonly toTokens: number
        readonly preservation?: number | undefined
        readonly savedNanoUsd?: number | null | undefined
      }
    | undefined
  readonly tags: readonly string[]
}

/** What the caller of a store knows about a call besides its receipt. */
export interface CallOwner {
  readonly tenant?: string | undefined
  /** The end user's own identifier, as the request named it. Written as a pseudonym. */
  readonly user?: string | undefined
}

/** Whether an attempt gave the answer that the caller got: the one that succeeded or was still running when the call ended. */
export function findWinner(attempts: readonly CallAttempt[]): CallAttempt | undefined {
  return attempts.findLast((attempt) => attempt.outcome === 'success' || attempt.outcome === 'pending')
}

/** Whether a cache's status says that the answer came out of it, and no provider was paid for it. */
export function isCacheStatusOfHit(status: string | null | undefined): boolean {
  return status === 'hit' || status === 'stale' || status === 'coalesced'
}
