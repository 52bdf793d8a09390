import type { Exemplar, HistogramPoint, ValuePoint } from './metric-family.ts'

/** One counter under one set of labels. Held by whoever counts, so that counting is an addition. */
export interface CounterCell {
  readonly labels: readonly string[]
  value: number
}

/** One histogram under one set of labels. */
export interface HistogramCell {
  readonly labels: readonly string[]
  readonly bounds: readonly number[]
  readonly counts: number[]
  sum: number
  exemplars: (Exemplar | null)[] | undefined
}

export function createHistogramCell(labels: readonly string[], bounds: readonly number[]): HistogramCell {
  return { labels, bounds, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0, exemplars: undefined }
}

function bucketOf(bounds: readonly number[], value: number): number {
  let index = 0
  // A linear search: under 20 bounds it beats a binary one, and small values come first.
  while (index < bounds.length && value > (bounds[index] ?? 0)) index++
  return index
}

/** Adds to a counter. What an upstream miscounted (negative, infinite, not a number) must not spoil the sum, and is left out. */
export function add(cell: CounterCell, amount: number): void {
  if (amount > 0 && Number.isFinite(amount)) cell.value += amount
}

/** Counts a value; negative ones, which a clock set back can give, count as 0. */
export function observe(cell: HistogramCell, value: number): number {
  const known = value > 0 && Number.isFinite(value) ? value : 0
  const bucket = bucketOf(cell.bounds, known)
  cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1
  cell.sum += known
  return bucket
}

/** The same, remembering the trace it came from: one for each bucket, the last. Never one of the past: Prometheus takes them in order only. */
export function observeTraced(cell: HistogramCell, exemplar: Exemplar): void {
  const bucket = observe(cell, exemplar.value)
  cell.exemplars ??= new Array<Exemplar | null>(cell.counts.length).fill(null)
  if (exemplar.atMs > (cell.exemplars[bucket]?.atMs ?? 0)) cell.exemplars[bucket] = exemplar
}

export function toValuePoint({ labels, value }: CounterCell): ValuePoint {
  return { labels, value }
}

export function toHistogramPoint({ labels, counts, sum, exemplars }: HistogramCell): HistogramPoint {
  return { labels, counts: [...counts], sum, ...(exemplars && { exemplars: [...exemplars] }) }
}
