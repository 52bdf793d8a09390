import type { Usage } from '../chat/usage.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import type { AbortSource } from './abort-source.ts'
import type { AttemptScope } from './attempt-scope.ts'
import type { Receipt } from './receipt.ts'

/** Who makes a request. */
export interface Principal {
  readonly id: string
  /** A name for logs and receipts; never the key. */
  readonly name: string
  readonly role: 'user' | 'admin'
}

/** What one caller may decide about the routing of its own request. */
export interface RouteOverrides {
  readonly provider?: string | undefined
  readonly strategy?: string | undefined
  /** Model names to try when the first choice fails. */
  readonly fallbacks?: readonly string[] | undefined
  /** Whether a long conversation may be condensed, or the number of tokens from which on it is. `undefined` leaves it to the gateway. */
  readonly condense?: 'auto' | 'off' | number | undefined
}

export type AttemptReason = 'first' | 'retry' | 'fallback' | 'hedge' | 'continuation'

/** The record of one upstream attempt. Times are Unix milliseconds. */
export interface Attempt {
  readonly provider: string
  readonly model: string
  readonly startedAtMs: number
  /** `fallback` is another target, `retry` the same one again, `continuation` goes on from a partial answer. */
  readonly reason: AttemptReason
  /** How long the request waited before this attempt, in milliseconds; `undefined` when it did not wait. */
  waitedMs?: number | undefined
  waitedFor?: 'slot' | 'backoff' | undefined
  /** When the answer's headers, or a stream's first content, had arrived. */
  answeredAtMs?: number | undefined
  endedAtMs?: number | undefined
  outcome: 'pending' | 'success' | 'superseded' | FailureClass
  upstreamStatus?: number | undefined
  /** The time limit that ended the attempt. */
  limit?: { readonly name: string; readonly ms: number } | undefined
  /** Characters of the answer so far. Usage is estimated from them when the provider does not report it. */
  producedCharacters?: number | undefined
  /** What the provider says it consumed, also when its answer could not be used. */
  usage?: Usage | undefined
  /** True when `usage` is our estimate: the answer broke off before the provider reported it. */
  usageEstimated?: boolean | undefined
  /** Cost of `usage` in billionths of a dollar; `null` when the price is not known, `undefined` when nothing was consumed. */
  costNanoUsd?: number | null | undefined
  /** Faults that a chaos experiment injected, by type. */
  faults?: readonly string[] | undefined
}

/** What a cache did for a call. */
export interface CacheOutcome {
  readonly status: 'hit' | 'miss' | 'bypass' | 'stale' | 'coalesced'
  /** The level that a hit came from: a store's name, or `semantic`. */
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

/** What a caller says about caches between it and the providers. */
export interface CacheDirectives {
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
export interface CondensationOutcome {
  readonly fromTokens: number
  readonly toTokens: number
  /** Share of entities, numbers, identifiers and constraints that survived, 0 to 1. */
  readonly preservation?: number | undefined
  /** What the removed tokens would have cost, at the answering model's price of uncached input; `null` when it is not known. */
  savedNanoUsd?: number | null | undefined
}

/** What filters add to a call's receipt. */
export interface CallAnnotations {
  cache?: CacheOutcome | undefined
  condensation?: CondensationOutcome | undefined
}

/** One request's life: who asks, until when, what was tried, and what must be released at its end. */
export interface Call {
  readonly id: string
  /** The operation's name. */
  readonly operation: string
  readonly principal?: Principal | undefined
  readonly startedAtMs: number
  readonly deadlineAtMs: number
  /** Aborted when the caller leaves or the deadline passes. */
  readonly abort: AbortSource
  /** What attempts and their waits listen to: the same as `abort`, unless the work is shared and may outlive the caller. */
  readonly workAbort: AbortSource
  readonly overrides: RouteOverrides
  readonly tags: readonly string[]
  /** The end user on whose behalf is asked, in the caller's words. */
  readonly user?: string | undefined
  /** Headers that travel upstream with an attempt; they replace none of the provider's. Must not throw. */
  readonly outgoingHeaders?: ((attempt: Attempt) => Readonly<Record<string, string>>) | undefined
  readonly cacheDirectives?: CacheDirectives | undefined
  readonly attempts: Attempt[]
  /** The attempt whose answer the caller gets, written by whoever decided it. */
  winner: Attempt | undefined
  /** Parameters that the answering provider had no place for. */
  readonly dropped: Set<string>
  readonly annotations: CallAnnotations
  /** Enters an attempt that is under way: the call ends it, at the latest when it ends itself. */
  enter(attempt: AttemptScope): void
  /** Registers what is released when the call ends, whatever happened: once, in reverse order, with the receipt. */
  hold(release: (receipt: Receipt) => void): void
  /**
   * Declares that others wait for this call's answer. When the caller leaves while `isWanted()`, the caller's receipt is
   * made and the work goes on; it ends with `finish`, which makes a receipt of its own.
   */
  share(isWanted: () => boolean): SharedWork
}

/** Work of a call that may outlive its caller. */
export interface SharedWork {
  /** Ends the work. Does nothing while the caller is still there: then the call settles by itself. */
  readonly finish: (error?: unknown) => void
  /** Stops the work: nobody waits for it any more. Does nothing while the caller is still there. */
  readonly cancel: () => void
}
