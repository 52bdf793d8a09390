import type { FailureClass } from '../errors/failure-class.ts'

/** Who asks. */
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
}

/** One upstream try. Times are Unix milliseconds. */
export interface Attempt {
  readonly provider: string
  readonly model: string
  readonly startedAtMs: number
  /** When the answer's headers, or a stream's first content, were there. */
  answeredAtMs?: number | undefined
  endedAtMs?: number | undefined
  outcome: 'pending' | 'success' | FailureClass
  upstreamStatus?: number | undefined
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
  readonly attempts: Attempt[]
  /** Parameters that the answering provider had no place for. */
  readonly dropped: Set<string>
  /** Registers what must be released when the call ends, whatever happened. Released in reverse order, once. */
  readonly lease: (release: () => void) => void
}
