import type { CallRecord, RecordedError, RecordedPrincipal } from './call-record.ts'

/** How long the parts of a request took before its upstream was called. Milliseconds. */
export interface RequestPhases {
  readonly authMs?: number | undefined
  readonly queueMs?: number | undefined
  readonly cacheMs?: number | undefined
  readonly condenseMs?: number | undefined
}

/** Why a caller was not admitted: no key, or one that is not valid. */
export type AuthFailure = 'missing' | 'invalid'

/** An HTTP request whose answer has gone: what logs, metrics, ledger, receipts and audit are made of. */
export interface CompletedRequest {
  readonly id: string
  readonly method: string
  /** The route's pattern, such as `/v1/models/{id}`; `other` for a path without a route. */
  readonly endpoint: string
  /** The path as it came in, without its query. May hold what a client invented. */
  readonly path: string
  /** What the client was told; 499 when it left before the end. */
  readonly status: number
  /** Unix milliseconds. */
  readonly startedAtMs: number
  /** When the answer's last byte had been written. Unix milliseconds. */
  readonly endedAtMs: number
  /** Who asked; `undefined` without a known key. */
  readonly key?: RecordedPrincipal | undefined
  /** Why it was refused or failed. */
  readonly error?: RecordedError | undefined
  /** Whether no credential came, or none that is good. */
  readonly authFailure?: AuthFailure | undefined
  /** The name of the action in the audit log, where the route is audited. */
  readonly audit?: string | undefined
  /** What the action was done to, such as `key 4f1c…`; `undefined` names the route alone. */
  readonly auditObject?: string | undefined
  /** The end user that the path names. Goes where it becomes a pseudonym, and nowhere else. */
  readonly subject?: string | undefined
  /** The peer's address, as the socket knows it. */
  readonly sourceAddress?: string | undefined
  /** The trace that it belongs to, when that is recorded. */
  readonly traceId?: string | undefined
  /** What became of the call; `undefined` for a request that made none. */
  readonly call?: CallRecord | undefined
  readonly phases?: RequestPhases | undefined
}
