import type { MetricsSeries, ValuePoint } from './metric-family.ts'

function sumByType(points: readonly ValuePoint[] = []): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { labels, value } of points) sums.set(labels[0] ?? '', (sums.get(labels[0] ?? '') ?? 0) + value)
  return sums
}

/** Hits and misses of each cache, and their ratio; 0 before the first look-up. */
export function hitRates({
  values,
}: MetricsSeries): Map<string, { readonly hits: number; readonly misses: number; readonly hitRate: number }> {
  const hits = sumByType(values['cache_hits_total'])
  const misses = sumByType(values['cache_misses_total'])
  const types = new Set([...hits.keys(), ...misses.keys()])
  const rateOf = (type: string): { readonly hits: number; readonly misses: number; readonly hitRate: number } => {
    const counts = { hits: hits.get(type) ?? 0, misses: misses.get(type) ?? 0 }
    const lookups = counts.hits + counts.misses
    return { ...counts, hitRate: lookups === 0 ? 0 : counts.hits / lookups }
  }
  return new Map([...types].map((type) => [type, rateOf(type)]))
}

/** Adds the ratios that follow from counts: a ratio of several workers is no sum of theirs, so it is made last. */
export function withHitRates(series: MetricsSeries): MetricsSeries {
  const points = [...hitRates(series)].map(([type, { hitRate }]) => ({ labels: [type], value: hitRate }))
  return { ...series, values: { ...series.values, cache_hit_rate: points } }
}
