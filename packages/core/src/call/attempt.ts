import type { PricedUsage } from '../catalogue/cost-of.ts'
import type { Usage } from '../chat/usage.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import type { AbortSource } from './abort-source.ts'
import type { AttemptTimeouts } from './attempt-timeouts.ts'

/**
 * Why usage is an estimate: the answer was whole and the provider reported none (`not_reported`) or figures that can't be true (`implausible`),
 * the answer broke off (`broke_off`), or nothing came back of a request that had been sent (`not_answered`).
 */
export type UsageEstimate = 'not_reported' | 'implausible' | 'broke_off' | 'not_answered'

export type AttemptReason = 'first' | 'retry' | 'fallback' | 'hedge' | 'continuation'

/** The record of one upstream attempt. Times are Unix milliseconds. */
export interface Attempt {
  readonly provider: string
  readonly model: string
  /** When it turned to its provider; moved on by what it waited for before. */
  startedAtMs: number
  /** `fallback` is another target, `retry` the same one again, `continuation` goes on from a partial answer. */
  readonly reason: AttemptReason
  /** How long the request waited before this attempt, in milliseconds; `undefined` when it did not wait. */
  waitedMs?: number | undefined
  waitedFor?: 'slot' | 'backoff' | 'budget' | 'limit' | undefined
  /** When the answer's headers, or a stream's first content, had arrived. */
  answeredAtMs?: number | undefined
  endedAtMs?: number | undefined
  outcome: 'pending' | 'success' | 'superseded' | FailureClass
  upstreamStatus?: number | undefined
  /** Why no answer came, as a code of the system or of TLS: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  causeCode?: string | undefined
  /** The time limit that ended the attempt. */
  limit?: { readonly name: string; readonly ms: number } | undefined
  /** True when that limit was tighter than the target's own, because another target was there: it says nothing of the target's health. */
  isLeftEarly?: boolean | undefined
  /** Characters of the answer so far. Usage is estimated from them when the provider does not report it. */
  producedCharacters?: number | undefined
  /** What the provider says it consumed, also when its answer could not be used. */
  usage?: Usage | undefined
  /** Why `usage` is our estimate; `undefined` when the provider's figures stand. */
  usageEstimated?: UsageEstimate | undefined
  /** The request was sent and not refused, and yet no usable answer came: the provider may bill it all the same. */
  mayBeBilled?: boolean | undefined
  /** Cost of `usage` in billionths of a dollar; `null` when the price is not known, `undefined` when nothing was consumed. */
  costNanoUsd?: number | null | undefined
  /** How the cost was arrived at; `undefined` where there is none. */
  priced?: PricedUsage | undefined
  /** Faults that a chaos experiment injected, by type. */
  faults?: readonly string[] | undefined
}

/** As much of an exchange with a provider as its attempt must know. */
export interface SentExchange {
  /** Whether any of the request has been written; where it is not there, that is not known. */
  wasSent?(): boolean
}

/** One attempt's life inside a call: its record, its own way to stop, and what it must release at its end. */
export interface AttemptScope {
  readonly record: Attempt
  /** Stops this attempt alone; aborted with its call as well. */
  readonly abort: AbortSource
  /** The time limits of this attempt. */
  readonly timeouts: AttemptTimeouts
  /** The exchange with the provider, once it is under way. */
  exchange: SentExchange | undefined
  /** Called with the headers of an answer as soon as they are there, good or not. Must not throw. */
  onHeaders: ((headers: Readonly<Record<string, string>>) => void) | undefined
  /** Registers what is released when the attempt ends: once, in reverse order, with the record. */
  hold(release: (attempt: Attempt) => void): void
  /** Ends the attempt, once: `undefined` is a success. */
  end(error?: unknown): void
}
