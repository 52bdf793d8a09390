/*
 * Latencies are counted in buckets whose bounds grow by 10 %: bucket b holds what is over 1.1^(b-1) and at most 1.1^b milliseconds. Any
 * percentile of any sum of such counts is then within 5 % of the true one (the idea of DDSketch, Masson et al., VLDB 2019), and a day's
 * latencies of one model fit into some dozen numbers.
 */
const growth = 1.1
const logGrowth = Math.log(growth)

/** Bucket of a latency; 0 holds everything up to one millisecond. */
export function toLatencyBucket(ms: number): number {
  return ms > 1 ? Math.ceil(Math.log(ms) / logGrowth) : 0
}

/** What stands for all latencies of a bucket: the value that is equally far, in proportion, from both of its bounds. */
export function fromLatencyBucket(bucket: number): number {
  return bucket === 0 ? 1 : (2 * growth ** bucket) / (growth + 1)
}

export interface BucketCount {
  readonly bucket: number
  readonly count: number
}

/** The latency that a share of all calls, 0 to 1, stayed within; `null` without calls. Buckets in ascending order. */
export function toPercentile(buckets: readonly BucketCount[], share: number): number | null {
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  let seen = 0
  for (const { bucket, count } of buckets) {
    seen += count
    if (seen >= share * total) return fromLatencyBucket(bucket)
  }
  return null
}
