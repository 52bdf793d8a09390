import { addLatencies, createLatencyCounts, type LatencyCounts, toLatencyBucket } from '../../record/latency-histogram.ts'

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

const isDuration = (ms: number | undefined): ms is number => ms !== undefined && ms >= 0

/** What a sample adds, looked up once for all grains. */
export interface PreparedSample {
  readonly added: readonly (readonly [CounterName, number])[]
  readonly latencyMs: number
  /** -1 for none. */
  readonly latencyBucket: number
  readonly firstContentBucket: number
}

/** A duration that is no number or runs backwards, as clocks sometimes do, is left out. */
export function prepareSample({ counters, latencyMs, firstContentMs }: SignalSample): PreparedSample {
  const added: (readonly [CounterName, number])[] = []
  for (const name of counterNames) {
    const amount = counters[name]
    if (amount !== undefined && amount !== 0) added.push([name, amount])
  }
  const isTimed = isDuration(latencyMs)
  return {
    added,
    latencyMs: isTimed ? latencyMs : 0,
    latencyBucket: isTimed ? toLatencyBucket(latencyMs) : -1,
    firstContentBucket: isDuration(firstContentMs) ? toLatencyBucket(firstContentMs) : -1,
  }
}

/** Adds what happened. */
export function addSample(window: WindowCounters, { added, latencyMs, latencyBucket, firstContentBucket }: PreparedSample): void {
  const { counters } = window
  for (const [name, amount] of added) counters[name] += amount
  if (latencyBucket >= 0) {
    counters.timed++
    counters.latencySumMs += latencyMs
    window.latencies ??= createLatencyCounts()
    window.latencies[latencyBucket] = (window.latencies[latencyBucket] ?? 0) + 1
  }
  if (firstContentBucket >= 0) {
    window.firstContents ??= createLatencyCounts()
    window.firstContents[firstContentBucket] = (window.firstContents[firstContentBucket] ?? 0) + 1
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
