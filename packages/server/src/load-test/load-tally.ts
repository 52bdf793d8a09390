import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/** How one request of a test ended. */
export interface LoadOutcome {
  readonly provider: string
  /** From when it should have been sent until its last byte. */
  readonly latencyMs: number
  /** Until the first piece of a streamed answer. */
  readonly firstContentMs: number | undefined
  /** 0 where no answer came. */
  readonly status: number
  /** `undefined` for what went well. */
  readonly errorCode: string | undefined
  readonly costNanoUsd: number
}

/** Latencies in milliseconds, with three significant digits; `null` before there is one. */
export interface Latencies {
  readonly p50: number | null
  readonly p90: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
  readonly mean: number | null
}

export interface Tallied {
  readonly completed: number
  readonly failed: number
  readonly errorRate: number
  readonly latency: Latencies
  readonly firstContent: Latencies
  readonly costNanoUsd: number
  readonly errors: Readonly<Record<string, number>>
}

/** The longest that is told apart: an hour. A histogram of high dynamic range keeps three digits up to there. */
const highest = 3_600_000
/** Names of errors come from providers too: so many are told apart. */
const maxErrors = 50

interface Counts {
  readonly latencies: RecordableHistogram
  readonly firstContents: RecordableHistogram
  readonly errors: Map<string, number>
  completed: number
  failed: number
  costNanoUsd: number
  /** As they were: a histogram rounds them. */
  maxLatencyMs: number
  maxFirstContentMs: number
}

function createCounts(): Counts {
  const histogram = (): RecordableHistogram => createHistogram({ lowest: 1, highest, figures: 3 })
  return {
    latencies: histogram(),
    firstContents: histogram(),
    errors: new Map(),
    completed: 0,
    failed: 0,
    costNanoUsd: 0,
    maxLatencyMs: 0,
    maxFirstContentMs: 0,
  }
}

function record(histogram: RecordableHistogram, ms: number): void {
  histogram.record(Math.min(highest, Math.max(1, Math.round(ms))))
}

function add(counts: Counts, { latencyMs, firstContentMs, errorCode, costNanoUsd }: LoadOutcome): void {
  counts.costNanoUsd += costNanoUsd
  if (errorCode !== undefined) {
    counts.failed++
    const known = counts.errors.has(errorCode) || counts.errors.size < maxErrors ? errorCode : 'other'
    counts.errors.set(known, (counts.errors.get(known) ?? 0) + 1)
    return
  }
  counts.completed++
  record(counts.latencies, latencyMs)
  counts.maxLatencyMs = Math.max(counts.maxLatencyMs, latencyMs)
  if (firstContentMs === undefined) return
  record(counts.firstContents, firstContentMs)
  counts.maxFirstContentMs = Math.max(counts.maxFirstContentMs, firstContentMs)
}

function toLatencies(histogram: RecordableHistogram, max: number): Latencies {
  if (histogram.count === 0) return { p50: null, p90: null, p95: null, p99: null, max: null, mean: null }
  const at = (percent: number): number => Math.min(max, histogram.percentile(percent))
  return { p50: at(50), p90: at(90), p95: at(95), p99: at(99), max, mean: Math.round(histogram.mean * 10) / 10 }
}

function toTallied(counts: Counts): Tallied {
  const { latencies, firstContents, errors, completed, failed, costNanoUsd } = counts
  const ended = completed + failed
  return {
    completed,
    failed,
    errorRate: ended === 0 ? 0 : failed / ended,
    latency: toLatencies(latencies, counts.maxLatencyMs),
    firstContent: toLatencies(firstContents, counts.maxFirstContentMs),
    costNanoUsd,
    errors: Object.fromEntries(errors),
  }
}

/** What the requests of a test came to, together and by provider. */
export interface LoadTally {
  readonly add: (outcome: LoadOutcome) => void
  readonly all: () => Tallied
  readonly byProvider: () => Readonly<Record<string, Tallied>>
}

export function createLoadTally(): LoadTally {
  const all = createCounts()
  // Providers are those of the configuration.
  const providers = new Map<string, Counts>()
  return {
    add: (outcome) => {
      const ofProvider = providers.get(outcome.provider) ?? createCounts()
      providers.set(outcome.provider, ofProvider)
      add(all, outcome)
      add(ofProvider, outcome)
    },
    all: () => toTallied(all),
    byProvider: () => Object.fromEntries([...providers].map(([name, counts]) => [name, toTallied(counts)])),
  }
}
