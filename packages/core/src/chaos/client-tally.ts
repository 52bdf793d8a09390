import type { Receipt } from '../call/receipt.ts'
import type { ClientView } from './experiment.ts'

/** Latencies kept, evenly thinned out beyond. */
const maxLatencies = 10_000
const maxCodes = 32

/** Counts what clients saw, and answers the names that conditions ask for. */
export interface ClientTally {
  readonly add: (receipt: Receipt) => void
  readonly view: () => ClientView
  /** `success_rate`, `error_rate`, `requests`, `avg_response_time`, `p50`, `p90`, `p95`, `p99`; `undefined` for others and without data. */
  readonly read: (name: string) => number | undefined
}

const shares: Readonly<Record<string, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 }

export function createClientTally(): ClientTally {
  const latencies: number[] = []
  const errors: Record<string, number> = {}
  let total = 0
  let requests = 0
  let failed = 0
  let struck = 0
  let survived = 0

  const quantile = (share: number): number | undefined => {
    const sorted = latencies.toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  }
  const countError = (code: string): void => {
    if (errors[code] !== undefined || Object.keys(errors).length < maxCodes) errors[code] = (errors[code] ?? 0) + 1
  }
  const ratio = (part: number): number | undefined => (requests === 0 ? undefined : part / requests)
  return {
    add: (receipt) => {
      // Who left by himself tells nothing of the service.
      if (receipt.outcome === 'canceled') return
      requests++
      total += receipt.endedAtMs - receipt.startedAtMs
      latencies[(requests - 1) % maxLatencies] = receipt.endedAtMs - receipt.startedAtMs
      const isStruck = receipt.attempts.some(({ faults }) => faults !== undefined && faults.length > 0)
      if (isStruck) struck++
      if (receipt.outcome === 'complete') {
        if (isStruck) survived++
        return
      }
      failed++
      countError(receipt.error?.code ?? 'internal_error')
    },
    view: () => ({
      requests,
      succeeded: requests - failed,
      failed,
      successRate: ratio(requests - failed),
      struck,
      survived,
      p50Ms: quantile(0.5),
      p95Ms: quantile(0.95),
      p99Ms: quantile(0.99),
      errors: { ...errors },
    }),
    read: (name) => {
      if (name === 'requests') return requests
      if (name === 'success_rate') return ratio(requests - failed)
      if (name === 'error_rate') return ratio(failed)
      if (name === 'avg_response_time') return ratio(total)
      const share = Object.hasOwn(shares, name) ? shares[name] : undefined
      return share === undefined ? undefined : quantile(share)
    },
  }
}
