/** What a metric is: its Prometheus name, what it tells, and how it is added up over several workers. */
export interface MetricFamily {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds of a histogram's buckets, ascending, without infinity. */
  readonly buckets?: readonly number[]
  /** How a gauge of several workers becomes one. Default: `sum`. */
  readonly merge?: 'sum' | 'max'
  /** What a stored value is divided by when it is shown; money is kept in whole billionths. Default: 1. */
  readonly divisor?: number
}

/** The trace that last fell into a bucket. */
export interface Exemplar {
  readonly traceId: string
  readonly value: number
  readonly atMs: number
}

/** The value of a counter or a gauge under one set of labels, in the order of its family's labels. */
export interface ValuePoint {
  readonly labels: readonly string[]
  readonly value: number
}

/** A histogram under one set of labels; `counts` are not cumulative and end with what exceeds every bound. */
export interface HistogramPoint {
  readonly labels: readonly string[]
  readonly counts: readonly number[]
  readonly sum: number
  readonly exemplars?: readonly (Exemplar | null)[] | undefined
}

/** Everything measured, as plain data that survives `JSON` and the channel between a worker and its primary. */
export interface MetricsSeries {
  readonly values: Readonly<Record<string, readonly ValuePoint[]>>
  readonly histograms: Readonly<Record<string, readonly HistogramPoint[]>>
}
