import type { AbortSource } from './abort-source.ts'
import type { CacheDirectives, CallAnnotations, Principal, RouteOverrides } from './annotations.ts'
import type { Attempt, AttemptScope } from './attempt.ts'
import type { Receipt } from './receipt.ts'

/** One request's life: who asks, until when, what was tried, and what must be released at its end. */
export interface Call {
  readonly id: string
  /** The operation's name. */
  readonly operation: string
  /** The model in the caller's words, before routing. */
  readonly requestedModel: string
  readonly principal?: Principal | undefined
  /** Unix milliseconds. */
  readonly startedAtMs: number
  /** On the monotonic clock of `Deps`. */
  readonly deadlineAtMs: number
  /** Unix milliseconds for the times of this call: they run on evenly when the wall clock is set. */
  readonly now: () => number
  /** Aborted when the caller leaves or the deadline passes. */
  readonly abort: AbortSource
  /** What attempts and their waits listen to: the same as `abort`, unless the work is shared and may outlive the caller. */
  readonly workAbort: AbortSource
  readonly overrides: RouteOverrides
  readonly tags: readonly string[]
  /** The end user on whose behalf is asked, in the caller's words. */
  readonly user?: string | undefined
  /** The pattern of the HTTP route that it came by; `undefined` for a call that came by none. */
  readonly endpoint?: string | undefined
  /** Headers that travel upstream with an attempt; they replace none of the provider's. Must not throw. */
  readonly outgoingHeaders?: ((attempt: Attempt) => Readonly<Record<string, string>>) | undefined
  readonly cacheDirectives?: CacheDirectives | undefined
  readonly attempts: Attempt[]
  /** The attempt whose answer the caller gets, written by whoever decided it. */
  winner: Attempt | undefined
  /** Parameters that the answering provider had no place for. */
  readonly dropped: Set<string>
  /** Parameters that the answering provider got with another value or in another form; `undefined` when there are none. */
  changed: ReadonlySet<string> | undefined
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
