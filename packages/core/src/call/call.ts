import type { Usage } from '../chat/usage.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import type { AttemptTimeouts } from '../providers/attempt-timeouts.ts'

/** Who asks. */
export interface Principal {
  readonly id: string
  /** A name for logs and receipts; never the key. */
  readonly name: string
  readonly role: 'user' | 'admin'
}

/** What one caller may decide about the way of its own request. */
export interface RouteOverrides {
  readonly provider?: string | undefined
  readonly strategy?: string | undefined
  /** Model names to try when the first choice fails. */
  readonly fallbacks?: readonly string[] | undefined
  /** Whether a long conversation may be condensed, or the number of tokens from which on it is. `undefined` leaves it to the gateway. */
  readonly condense?: 'auto' | 'off' | number | undefined
}

export type AttemptReason = 'first' | 'retry' | 'fallback' | 'hedge' | 'continuation'

/** One upstream try. Times are Unix milliseconds. */
export interface Attempt {
  readonly provider: string
  readonly model: string
  readonly startedAtMs: number
  /** Why it was made: `fallback` is another target, `retry` the same one again, `continuation` goes on from a cut answer. */
  readonly reason: AttemptReason
  /** When the answer's headers, or a stream's first content, were there. */
  answeredAtMs?: number | undefined
  endedAtMs?: number | undefined
  outcome: 'pending' | 'success' | FailureClass
  upstreamStatus?: number | undefined
  /** Characters of its answer that have passed by: what usage is estimated from where the provider does not tell. */
  producedCharacters?: number | undefined
  /** What the provider says it consumed, also where the answer was of no use. */
  usage?: Usage | undefined
  /** True when `usage` is our estimate: the answer broke off before the provider told. */
  usageEstimated?: boolean | undefined
  /** What `usage` costs in billionths of a dollar; `null` when the price is not known, `undefined` when nothing was consumed. */
  costNanoUsd?: number | null | undefined
  /** Faults that a chaos experiment put into it, by type. */
  faults?: readonly string[] | undefined
}

/** What a cache did for a call. */
export interface CacheMark {
  readonly status: 'hit' | 'miss' | 'bypass' | 'stale' | 'coalesced'
  /** Where a hit came from. */
  readonly level?: string | undefined
  readonly ageSeconds?: number | undefined
  /** Cosine similarity of a semantic hit, 0 to 1. */
  readonly similarity?: number | undefined
  /** What the stored answer had cost; `null` when its price is not known. */
  readonly savedNanoUsd?: number | null | undefined
  /** Who gave the answer that was stored or shared. */
  readonly provider?: string | undefined
  readonly model?: string | undefined
}

/** What a caller says about caches between it and the providers, for whoever keeps one. */
export interface CacheWishes {
  /** Whether a stored answer may be given. */
  readonly lookup: boolean
  /** Whether the answer may be stored. */
  readonly store: boolean
  /** Whether nobody else may share the work on this request. */
  readonly isPrivate: boolean
  /** Answer from the cache or not at all. */
  readonly onlyIfCached: boolean
  readonly maxAgeSeconds?: number | undefined
  readonly ttlSeconds?: number | undefined
  readonly namespace?: string | undefined
}

/** What condensation did to a call's messages. */
export interface CondensationMark {
  readonly fromTokens: number
  readonly toTokens: number
  /** Share of entities, numbers, identifiers and constraints that survived, 0 to 1. */
  readonly preservation?: number | undefined
  /** What the tokens left out would have cost, at the answering model's price of input that no prompt cache has; `null` when it is not known. */
  readonly savedNanoUsd?: number | null | undefined
}

/** What filters have to say on a call's receipt. */
export interface CallMarks {
  cache?: CacheMark | undefined
  condensation?: CondensationMark | undefined
}

/** One request's life: who, until when, what was tried, and what must be given back at its end. */
export interface Call {
  readonly id: string
  readonly principal?: Principal | undefined
  readonly startedAtMs: number
  readonly deadlineAtMs: number
  /** Aborted when the caller leaves or the deadline passes; every wait and every upstream call listens to it. */
  readonly signal: AbortSignal
  /** The same without a signal, for the hot path. Calls back at once when the call has been aborted; gives the un-listening back. */
  readonly onAbort: (callback: (reason: unknown) => void) => () => void
  /** @throws the reason why the call was aborted */
  readonly throwIfAborted: () => void
  readonly overrides: RouteOverrides
  readonly tags: readonly string[]
  /** The end user on whose behalf is asked, in the caller's words. */
  readonly user?: string | undefined
  /** Headers that travel upstream with an attempt, beneath the provider's own. Must not throw. */
  readonly outgoingHeaders?: ((attempt: Attempt) => Readonly<Record<string, string>>) | undefined
  readonly cacheWishes?: CacheWishes | undefined
  readonly attempts: Attempt[]
  /** Parameters that the answering provider had no place for. */
  readonly dropped: Set<string>
  readonly marks: CallMarks
  /** The attempt under way, for what runs between the router and a provider. */
  readonly attempt?: Attempt | undefined
  /** Time limits of the attempt under way that are tighter than the provider's own. */
  readonly limits?: Partial<AttemptTimeouts> | undefined
  /** Registers what must be released when the call ends, whatever happened. Released in reverse order, once. */
  readonly lease: (release: () => void) => void
}

/** The attempt whose answer the caller gets: the one that has succeeded, or whose stream is still running. */
export function winnerOf({ attempts }: Pick<Call, 'attempts'>): Attempt | undefined {
  return attempts.findLast(({ outcome }) => outcome === 'success' || outcome === 'pending')
}
