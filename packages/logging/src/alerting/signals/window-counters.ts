import { addLatencies, countLatency, createLatencyCounts, type LatencyCounts } from '../../record/latency-histogram.ts'

const counterNames = [
  'requests',
  'canceled',
  'failures',
  'timed',
  'latencySumMs',
  'tokens',
  'costNanoUsd',
  'cacheHits',
  'cacheLookups',
  'credentialFailures',
  'quotaFailures',
  'rateLimitRejections',
  'authFailures',
] as const

type CounterName = (typeof counterNames)[number]

/** What happened in one stretch of time. Latencies take room only when there are some. */
export interface WindowCounters {
  readonly counters: Record<CounterName, number>
  latencies: LatencyCounts | undefined
  firstContents: LatencyCounts | undefined
}

/** What one request, one attempt or one event adds. */
export interface SignalSample {
  readonly counters: Readonly<Partial<Record<CounterName, number>>>
  readonly latencyMs?: number | undefined
  readonly firstContentMs?: number | undefined
}

function noCounters(): Record<CounterName, number> {
  return {
    requests: 0,
    canceled: 0,
    failures: 0,
    timed: 0,
    latencySumMs: 0,
    tokens: 0,
    costNanoUsd: 0,
    cacheHits: 0,
    cacheLookups: 0,
    credentialFailures: 0,
    quotaFailures: 0,
    rateLimitRejections: 0,
    authFailures: 0,
  }
}

export function createWindowCounters(): WindowCounters {
  return { counters: noCounters(), latencies: undefined, firstContents: undefined }
}

export function clearWindowCounters(window: WindowCounters): void {
  Object.assign(window.counters, noCounters())
  window.latencies?.fill(0)
  window.firstContents?.fill(0)
}

/** Adds what happened. A duration that is no number or runs backwards, as clocks sometimes do, is left out. */
export function addSample(window: WindowCounters, { counters, latencyMs, firstContentMs }: SignalSample): void {
  for (const name of counterNames) window.counters[name] += counters[name] ?? 0
  if (latencyMs !== undefined && latencyMs >= 0) {
    window.counters.timed++
    window.counters.latencySumMs += latencyMs
    window.latencies ??= createLatencyCounts()
    countLatency(window.latencies, latencyMs)
  }
  if (firstContentMs !== undefined && firstContentMs >= 0) {
    window.firstContents ??= createLatencyCounts()
    countLatency(window.firstContents, firstContentMs)
  }
}

function mergeLatencies(to: LatencyCounts | undefined, from: LatencyCounts | undefined): LatencyCounts | undefined {
  if (from === undefined) return to
  const merged = to ?? createLatencyCounts()
  addLatencies(merged, from)
  return merged
}

export function addWindowCounters(to: WindowCounters, from: WindowCounters): void {
  for (const name of counterNames) to.counters[name] += from.counters[name]
  to.latencies = mergeLatencies(to.latencies, from.latencies)
  to.firstContents = mergeLatencies(to.firstContents, from.firstContents)
}
