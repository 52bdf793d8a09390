import type { CacheDirectives, Principal, RouteOverrides } from './annotations.ts'
import type { Attempt } from './attempt.ts'
import type { Receipt } from './receipt.ts'

/** What a caller says about one call. */
export interface CallOptions {
  /** `undefined` draws a new one. */
  readonly id?: string | undefined
  readonly principal?: Principal | undefined
  /** Shortens the deadline, never lengthens it. */
  readonly timeoutMs?: number | undefined
  /** The clock that the call's times are read from, where what the call is part of has one already. Default: one of its own. */
  readonly now?: (() => number) | undefined
  /** The caller's own signal: when it aborts, the call is canceled. */
  readonly signal?: AbortSignal | undefined
  readonly overrides?: RouteOverrides | undefined
  readonly tags?: readonly string[] | undefined
  /** The end user on whose behalf is asked. `undefined` takes the request's own. */
  readonly user?: string | undefined
  /** The operation's name on the receipt, for a surface that names it otherwise (`text_completion`). */
  readonly operation?: string | undefined
  /** The pattern of the HTTP route that the call came by, such as `/v1/messages`; `undefined` for a call that came by none. */
  readonly endpoint?: string | undefined
  /** The trace that the call belongs to, when it is recorded. */
  readonly traceId?: string | undefined
  /** Headers that travel upstream with each attempt, such as a trace's; they replace none of the provider's. Must not throw. */
  readonly outgoingHeaders?: ((attempt: Attempt) => Readonly<Record<string, string>>) | undefined
  readonly cacheDirectives?: CacheDirectives | undefined
  /** Called with the receipt after the call has ended and its answer was handed on. */
  readonly onSettled?: ((receipt: Receipt) => void) | undefined
}
