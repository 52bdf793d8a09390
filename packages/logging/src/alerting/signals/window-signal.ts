import { latencyQuantile } from '../../record/latency-histogram.ts'
import { nanosPerUsd } from '../../record/money.ts'
import type { SignalName } from '../condition/signal-names.table.ts'
import type { WindowSum } from './sliding-window.ts'
import type { WindowCounters } from './window-counters.ts'

type ReadWindowCounters = (window: WindowCounters, windowMs: number) => number | undefined

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole
}

function errorRate({ counters }: WindowCounters): number | undefined {
  return share(counters.failures, counters.requests - counters.canceled)
}

function quantile(of: 'latencies' | 'firstContents', at: number): ReadWindowCounters {
  return (window) => {
    const counts = window[of]
    return counts === undefined ? undefined : latencyQuantile(counts, at)
  }
}

/** How each signal follows from what happened. A share or a duration of nothing is not known; a count of nothing is 0. */
const readers: Readonly<Partial<Record<SignalName, ReadWindowCounters>>> = {
  error_rate: errorRate,
  success_rate: (window) => {
    const rate = errorRate(window)
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

export function readWindowSignal(name: SignalName, { window, coveredMs }: WindowSum): number | undefined {
  return readers[name]?.(window, coveredMs)
}
