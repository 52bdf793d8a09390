import type { MeasuredAttempt, MeasuredCache, MeasuredCondensation } from '../metrics/measured.ts'
import type { RequestReceipt } from '../request-log/request-log-line.ts'

type Identity = 'id' | 'principal' | 'requestedModel' | 'model' | 'provider' | 'stream' | 'outcome' | 'error' | 'endedAtMs'

/** A call that has ended, as far as its trace tells of it; a receipt of `@proxyapi/core` fits. */
export interface TracedReceipt extends Pick<RequestReceipt, Identity> {
  readonly attempts: readonly TracedAttempt[]
  readonly costNanoUsd?: number | null | undefined
  readonly cache?: MeasuredCache | undefined
  readonly condensation?: MeasuredCondensation | undefined
}

/** One upstream try. */
export interface TracedAttempt extends MeasuredAttempt {
  readonly upstreamStatus?: number | undefined
}

/** How a request came in. */
export interface CallStart {
  /** The client's `traceparent` and `tracestate` headers. */
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
  readonly method: string
  /** The route's pattern, such as `/v1/chat/completions`. */
  readonly endpoint: string
  /** Unix milliseconds. Default: now. */
  readonly startedAtMs?: number | undefined
}

/** How a request ended. */
export interface CallEnd {
  readonly status: number
  /** What became of the call; `undefined` for a request that made none. */
  readonly receipt?: TracedReceipt | undefined
  /** What was asked for. Default: `chat`. */
  readonly operation?: 'chat' | 'embeddings' | 'text_completion' | undefined
  /** Unix milliseconds. Default: now. */
  readonly endedAtMs?: number | undefined
}

/** A piece of work within a request that has ended, such as condensing its messages. Unix milliseconds. */
export interface Stage {
  readonly name: string
  readonly startedAtMs: number
  readonly endedAtMs: number
}
