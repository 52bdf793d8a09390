import type { MetricsSeries } from './metric-family.ts'
import { families } from './metrics.table.ts'

/** The labels of a series by their names. */
export type SeriesLabels = Readonly<Record<string, string>>

function selected<Point extends { readonly labels: readonly string[] }>(
  all: Readonly<Record<string, readonly Point[]>>,
  isKept: (labels: SeriesLabels) => boolean,
): Readonly<Record<string, readonly Point[]>> {
  return Object.fromEntries(
    Object.entries(all).map(([name, points]) => {
      const names = families[name]?.labels ?? []
      return [name, points.filter(({ labels }) => isKept(Object.fromEntries(names.map((label, index) => [label, labels[index] ?? '']))))]
    }),
  )
}

/** The series whose labels pass: what somebody may see of what was measured. */
export function selectSeries(series: MetricsSeries, isKept: (labels: SeriesLabels) => boolean): MetricsSeries {
  return { values: selected(series.values, isKept), histograms: selected(series.histograms, isKept) }
}
