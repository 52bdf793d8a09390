import { createGuardedLookup } from '@proxyapi/core/node'
import type { Logger, Masker } from '@proxyapi/logging'
import { createTracing, type Tracing, type TracingOptions } from '@proxyapi/logging/node'
import type { GatewayConfig } from '@proxyapi/server'

type Env = Readonly<Record<string, string | undefined>>

/** The share of traces that OpenTelemetry's own names ask for; `undefined` where they are silent or say what is no share. */
function sampleRatioOf(env: Env): number | undefined {
  const sampler = env['OTEL_TRACES_SAMPLER']?.replace(/^parentbased_/, '')
  if (sampler === 'always_off') return 0
  const ratio = Number(env['OTEL_TRACES_SAMPLER_ARG'] || Number.NaN)
  return sampler === 'traceidratio' && ratio >= 0 && ratio <= 1 ? ratio : undefined
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** What the environment says wins over the file, as everywhere. */
function toTracingOptions({ telemetry }: Pick<GatewayConfig, 'telemetry'>, env: Env): TracingOptions {
  const hasEndpoint = isSet(env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) || isSet(env['OTEL_EXPORTER_OTLP_ENDPOINT'])
  return {
    serviceName: isSet(env['OTEL_SERVICE_NAME']) ? undefined : telemetry.service_name,
    otlpEndpoint: hasEndpoint ? undefined : telemetry.otlp.endpoint,
    jaegerEndpoint: hasEndpoint || !telemetry.jaeger.enabled ? undefined : telemetry.jaeger.endpoint,
    sampleRatio: sampleRatioOf(env),
  }
}

/** Switches tracing on where the configuration wants it and `OTEL_SDK_DISABLED` does not forbid it. */
export async function startTracing(
  config: GatewayConfig,
  env: Env,
  { logger, masker }: { readonly logger: Logger; readonly masker: Masker },
): Promise<Tracing | undefined> {
  if (!config.telemetry.enabled || env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined
  const onExportFailed = (error: Error): void => logger.warning('Spans were not exported', { error: error.message })
  const tracing = await createTracing(toTracingOptions(config, env), {
    masker,
    onExportFailed,
    lookup: createGuardedLookup({ privateHosts: config.http_client.private_hosts }),
  })
  logger.info('Tracing is on', { endpoint: tracing.target?.url, note: tracing.target?.note })
  return tracing
}
