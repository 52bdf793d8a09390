import type { ProxyApiError, Receipt } from '@proxyapi/core'
import type { KeyEntry } from '../auth/keys.ts'

/** An HTTP request whose answer has gone, for logs, metrics and audit. */
export interface EndedRequest {
  readonly id: string
  readonly method: string
  /** The route's pattern, such as `/v1/models/{id}`; `other` for a path that is none of ours. */
  readonly endpoint: string
  /** The path as it came in, without its query. May hold what a client invented. */
  readonly path: string
  /** What the client was told; 499 when it left before the end. */
  readonly status: number
  /** Unix milliseconds. */
  readonly startedAtMs: number
  /** When the answer's last byte had been written. Unix milliseconds. */
  readonly endedAtMs: number
  /** Who asked; `undefined` for nobody we know. */
  readonly key?: KeyEntry | undefined
  /** Why it was refused or failed before its answer began. */
  readonly error?: ProxyApiError | undefined
  /** What became of the call; `undefined` for a request that made none. */
  readonly receipt?: Receipt | undefined
  /** Whether no credential came, or none that is good. */
  readonly authFailure?: AuthFailure | undefined
  /** The peer's address, as the socket knows it. */
  readonly sourceAddress?: string | undefined
  /** The trace that it belongs to, when that is recorded. */
  readonly traceId?: string | undefined
}

export type AuthFailure = 'missing' | 'invalid'

/** What a receipt does not tell of its call. */
export interface CallContext {
  readonly operation: 'chat' | 'embeddings' | 'text_completion'
  /** The trace that the call belongs to, when it is recorded. */
  readonly traceId?: string | undefined
}
