import type { CallRecord } from '../record/call-record.ts'

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
  readonly call?: CallRecord | undefined
  /** Unix milliseconds. Default: now. */
  readonly endedAtMs?: number | undefined
}

/** A piece of work within a request that has ended, such as condensing its messages. Unix milliseconds. */
export interface Stage {
  readonly name: string
  readonly startedAtMs: number
  readonly endedAtMs: number
}
