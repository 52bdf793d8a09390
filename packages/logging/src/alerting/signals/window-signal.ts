import type { SignalName } from '../condition/signal-names.table.ts'
import { latencyQuantile } from './latency-buckets.ts'
import type { Tally } from './tally.ts'
import type { WindowTally } from './tally-ring.ts'

type ReadTally = (tally: Tally, windowMs: number) => number | undefined

const nanosPerUsd = 1e9

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole
}

function errorRate({ counters }: Tally): number | undefined {
  return share(counters.failures, counters.requests - counters.canceled)
}

function quantile(of: 'latencies' | 'firstContents', at: number): ReadTally {
  return (tally) => {
    const counts = tally[of]
    return counts === undefined ? undefined : latencyQuantile(counts, at)
  }
}

/** How each signal follows from what happened. A share or a duration of nothing is not known; a count of nothing is 0. */
const readers: Readonly<Partial<Record<SignalName, ReadTally>>> = {
  error_rate: errorRate,
  success_rate: (tally) => {
    const rate = errorRate(tally)
    return rate === undefined ? undefined : 1 - rate
  },
  errors: ({ counters }) => counters.failures,
  requests: ({ counters }) => counters.requests,
  requests_per_minute: ({ counters }, windowMs) => (counters.requests * 60_000) / windowMs,
  avg_response_time: ({ counters }) => share(counters.latencySumMs, counters.timed),
  p50: quantile('latencies', 0.5),
  p90: quantile('latencies', 0.9),
  p95: quantile('latencies', 0.95),
  p99: quantile('latencies', 0.99),
  ttft_p50: quantile('firstContents', 0.5),
  ttft_p95: quantile('firstContents', 0.95),
  tokens: ({ counters }) => counters.tokens,
  tokens_per_minute: ({ counters }, windowMs) => (counters.tokens * 60_000) / windowMs,
  cost_usd: ({ counters }) => counters.costNanoUsd / nanosPerUsd,
  cost_per_hour: ({ counters }, windowMs) => (counters.costNanoUsd / nanosPerUsd) * (3_600_000 / windowMs),
  credential_failures: ({ counters }) => counters.credentialFailures,
  quota_failures: ({ counters }) => counters.quotaFailures,
  cache_hit_rate: ({ counters }) => share(counters.cacheHits, counters.cacheLookups),
  rate_limit_rejections: ({ counters }) => counters.rateLimitRejections,
  auth_failures: ({ counters }) => counters.authFailures,
}

/** Whether a signal is counted over time, rather than asked for when it is needed. */
export function isWindowSignal(name: SignalName): boolean {
  return readers[name] !== undefined
}

export function readWindowSignal(name: SignalName, { tally, coveredMs }: WindowTally): number | undefined {
  return readers[name]?.(tally, coveredMs)
}
