import type { Usage } from '../chat/usage.ts'
import type { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { Attempt, CacheMark, CondensationMark, Principal } from './call.ts'

/** What became of a call. One per call, given out once, after the answer has gone. */
export interface Receipt {
  readonly id: string
  readonly principal?: Principal | undefined
  /** The end user on whose behalf was asked, in the caller's words. */
  readonly user?: string | undefined
  readonly requestedModel: string
  /** The model that answered, in the provider's words; `undefined` when none did. */
  readonly model?: string | undefined
  readonly provider?: string | undefined
  readonly stream: boolean
  readonly outcome: 'complete' | 'error' | 'canceled'
  readonly error?: ProxyApiError | undefined
  readonly attempts: readonly Attempt[]
  /** Of the answer that the caller got. */
  readonly usage?: Usage | undefined
  /** What that answer cost, in billionths of a dollar; 0 from a cache, `null` when its price is not known. */
  readonly costNanoUsd: number | null
  /** What failed, abandoned and losing attempts cost on top. */
  readonly wastedNanoUsd: number
  readonly cache?: CacheMark | undefined
  readonly condensation?: CondensationMark | undefined
  readonly dropped: readonly string[]
  readonly tags: readonly string[]
  readonly startedAtMs: number
  /** When the first content was there; `undefined` when there was none. */
  readonly firstContentAtMs?: number | undefined
  readonly endedAtMs: number
}
