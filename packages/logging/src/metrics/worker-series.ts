import { mergeSeries, retainCounters } from './merge-series.ts'
import type { MetricsSeries } from './metric-family.ts'

/** In the primary process: the sum of what its workers measure. */
export interface WorkerSeries {
  /** Takes what a worker has measured since its start. */
  readonly update: (worker: number | string, series: MetricsSeries) => void
  /** A worker has ended: its counts stay, its gauges go. */
  readonly retire: (worker: number | string) => void
  /** What a single process would have measured. */
  readonly series: () => MetricsSeries
}

/** Creates the sum of the series of several workers; what a worker that ended had counted stays in it. */
export function createWorkerSeries(): WorkerSeries {
  const living = new Map<number | string, MetricsSeries>()
  let ended: MetricsSeries = { values: {}, histograms: {} }
  return {
    update: (worker, series) => {
      living.set(worker, series)
    },
    retire: (worker) => {
      const last = living.get(worker)
      if (last !== undefined) ended = mergeSeries([ended, retainCounters(last)])
      living.delete(worker)
    },
    series: () => mergeSeries([ended, ...living.values()]),
  }
}
