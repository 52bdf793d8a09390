import type { Usage } from '../chat/usage.ts'
import type { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { CacheOutcome, CondensationOutcome, GuardrailOutcome, Principal, RouteOutcome } from './annotations.ts'
import type { Attempt } from './attempt.ts'

/** What became of a call: made once, when it ends, and handed out after the answer. Times are Unix milliseconds. */
export interface Receipt {
  readonly id: string
  /** The operation's name. */
  readonly operation: string
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
  /** The index in `attempts` of the one that the caller was answered from; `undefined` when none was. */
  readonly winner?: number | undefined
  /** Of the answer that the caller got. */
  readonly usage?: Usage | undefined
  /** What that answer cost, in billionths of a dollar; 0 from a cache, `null` when its price is not known. */
  readonly costNanoUsd: number | null
  /** What failed, superseded and losing attempts cost on top. */
  readonly wastedNanoUsd: number
  readonly cache?: CacheOutcome | undefined
  readonly condensation?: CondensationOutcome | undefined
  /** What guardrails found; `undefined` when they found nothing, or there are none. */
  readonly guardrails?: readonly GuardrailOutcome[] | undefined
  /** Parameters that the provider had no place for. */
  /** How its targets were chosen; `undefined` where there was nothing to choose. */
  readonly route?: RouteOutcome | undefined
  readonly dropped: readonly string[]
  /** Parameters that the provider got with another value or in another form; `undefined` when there are none. */
  readonly changed?: readonly string[] | undefined
  readonly tags: readonly string[]
  readonly startedAtMs: number
  /** When the first content had arrived; `undefined` when there was none. */
  readonly firstContentAtMs?: number | undefined
  readonly endedAtMs: number
  /** The trace that the call belongs to, when it is recorded. */
  readonly traceId?: string | undefined
}
