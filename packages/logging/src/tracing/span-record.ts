import type { TraceContext } from './trace-context.ts'

/** A span that has ended, as plain data. Times are Unix milliseconds. */
export interface SpanRecord {
  readonly context: TraceContext
  readonly tracestate?: string | undefined
  readonly parentSpanId?: string | undefined
  readonly name: string
  readonly kind: 'server' | 'client' | 'internal'
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly failed: boolean
  readonly attributes: SpanAttributes
  readonly events: readonly SpanEvent[]
}

export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** A moment within a span. */
export interface SpanEvent {
  readonly name: string
  readonly atMs: number
}
