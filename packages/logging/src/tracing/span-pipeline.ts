import type { LookupFunction } from 'node:net'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { type BoundedProcessorOptions, createBoundedProcessor } from './bounded-processor.ts'
import { toReadableSpan } from './readable-span.ts'
import type { SpanRecord } from './span-record.ts'

/*
 * Everything that needs OpenTelemetry's SDK, which costs 173 ms and 24 MB to load: imported by `tracing.ts` when tracing
 * is switched on, and by nobody else.
 */

export interface SpanPipelineOptions extends Omit<BoundedProcessorOptions, 'exporter'> {
  /** `undefined` leaves it to the environment (`OTEL_SERVICE_NAME`), and to `proxyapi` where that is silent. */
  readonly serviceName: string | undefined
  /** Finds the address of the collector. Default: Node's `dns.lookup`. */
  readonly lookup?: LookupFunction | undefined
  /** Where spans are posted; `undefined` leaves it to the environment. */
  readonly url: string | undefined
  /** How long one export may take, its retries included. */
  readonly timeoutMs: number
}

export interface SpanPipeline {
  readonly record: (span: SpanRecord) => void
  readonly flush: () => Promise<void>
  readonly shutdown: () => Promise<void>
}

function resourceOf(serviceName: string | undefined): Resource {
  const named = (name: string): Resource => resourceFromAttributes({ 'service.name': name })
  const environment = defaultResource()
    .merge(named('proxyapi'))
    .merge(detectResources({ detectors: [envDetector] }))
  return serviceName === undefined ? environment : environment.merge(named(serviceName))
}

/**
 * Starts the SDK with our processor alone: no default exporters (without `spanProcessors` the SDK would post to
 * localhost), no instrumentations, no detectors that would tell the command line.
 */
export function createSpanPipeline({ serviceName, url, timeoutMs, lookup, ...options }: SpanPipelineOptions): SpanPipeline {
  const exporter = new OTLPTraceExporter({
    ...(url !== undefined && { url }),
    timeoutMillis: timeoutMs,
    ...(lookup !== undefined && { httpAgentOptions: { keepAlive: true, lookup } }),
  })
  const processor = createBoundedProcessor({ exporter, ...options })
  const resource = resourceOf(serviceName)
  const sdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    spanProcessors: [processor],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  })
  sdk.start()
  return {
    record: (span) => processor.onEnd(toReadableSpan(span, resource)),
    flush: () => processor.forceFlush(),
    shutdown: async () => {
      await processor.shutdown()
      await sdk.shutdown()
    },
  }
}
