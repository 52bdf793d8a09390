import { wasGivenUp } from '../record/given-up.ts'
import { hitRates } from './hit-rate.ts'
import type { HistogramPoint, MetricsSeries, ValuePoint } from './metric-family.ts'
import { histograms, type ReadingName } from './metrics.table.ts'
import { quantileOf } from './quantile.ts'

/** The answer of `GET /metrics`. Times are milliseconds, rates run from 0 to 1; before the first request a success rate is 1. */
export interface MetricsJson {
  readonly providers: Readonly<Record<string, ProviderFigures>>
  readonly http: HttpFigures
  readonly cache: Readonly<Record<string, CacheFigures>>
  readonly system: Readonly<Record<string, number | Readonly<Record<string, number>>>>
}

/** Upstream attempts of one provider. Those that the caller or the gateway gave up count as requests, but in no rate. */
export interface ProviderFigures {
  readonly total_requests: number
  readonly success_rate: number
  readonly error_rate: number
  readonly avg_response_time: number
  readonly tokens: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cost_usd: number
}

/** What HTTP requests came to. */
export interface HttpFigures {
  readonly total_requests: number
  /** Share of requests answered with a status of 500 or more. */
  readonly error_rate: number
  readonly avg_response_time: number
  readonly p50_response_time: number
  readonly p95_response_time: number
  readonly p99_response_time: number
  readonly in_flight: number
  readonly queued: number
  readonly by_status: Readonly<Record<string, number>>
}

/** What the response cache has done. */
export interface CacheFigures {
  readonly hits: number
  readonly misses: number
  readonly hit_rate: number
  readonly entries?: number
  readonly bytes?: number
  readonly evictions?: number
}

type Keep = (labels: readonly string[]) => boolean

const all: Keep = () => true
const first =
  (value: string): Keep =>
  ([label]) =>
    label === value

function sum(points: readonly ValuePoint[] | undefined, keep: Keep = all): number {
  return (points ?? []).reduce((total, { labels, value }) => (keep(labels) ? total + value : total), 0)
}

function rate(part: number, whole: number, otherwise: number): number {
  return whole === 0 ? otherwise : part / whole
}

/** Milliseconds to the microsecond: sums of seconds bring digits that nobody measured. */
function toMs(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3
}

interface Times {
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
}

function times(points: readonly HistogramPoint[] | undefined, keep: Keep = all): Times {
  const kept = (points ?? []).filter(({ labels }) => keep(labels))
  const counts = (kept[0]?.counts ?? []).map((_, index) => kept.reduce((total, point) => total + (point.counts[index] ?? 0), 0))
  return {
    counts,
    count: counts.reduce((total, count) => total + count, 0),
    sum: kept.reduce((total, point) => total + point.sum, 0),
  }
}

function providerFigures({ values, histograms: measured }: MetricsSeries, provider: string): ProviderFigures {
  const requests = values['llm_requests_total']
  const ofStatus = (status: string): number => sum(requests, (labels) => labels[0] === provider && labels[2] === status)
  const ofDirection = (direction: string): number =>
    sum(values['llm_tokens_total'], (labels) => labels[0] === provider && labels[2] === direction)
  const total = sum(requests, first(provider))
  const judged = sum(requests, (labels) => labels[0] === provider && !wasGivenUp(labels[2] ?? ''))
  const successRate = rate(ofStatus('success'), judged, 1)
  const spent = times(measured['llm_request_duration_seconds'], first(provider))
  const [input, output] = [ofDirection('input'), ofDirection('output')]
  return {
    total_requests: total,
    success_rate: successRate,
    error_rate: 1 - successRate,
    avg_response_time: toMs(rate(spent.sum, spent.count, 0)),
    tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    cost_usd: sum(values['llm_cost_usd_total'], first(provider)) / 1e9,
  }
}

function httpFigures({ values, histograms: measured }: MetricsSeries): HttpFigures {
  const requests = values['http_requests_total'] ?? []
  const statuses = new Set(requests.map(({ labels }) => labels[2] ?? ''))
  const ofStatus = (status: string): number => sum(requests, (labels) => labels[2] === status)
  const spent = times(measured['http_request_duration_seconds'])
  const quantileMs = (share: number): number => toMs(quantileOf(histograms.http_request_duration_seconds.buckets, spent.counts, share) ?? 0)
  const total = sum(requests)
  return {
    total_requests: total,
    error_rate: rate(
      sum(requests, (labels) => (labels[2] ?? '').startsWith('5')),
      total,
      0,
    ),
    avg_response_time: toMs(rate(spent.sum, spent.count, 0)),
    p50_response_time: quantileMs(0.5),
    p95_response_time: quantileMs(0.95),
    p99_response_time: quantileMs(0.99),
    in_flight: sum(values['http_requests_in_flight']),
    queued: sum(values['http_requests_queued']),
    by_status: Object.fromEntries([...statuses].sort().map((status) => [status, ofStatus(status)])),
  }
}

function cacheFigures(series: MetricsSeries): Record<string, CacheFigures> {
  const { values } = series
  const known = (name: ReadingName, type: string): number | undefined => values[name]?.find(({ labels }) => labels[0] === type)?.value
  const figures = [...hitRates(series)].map(([type, { hits, misses, hitRate }]): [string, CacheFigures] => {
    const [entries, bytes, evictions] = [
      known('cache_entries', type),
      known('cache_size_bytes', type),
      known('cache_evictions_total', type),
    ]
    const held = {
      ...(entries !== undefined && { entries }),
      ...(bytes !== undefined && { bytes }),
      ...(evictions !== undefined && { evictions }),
    }
    return [type, { hits, misses, hit_rate: hitRate, ...held }]
  })
  return Object.fromEntries(figures)
}

const isOfSystem = (name: string): boolean => /^(process|nodejs|system|disk|network)_|^workers$/.test(name)

function systemFigures({ values }: MetricsSeries): MetricsJson['system'] {
  const figures = Object.entries(values)
    .filter(([name, points]) => isOfSystem(name) && points.length > 0)
    .map(([name, points]): [string, number | Record<string, number>] => {
      const [only] = points
      if (only?.labels.length === 0) return [name, only.value]
      return [name, Object.fromEntries(points.map(({ labels, value }) => [labels.join('/'), value]))]
    })
  return Object.fromEntries(figures)
}

/** Turns the series into the documented JSON, read as `metrics.providers.openai.success_rate`. A provider without requests is included when `providers` names it. */
export function toMetricsJson(series: MetricsSeries, providers: readonly string[] = []): MetricsJson {
  const seen = (series.values['llm_requests_total'] ?? []).map(({ labels }) => labels[0] ?? '')
  const names = [...new Set([...providers, ...seen])]
  return {
    providers: Object.fromEntries(names.map((name) => [name, providerFigures(series, name)])),
    http: httpFigures(series),
    cache: cacheFigures(series),
    system: systemFigures(series),
  }
}
