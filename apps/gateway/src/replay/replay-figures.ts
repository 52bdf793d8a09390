import type { RecordedAttempt } from '@proxyapi/server'

/** What became of one request, recorded or replayed, as far as the two are compared. */
export interface ReplayedRequest {
  readonly outcome: 'complete' | 'error' | 'canceled'
  readonly errorCode: string | null
  /** `provider/model` that answered; `null` where none did. */
  readonly target: string | null
  readonly cache: string | null
  readonly attempts: readonly Pick<RecordedAttempt, 'provider' | 'model' | 'outcome'>[]
  readonly latencyMs: number
  /** Billionths of a dollar; `null` where the price is not known. */
  readonly costNanoUsd: number | null
  readonly wastedNanoUsd: number
}

/** Requests as a whole, as the report writes them. */
export interface ReplayFigures {
  readonly requests: number
  readonly answered: number
  readonly failed: number
  readonly canceled: number
  readonly cached: number
  readonly attempts: number
  readonly cost_usd: number
  /** Part of `cost_usd`: what failed and losing attempts cost. */
  readonly wasted_usd: number
  /** Requests whose price is not known; they count as free. */
  readonly unpriced: number
  readonly latency_ms: { readonly p50: number | null; readonly p95: number | null; readonly max: number | null }
  /** By `provider/model`. */
  readonly targets: Readonly<Record<string, { readonly answered: number; readonly failed_attempts: number; readonly cost_usd: number }>>
  /** Failed requests by code. */
  readonly errors: Readonly<Record<string, number>>
}

const nanoUsdPerUsd = 1e9

function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? null
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]))
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function targetsOf(requests: readonly ReplayedRequest[]): ReplayFigures['targets'] {
  const failed = countBy(
    requests.flatMap(({ attempts }) =>
      attempts
        .filter(({ outcome }) => outcome !== 'success' && outcome !== 'superseded')
        .map(({ provider, model }) => `${provider}/${model}`),
    ),
  )
  const names = new Set([...requests.flatMap(({ target }) => target ?? []), ...Object.keys(failed)])
  const rows = [...names].map((name) => {
    const own = requests.filter(({ target }) => target === name)
    const cost = sumOf(own.map(({ costNanoUsd }) => costNanoUsd ?? 0)) / nanoUsdPerUsd
    return [name, { answered: own.length, failed_attempts: failed[name] ?? 0, cost_usd: cost }] as const
  })
  return Object.fromEntries(rows.sort((a, b) => b[1].answered - a[1].answered))
}

/** Adds requests up. Pure. */
export function toFigures(requests: readonly ReplayedRequest[]): ReplayFigures {
  const ofOutcome = (outcome: ReplayedRequest['outcome']): readonly ReplayedRequest[] => requests.filter((one) => one.outcome === outcome)
  const answered = ofOutcome('complete')
  const failed = ofOutcome('error')
  const latencies = answered.map(({ latencyMs }) => Math.round(latencyMs)).sort((a, b) => a - b)
  const wasted = sumOf(requests.map(({ wastedNanoUsd }) => wastedNanoUsd))
  return {
    requests: requests.length,
    answered: answered.length,
    failed: failed.length,
    canceled: ofOutcome('canceled').length,
    cached: requests.filter(({ cache }) => cache === 'hit' || cache === 'stale' || cache === 'coalesced').length,
    attempts: sumOf(requests.map(({ attempts }) => attempts.length)),
    cost_usd: (sumOf(requests.map(({ costNanoUsd }) => costNanoUsd ?? 0)) + wasted) / nanoUsdPerUsd,
    wasted_usd: wasted / nanoUsdPerUsd,
    unpriced: answered.filter(({ costNanoUsd }) => costNanoUsd === null).length,
    latency_ms: { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95), max: latencies.at(-1) ?? null },
    targets: targetsOf(requests),
    errors: countBy(failed.map(({ errorCode }) => errorCode ?? 'unknown')),
  }
}
