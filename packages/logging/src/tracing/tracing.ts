import type { LookupFunction } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemDeps } from '../deps.ts'
import { createMasker, type Masker } from '../masking/masker.ts'
import { type CallSpan, createCallSpan } from './call-span.ts'
import { type OtlpTarget, type TracingEndpoints, toOtlpTarget } from './otlp-url.ts'
import { randomId } from './random-id.ts'
import type { SpanPipeline } from './span-pipeline.ts'
import type { CallStart } from './traced.ts'

/** Which traces are recorded, and how spans are sent. */
export interface TracingOptions extends TracingEndpoints {
  /** Default: `OTEL_SERVICE_NAME`, else `proxyapi`. */
  readonly serviceName?: string | undefined
  /** Of the traces that begin here, the share that is recorded: 0 to 1. A caller's own decision is kept. Default: 1. */
  readonly sampleRatio?: number | undefined
  /** Spans that wait or are on their way; what exceeds it is dropped and counted. Default: 2,048. */
  readonly maxSpans?: number | undefined
  /** The longest that a span waits for company. Default: 5,000. */
  readonly maxWaitMs?: number | undefined
  /** How long one export may take, its retries included. Default: 5,000. */
  readonly exportTimeoutMs?: number | undefined
  /** How long `close` waits for the collector. Default: 2,000. */
  readonly closeTimeoutMs?: number | undefined
}

/** Time, ids and masking of tracing. */
export interface TracingDeps {
  /** Unix milliseconds. Default: the system's clock. */
  readonly now?: (() => number) | undefined
  /** 32 lower-case hexadecimal characters. Default: random ones. */
  readonly newId?: (() => string) | undefined
  /** Hides secrets in what clients wrote. Default: one that knows secrets by shape. */
  readonly masker?: Masker | undefined
  /** The collector took no spans. For a log line; every lost span is counted in `dropped` besides. */
  readonly onExportFailed?: ((error: Error) => void) | undefined
  /** Finds the address of the collector, and may refuse it. Default: Node's `dns.lookup`. */
  readonly lookup?: LookupFunction | undefined
}

/** Tells an OpenTelemetry collector what became of each request. */
export interface Tracing {
  /** A request has come in. Costs no more than ids; the spans are made at its end. */
  readonly startCall: (start: CallStart) => CallSpan
  /** Spans lost so far: the queue was full, or the collector did not take them. */
  readonly dropped: () => number
  /** Where spans go, and what the operator should know about it; `undefined` when the environment decides. */
  readonly target: OtlpTarget | undefined
  /** Sends what is held now. Never fails. */
  readonly flush: () => Promise<void>
  /** Sends what is held and ends, within `closeTimeoutMs`. Never fails. */
  readonly close: () => Promise<void>
}

/** A dead collector makes a flush or a shutdown of the SDK reject; the loss is counted where it happens. */
async function settled(work: Promise<void>): Promise<void> {
  await work.catch(() => undefined)
}

function createDropCount(onExportFailed: ((error: Error) => void) | undefined) {
  let dropped = 0
  return {
    count: () => dropped,
    onDropped: (spans: number, error?: Error): void => {
      dropped += spans
      if (error !== undefined) onExportFailed?.(error)
    },
  }
}

function lifecycleOf(pipeline: SpanPipeline, closeTimeoutMs: number): Pick<Tracing, 'flush' | 'close'> {
  return {
    flush: () => settled(pipeline.flush()),
    close: async () => {
      const timer = new AbortController()
      const timeout = settled(sleep(closeTimeoutMs, undefined, { signal: timer.signal }))
      await Promise.race([settled(pipeline.shutdown()), timeout])
      timer.abort()
    },
  }
}

/**
 * Switches tracing on: loads OpenTelemetry's SDK, and posts spans by OTLP over HTTP. Not calling it costs nothing.
 * @throws InvalidEndpointError (`invalid_config`) for an endpoint that spans can't be posted to
 *
 * @example
 * const tracing = await createTracing({ serviceName: 'proxyapi', otlpEndpoint: 'http://localhost:4318' })
 * const span = tracing.startCall({ traceparent: request.headers.get('traceparent') ?? undefined, method: 'POST', endpoint: '/v1/messages' })
 * await fetch(upstream, { headers: { traceparent: span.attempt().traceparent ?? '' } })
 * span.end({ status: 200, receipt })
 */
export async function createTracing(options: TracingOptions = {}, deps: TracingDeps = {}): Promise<Tracing> {
  const { sampleRatio = 1, maxSpans = 2_048, maxWaitMs = 5_000 } = options
  const { now = systemDeps.now, newId = randomId, masker = createMasker() } = deps
  const target = toOtlpTarget(options)
  const drops = createDropCount(deps.onExportFailed)
  const { createSpanPipeline } = await import('./span-pipeline.ts')
  const pipeline = createSpanPipeline({
    serviceName: options.serviceName,
    lookup: deps.lookup,
    url: target?.url,
    maxSpans,
    maxWaitMs,
    timeoutMs: options.exportTimeoutMs ?? 5_000,
    onDropped: drops.onDropped,
  })
  const spanDeps = { now, newId, sampleRatio, mask: masker.mask, record: pipeline.record }
  return {
    startCall: (start) => createCallSpan(start, spanDeps),
    dropped: drops.count,
    target,
    ...lifecycleOf(pipeline, options.closeTimeoutMs ?? 2_000),
  }
}
