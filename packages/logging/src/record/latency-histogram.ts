/*
 * Latencies are counted in buckets whose bounds grow by 10 %: bucket b holds what is over 1.1^(b-1) and at most 1.1^b milliseconds, from 1 ms to
 * an hour in 160 buckets. Counts of different times and places add up, and any percentile of any sum is within 5 % of the true one (the idea of
 * DDSketch, Masson et al., VLDB 2019).
 */
const growth = 1.1
const logGrowth = Math.log(growth)

const latencyBuckets = 160

/** Bucket of a latency; 0 holds everything up to one millisecond, the last everything over an hour. */
export function toLatencyBucket(ms: number): number {
  return ms > 1 ? Math.min(latencyBuckets - 1, Math.ceil(Math.log(ms) / logGrowth)) : 0
}

/** What stands for all latencies of a bucket: the value that is equally far, in proportion, from both of its bounds. */
export function fromLatencyBucket(bucket: number): number {
  return bucket === 0 ? 1 : (2 * growth ** bucket) / (growth + 1)
}

/** How many latencies fell into each bucket. */
export type LatencyCounts = Uint32Array

export function createLatencyCounts(): LatencyCounts {
  return new Uint32Array(latencyBuckets)
}

export function addLatencies(to: LatencyCounts, from: LatencyCounts): void {
  for (let bucket = 0; bucket < latencyBuckets; bucket++) to[bucket] = (to[bucket] ?? 0) + (from[bucket] ?? 0)
}

/** The latency that a share of all, 0 to 1, stayed within; `undefined` when there is none. */
export function latencyQuantile(counts: ArrayLike<number>, share: number): number | undefined {
  let total = 0
  for (let bucket = 0; bucket < counts.length; bucket++) total += counts[bucket] ?? 0
  if (total === 0) return undefined
  let seen = 0
  for (let bucket = 0; bucket < counts.length; bucket++) {
    seen += counts[bucket] ?? 0
    if (seen >= share * total && seen > 0) return fromLatencyBucket(bucket)
  }
  return undefined
}

export interface BucketCount {
  readonly bucket: number
  readonly count: number
}

/** The same of sparse counts, as the ledger stores them; `null` without calls. Buckets in ascending order. */
export function toPercentile(buckets: readonly BucketCount[], share: number): number | null {
  const counts = createLatencyCounts()
  for (const { bucket, count } of buckets) counts[Math.min(bucket, latencyBuckets - 1)] = (counts[bucket] ?? 0) + count
  return latencyQuantile(counts, share) ?? null
}
