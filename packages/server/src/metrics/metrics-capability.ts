import type { EngineOptions } from '@proxyapi/core'
import {
  createMetrics,
  createWorkerSeries,
  type Metrics,
  type MetricsOptions,
  type MetricsSeries,
  type ReadGauges,
  type SeriesLabels,
  selectSeries,
  toExposition,
  toMetricsJson,
} from '@proxyapi/logging'
import * as v from 'valibot'
import { type VisibleModels, visibleModelsOf } from '../auth/visible-models.ts'
import type { Capability, CapabilityDeps, Feature } from '../capability/capability.ts'
import type { Workers } from '../capability/workers.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { toEngineOptions } from '../config/to-engine-options.ts'
import type { Mask } from '../errors/client-error.ts'
import type { Exchange, Sent } from '../http/exchange.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { readGatewayGauges } from './gateway-gauges.ts'
import { toMetricEvent, toRefusals } from './metric-events.ts'

/** The names that always have their own series: what is configured. */
function namesOf({ providers }: Pick<EngineOptions, 'providers'>): MetricsOptions {
  const models = providers.flatMap((provider) => (provider.models ?? []).map((model) => (typeof model === 'string' ? model : model.id)))
  return { providers: providers.map(({ name }) => name), models: models.filter((model) => model !== '*') }
}

const wantsText = (accept = ''): boolean => /^(text\/plain|application\/openmetrics-text)/.test(accept.trim())

/** Series that name neither a provider nor a model are everybody's. */
function isVisible({ provider, model, gen_ai_request_model: bare }: SeriesLabels, visible: VisibleModels): boolean {
  if (provider !== undefined) return model === undefined ? visible.hasWhole(provider) : visible.hasModel(provider, model)
  const named = model ?? bare
  return named === undefined || visible.hasBare(named)
}

/** What was measured, as far as the key may see it. */
async function visibleSeries({ series: read }: Pick<Metrics, 'series'>, { principal }: Exchange): Promise<MetricsSeries> {
  const series = await read()
  const visible = visibleModelsOf(principal)
  return visible === undefined ? series : selectSeries(series, (labels) => isVisible(labels, visible))
}

function shown(providers: readonly string[], { principal }: Exchange): readonly string[] {
  const visible = visibleModelsOf(principal)
  return visible === undefined ? providers : providers.filter(visible.hasProvider)
}

/** The question that a worker answers with all that it has measured. */
const seriesQuestion = 'metrics.series'

/** What of a worker's series says something of that worker: it takes in the configuration that the primary has read. */
function toShare({ values, histograms }: MetricsSeries): MetricsSeries {
  return { histograms, values: Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('config_'))) }
}

/** What all processes have measured. The primary takes no requests of clients: `workers` counts those that do. */
async function seriesOfAll(metrics: Metrics, workers: Workers): Promise<MetricsSeries> {
  const [{ values, histograms }, ofWorkers] = await Promise.all([metrics.series(), workers.series()])
  const sum = createWorkerSeries()
  sum.update('workers', ofWorkers)
  sum.update('primary', { histograms, values: { ...values, workers: [] } })
  return sum.series()
}

/** `GET /metrics` as JSON, and Prometheus' text where a scraper asks there for it; `GET /metrics/prometheus` is text for everybody. */
function metricsRoutes(metrics: Pick<Metrics, 'series'>, providers: readonly string[]): readonly Route[] {
  const sendText = async (exchange: Exchange): Promise<Sent> => {
    const { contentType, text } = toExposition(await visibleSeries(metrics, exchange), exchange.header('accept'))
    return exchange.send(200, { 'content-type': contentType }, text)
  }
  return [
    defineRoute({
      method: 'GET',
      path: '/metrics',
      access: 'observe',
      summary: 'Figures of the gateway as JSON; as text for scrapers.',
      answer: v.looseObject({}),
      produces: ['text/plain'],
      handle: async (exchange) =>
        wantsText(exchange.header('accept'))
          ? sendText(exchange)
          : { ...toMetricsJson(await visibleSeries(metrics, exchange), shown(providers, exchange)) },
    }),
    defineRoute({
      method: 'GET',
      path: '/metrics/prometheus',
      access: 'observe',
      summary: "Figures of the gateway in Prometheus' text format.",
      produces: ['text/plain'],
      handle: sendText,
    }),
  ]
}

export interface MetricsCapabilityOptions {
  /** Hides secrets in names of models that a client made up. */
  readonly mask: Mask | undefined
  /** Further values, asked at every scrape. */
  readonly readGauges: readonly ReadGauges[]
}

/** The metrics of a process. Providers of the first configuration have series from the start, those of later ones once they are called. */
function openMetrics(config: GatewayConfig, { gateway }: CapabilityDeps, { mask, readGauges }: MetricsCapabilityOptions): Metrics {
  const metrics = createMetrics({ ...namesOf(toEngineOptions(config)), endpoints: 'trusted', mask })
  for (const read of readGauges) metrics.addGauges(read)
  metrics.addGauges(() => readGatewayGauges(gateway.engine(), { figures: gateway.admission }))
  // The capabilities of the present snapshot: they may change while the metrics go on.
  metrics.addGauges(async () => {
    const answers = await Promise.allSettled(gateway.features().map(async ({ readGauges }) => (await readGauges?.()) ?? []))
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  })
  return metrics
}

function metricsFeature(metrics: Metrics, providers: readonly string[], workers: Workers | undefined): Feature {
  return {
    routes: metricsRoutes(workers === undefined ? metrics : { series: () => seriesOfAll(metrics, workers) }, providers),
    answers: { [seriesQuestion]: async () => toShare(await metrics.series()) },
    onReceipt: metrics.onCall,
    events: ['breaker', 'shed'],
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

interface MetricsState {
  metrics: Metrics | undefined
}

/** Counts what happens, for `/metrics`. */
export function createMetricsCapability(options: MetricsCapabilityOptions): Capability<MetricsState> {
  return {
    name: 'metrics',
    open: () => ({ metrics: undefined }),
    compile: (config, state, context) => {
      state.metrics ??= openMetrics(config, context, options)
      return metricsFeature(state.metrics, namesOf(toEngineOptions(config)).providers ?? [], context.workers)
    },
  }
}
