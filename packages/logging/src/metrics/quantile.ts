/**
 * The value under which a share of a histogram's observations lies, read off its buckets as Prometheus does: linear within
 * a bucket, the highest bound when it lies beyond. `undefined` when nothing was observed.
 */
export function quantileOf(bounds: readonly number[], counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  const rank = share * total
  let below = 0
  for (const [index, bound] of bounds.entries()) {
    const count = counts[index] ?? 0
    if (below + count >= rank && count > 0) {
      const lower = index === 0 ? 0 : (bounds[index - 1] ?? 0)
      return lower + (bound - lower) * ((rank - below) / count)
    }
    below += count
  }
  return bounds.at(-1)
}
