import { addLatencies, countLatency, createLatencyCounts, type LatencyCounts } from './latency-buckets.ts'

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
export interface Tally {
  readonly counters: Record<CounterName, number>
  latencies: LatencyCounts | undefined
  firstContents: LatencyCounts | undefined
}

/** What one request, one attempt or one event adds. */
export interface Happening {
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

export function createTally(): Tally {
  return { counters: noCounters(), latencies: undefined, firstContents: undefined }
}

export function clearTally(tally: Tally): void {
  Object.assign(tally.counters, noCounters())
  tally.latencies?.fill(0)
  tally.firstContents?.fill(0)
}

/** Adds what happened. A duration that is no number or runs backwards, as clocks sometimes do, is left out. */
export function addHappening(tally: Tally, { counters, latencyMs, firstContentMs }: Happening): void {
  for (const name of counterNames) tally.counters[name] += counters[name] ?? 0
  if (latencyMs !== undefined && latencyMs >= 0) {
    tally.counters.timed++
    tally.counters.latencySumMs += latencyMs
    tally.latencies ??= createLatencyCounts()
    countLatency(tally.latencies, latencyMs)
  }
  if (firstContentMs !== undefined && firstContentMs >= 0) {
    tally.firstContents ??= createLatencyCounts()
    countLatency(tally.firstContents, firstContentMs)
  }
}

function mergeLatencies(to: LatencyCounts | undefined, from: LatencyCounts | undefined): LatencyCounts | undefined {
  if (from === undefined) return to
  const merged = to ?? createLatencyCounts()
  addLatencies(merged, from)
  return merged
}

export function addTally(to: Tally, from: Tally): void {
  for (const name of counterNames) to.counters[name] += from.counters[name]
  to.latencies = mergeLatencies(to.latencies, from.latencies)
  to.firstContents = mergeLatencies(to.firstContents, from.firstContents)
}
