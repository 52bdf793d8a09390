import { TraceFlags } from '@opentelemetry/api'
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base'

export interface BoundedProcessorOptions {
  readonly exporter: SpanExporter
  /** Spans that wait or are on their way; what exceeds it is dropped. */
  readonly maxSpans: number
  readonly maxWaitMs: number
  /** Spans were lost: the queue was full, or the collector did not take them. */
  readonly onDropped: (spans: number, error?: Error) => void
}

const exported = 0 // ExportResultCode.SUCCESS of @opentelemetry/core

/** The SDK's batching, with an eye on what it loses without a word. */
export function createBoundedProcessor({ exporter, maxSpans, maxWaitMs, onDropped }: BoundedProcessorOptions): SpanProcessor {
  let held = 0
  let isClosed = false
  const counting: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        held -= spans.length
        if (result.code !== exported) onDropped(spans.length, result.error)
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
  }
  const maxExportBatchSize = Math.min(512, maxSpans)
  const batches = new BatchSpanProcessor(counting, { maxQueueSize: maxSpans, maxExportBatchSize, scheduledDelayMillis: maxWaitMs })
  return {
    onStart: (span, context) => batches.onStart(span, context),
    onEnd: (span: ReadableSpan) => {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return
      if (isClosed || held >= maxSpans) onDropped(1)
      else {
        held++
        batches.onEnd(span)
      }
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => {
      isClosed = true
      return batches.shutdown()
    },
  }
}
