import type { CallRecord } from '../record/call-record.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { type Exposition, toExposition, toPrometheusText } from './exposition.ts'
import type { CacheLookup, MetricEvent } from './metric-event.ts'
import type { MetricsSeries } from './metric-family.ts'
import { type MetricsJson, toMetricsJson } from './metrics-json.ts'
import { collectReadings, type ReadGauges } from './readings.ts'
import { createCallRecorder } from './record-call.ts'
import { createEventRecorder } from './record-event.ts'
import { createHttpRecorder } from './record-http.ts'
import { createRegistry, type Registry } from './registry.ts'
import { createTargets } from './targets.ts'

/** Which providers, models and routes get series of their own. */
export interface MetricsOptions {
  /** Names of the configured providers: they have their figures from the start, and always their own series. Default: none. */
  readonly providers?: readonly string[] | undefined
  /** Models, in the provider's words, that always have their own series. Default: none. */
  readonly models?: readonly string[] | undefined
  /** How many other models may get their own series once an upstream has answered for them; the rest are `other`. Default: 200. */
  readonly maxModels?: number | undefined
  /** Patterns of the routes that have their own series, all others are `other`; `trusted` takes each that is given: its caller bounds them. Default: none. */
  readonly endpoints?: readonly string[] | 'trusted' | undefined
  /** Hides secrets in the names of models that a client made up. Default: hides nothing. */
  readonly mask?: ((text: string) => string) | undefined
}

/** Counts what happens and tells it to Prometheus, as JSON, and to the primary of several workers. */
export interface Metrics {
  /** An HTTP answer has gone. */
  readonly onHttp: (request: CompletedRequest) => void
  /** A call has ended: attempts, tokens, money, cache, time of the proxy itself. */
  readonly onCall: (call: CallRecord) => void
  /** Something happened besides calls. */
  readonly onEvent: (event: MetricEvent) => void
  /** A cache other than the response cache was asked. */
  readonly onCacheLookup: (lookup: CacheLookup) => void
  /** Asks `read` at every scrape; returns a function that removes it. */
  readonly addGauges: (read: ReadGauges) => () => void
  /** Everything so far as plain data: for `createWorkerSeries` in a primary, `toExposition` and `toMetricsJson`. */
  readonly series: () => Promise<MetricsSeries>
  /** Prometheus' text format. */
  readonly prometheus: () => Promise<string>
  /** What a scraper with this `Accept` header gets; OpenMetrics carries trace ids as exemplars. */
  readonly exposition: (accept?: string) => Promise<Exposition>
  /** The JSON of `GET /metrics`. */
  readonly snapshot: () => Promise<MetricsJson>
}

/** Series that are there from the start, so that a first event is an increase and an alert on it can fire. */
function seed(registry: Registry): void {
  for (const type of ['response_cache', 'summary_cache']) {
    registry.counter('cache_hits_total', [type])
    registry.counter('cache_misses_total', [type])
  }
  for (const by of ['cache', 'condensation']) registry.counter('llm_saved_usd_total', [by])
  for (const reason of ['missing', 'invalid']) registry.counter('auth_failures_total', [reason])
  registry.counter('rate_limit_rejections_total', ['requests'])
  registry.counter('llm_condensed_tokens_total')
  registry.counter('metrics_read_failures_total')
}

/**
 * The registry of everything that the gateway measures. Counting is an addition to a number that is found once; texts
 * are made when somebody asks.
 *
 * @example
 * const metrics = createMetrics({ providers: ['openai'] })
 * metrics.onCall(receipt)
 * await metrics.prometheus() // …llm_calls_total{outcome="complete"} 1…
 */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const { providers = [], models = [], maxModels = 200, endpoints, mask = (text) => text } = options
  const registry = createRegistry()
  seed(registry)
  const events = createEventRecorder(registry, providers)
  const record = createCallRecorder(registry, createTargets(registry, { providers, models, maxModels, mask }))
  const readers = new Set<ReadGauges>()

  const series = async (): Promise<MetricsSeries> => {
    const read = await collectReadings(readers, () => registry.counter('metrics_read_failures_total').value++)
    const counted = registry.series()
    const own = { circuit_breaker_state: events.breakers(), workers: [{ labels: [], value: 1 }] }
    return { ...counted, values: { ...counted.values, ...own, ...read } }
  }
  return {
    onHttp: createHttpRecorder(registry, endpoints),
    onCall: record,
    onEvent: events.onEvent,
    onCacheLookup: events.onCacheLookup,
    addGauges: (read) => {
      readers.add(read)
      return () => readers.delete(read)
    },
    series,
    prometheus: async () => toPrometheusText(await series()),
    exposition: async (accept) => toExposition(await series(), accept),
    snapshot: async () => toMetricsJson(await series(), providers),
  }
}
