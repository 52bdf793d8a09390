import type { Exemplar, HistogramPoint, MetricFamily, MetricsSeries, ValuePoint } from './metric-family.ts'
import { families } from './metrics.table.ts'

function byLabels<Point extends { readonly labels: readonly string[] }>(
  points: readonly Point[],
  add: (sum: Point, point: Point) => Point,
): readonly Point[] {
  const sums = new Map<string, Point>()
  for (const point of points) {
    const key = point.labels.join('\0')
    const sum = sums.get(key)
    sums.set(key, sum === undefined ? point : add(sum, point))
  }
  return [...sums.values()]
}

function addValues(family: MetricFamily | undefined): (sum: ValuePoint, point: ValuePoint) => ValuePoint {
  const add = family?.merge === 'max' ? Math.max : (a: number, b: number): number => a + b
  return (sum, { value }) => ({ labels: sum.labels, value: add(sum.value, value) })
}

function latest(first: Exemplar | null | undefined, second: Exemplar | null | undefined): Exemplar | null {
  if (!first || !second) return first ?? second ?? null
  return second.atMs >= first.atMs ? second : first
}

function addHistograms(sum: HistogramPoint, point: HistogramPoint): HistogramPoint {
  const exemplars =
    (sum.exemplars ?? point.exemplars) && sum.counts.map((_, index) => latest(sum.exemplars?.[index], point.exemplars?.[index]))
  return {
    labels: sum.labels,
    counts: sum.counts.map((count, index) => count + (point.counts[index] ?? 0)),
    sum: sum.sum + point.sum,
    ...(exemplars && { exemplars }),
  }
}

function merged<Point>(
  all: readonly Readonly<Record<string, readonly Point[]>>[],
  add: (name: string, points: readonly Point[]) => readonly Point[],
): Record<string, readonly Point[]> {
  const names = new Set(all.flatMap((one) => Object.keys(one)))
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      add(
        name,
        all.flatMap((one) => one[name] ?? []),
      ),
    ]),
  )
}

/** Several workers' series as those of one process: counters and histograms add up, gauges as their family says. Pure. */
export function mergeSeries(all: readonly MetricsSeries[]): MetricsSeries {
  return {
    values: merged(
      all.map(({ values }) => values),
      (name, points) => byLabels(points, addValues(families[name])),
    ),
    histograms: merged(
      all.map(({ histograms }) => histograms),
      (_name, points) => byLabels(points, addHistograms),
    ),
  }
}

/** What stays of a worker that has ended: what it counted. Without it a counter would fall, and Prometheus would take that for a restart. */
export function retainCounters({ values, histograms }: MetricsSeries): MetricsSeries {
  const counted = Object.entries(values).filter(([name]) => families[name]?.type === 'counter')
  return { values: Object.fromEntries(counted), histograms }
}
