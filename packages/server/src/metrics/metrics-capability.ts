import type { Engine, EngineOptions } from '@proxyapi/core'
import { createMetrics, type Metrics, type MetricsOptions, type ReadGauges } from '@proxyapi/logging'
import type { Context, Hono } from 'hono'
import type { Admission } from '../gateway/admission.ts'
import type { Capability } from '../gateway/capability.ts'
import type { GatewayEnv } from '../http/bindings.ts'
import type { Mask } from '../http/client-error.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { reply } from '../http/reply.ts'
import { replyJson } from '../http/reply-json.ts'
import { readGatewayGauges } from './gateway-gauges.ts'
import { toMetricEvent, toRefusals } from './metric-events.ts'

/** What metrics look at besides what they are told. */
export interface MetricsSources {
  readonly engine: Pick<Engine, 'health'>
  readonly admission: Pick<Admission, 'figures'>
  readonly capabilities: readonly Capability[]
}

export interface MetricsCapability extends Capability {
  /** Once everything stands: asks these at every scrape. */
  readonly observe: (sources: MetricsSources) => void
}

/** The names that always have their own series: what is configured. */
function namesOf({ providers }: Pick<EngineOptions, 'providers'>): MetricsOptions {
  const models = providers.flatMap((provider) => (provider.models ?? []).map((model) => (typeof model === 'string' ? model : model.id)))
  return { providers: providers.map(({ name }) => name), models: models.filter((model) => model !== '*') }
}

/** `GET /metrics` as JSON, and Prometheus' text where a scraper asks there for it; `GET /metrics/prometheus` is text for everybody. */
function addRoutes(app: Hono<GatewayEnv>, metrics: Metrics): void {
  const sendText = async (c: Context<GatewayEnv>): Promise<Response> => {
    const { contentType, text } = await metrics.exposition(c.req.header('accept'))
    return reply(c, { status: 200, headers: { 'content-type': contentType }, body: text })
  }
  const wantsText = (accept = ''): boolean => /^(text\/plain|application\/openmetrics-text)/.test(accept.trim())
  app.get('/metrics', async (c) => (wantsText(c.req.header('accept')) ? sendText(c) : replyJson(c, await metrics.snapshot())))
  app.all('/metrics', refuseMethod('GET'))
  app.get('/metrics/prometheus', sendText)
  app.all('/metrics/prometheus', refuseMethod('GET'))
}

export function createMetricsCapability(
  engine: Pick<EngineOptions, 'providers'>,
  { mask, readGauges }: { readonly mask?: Mask | undefined; readonly readGauges: readonly ReadGauges[] },
): MetricsCapability {
  const metrics = createMetrics({ ...namesOf(engine), mask })
  for (const read of readGauges) metrics.addGauges(read)
  return {
    addRoutes: (app) => addRoutes(app, metrics),
    observe: (sources) => {
      metrics.addGauges(() => readGatewayGauges(sources.engine, sources.admission))
      for (const { readGauges: read } of sources.capabilities) if (read !== undefined) metrics.addGauges(read)
    },
    onReceipt: metrics.onCall,
    onEvent: (event) => {
      const measured = toMetricEvent(event)
      if (measured !== undefined) metrics.onEvent(measured)
    },
    onRequest: (request) => {
      metrics.onHttp(request)
      for (const refusal of toRefusals(request)) metrics.onEvent(refusal)
    },
  }
}
