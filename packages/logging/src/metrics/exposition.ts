import { withHitRates } from './hit-rate.ts'
import type { Exemplar, HistogramPoint, MetricFamily, MetricsSeries, ValuePoint } from './metric-family.ts'
import { families } from './metrics.table.ts'

/** What a scraper gets. */
export interface Exposition {
  readonly contentType: string
  readonly text: string
}

/** `prometheus`: the text format 0.0.4; `openmetrics`: OpenMetrics 1.0, which has exemplars. */
type Format = 'prometheus' | 'openmetrics'

const contentTypes: Readonly<Record<Format, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

const escapes: Readonly<Record<string, string | undefined>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => escapes[character] ?? character)
}

function toLabels(names: readonly string[], values: readonly string[], bound?: string): string {
  const pairs = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`)
  if (bound !== undefined) pairs.push(`le="${bound}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** A bucket's bound as OpenMetrics wants it, which is how Go prints floats: `1.0`, `0.25`, `1.048576e+06`. */
function toBound(value: number): string {
  if (!Number.isInteger(value)) return String(value)
  if (value < 1e6) return `${value}.0`
  const [mantissa, exponent = ''] = value.toExponential().split('e+')
  return `${mantissa}e+${exponent.padStart(2, '0')}`
}

function toExemplar(exemplar: Exemplar | null | undefined, format: Format): string {
  if (!exemplar || format === 'prometheus') return ''
  return ` # {trace_id="${escapeLabel(exemplar.traceId)}"} ${exemplar.value} ${exemplar.atMs / 1_000}`
}

function valueLines(name: string, { labels, divisor = 1 }: MetricFamily, points: readonly ValuePoint[]): string {
  return points.map((point) => `${name}${toLabels(labels, point.labels)} ${point.value / divisor}\n`).join('')
}

function bucketLines(
  name: string,
  family: MetricFamily,
  { point, format }: { readonly point: HistogramPoint; readonly format: Format },
): string {
  const bounds = [...(family.buckets ?? []).map(toBound), '+Inf']
  let count = 0
  const lines = bounds.map((bound, index) => {
    count += point.counts[index] ?? 0
    return `${name}_bucket${toLabels(family.labels, point.labels, bound)} ${count}${toExemplar(point.exemplars?.[index], format)}\n`
  })
  const labels = toLabels(family.labels, point.labels)
  return `${lines.join('')}${name}_sum${labels} ${point.sum}\n${name}_count${labels} ${count}\n`
}

function familyText(
  name: string,
  family: MetricFamily,
  { series, format }: { readonly series: MetricsSeries; readonly format: Format },
): string {
  const values = series.values[name] ?? []
  const histograms = series.histograms[name] ?? []
  if (values.length + histograms.length === 0) return ''
  // OpenMetrics names a counter without its suffix, and its samples with it.
  const title = format === 'openmetrics' && family.type === 'counter' ? name.replace(/_total$/, '') : name
  const head = `# HELP ${title} ${family.help}\n# TYPE ${title} ${family.type}\n`
  return head + valueLines(name, family, values) + histograms.map((point) => bucketLines(name, family, { point, format })).join('')
}

function toText(series: MetricsSeries, format: Format): string {
  const complete = withHitRates(series)
  return Object.entries(families)
    .map(([name, family]) => familyText(name, family, { series: complete, format }))
    .join('')
}

/** The series in Prometheus' text format. */
export function toPrometheusText(series: MetricsSeries): string {
  return toText(series, 'prometheus')
}

/** The series in OpenMetrics, exemplars included. */
export function toOpenMetricsText(series: MetricsSeries): string {
  return `${toText(series, 'openmetrics')}# EOF\n`
}

/** The format that a scraper's `Accept` header asks for: OpenMetrics when it names it, as Prometheus does. */
export function toExposition(series: MetricsSeries, accept: string | undefined): Exposition {
  const wantsOpenMetrics = accept?.includes('application/openmetrics-text') ?? false
  return wantsOpenMetrics
    ? { contentType: contentTypes.openmetrics, text: toOpenMetricsText(series) }
    : { contentType: contentTypes.prometheus, text: toPrometheusText(series) }
}
