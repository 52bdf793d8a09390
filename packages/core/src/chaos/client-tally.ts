import type { Receipt } from '../call/receipt.ts'
import type { ErrorCode } from '../errors/proxy-api-error.ts'
import type { ClientView } from './experiment.ts'

/** The latest latencies that are kept. */
const maxLatencies = 10_000
const maxCodes = 32

/** Counts what clients saw, and answers the names that conditions ask for. */
export interface ClientTally {
  readonly add: (receipt: Receipt) => void
  readonly view: () => ClientView
  /** `success_rate`, `error_rate`, `errors`, `requests`, `avg_response_time`, `p50`, `p90`, `p95`, `p99`; `undefined` for others and without data. */
  readonly read: (name: string) => number | undefined
}

const shares: Readonly<Record<string, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 }

/** Errors that are the caller's doing, unless a fault made them. */
const callersErrors: ReadonlySet<ErrorCode> = new Set([
  'invalid_request',
  'invalid_api_key',
  'forbidden',
  'not_found',
  'model_not_found',
  'unsupported_operation',
  'rate_limit_exceeded',
  'client_closed_request',
  'context_length_exceeded',
  'content_filter',
])

function isStruck({ attempts }: Receipt): boolean {
  return attempts.some(({ faults }) => faults !== undefined && faults.length > 0)
}

/** What tells nothing of the service: who left by himself, and who asked for what can't be had. */
function isIrrelevant({ outcome, error }: Receipt): boolean {
  return outcome === 'canceled' || (error !== undefined && callersErrors.has(error.code))
}

export function createClientTally(): ClientTally {
  const latencies: number[] = []
  const errors: Record<string, number> = {}
  const counts = { requests: 0, failed: 0, struck: 0, survived: 0, abandoned: 0, totalMs: 0 }

  const quantile = (share: number): number | undefined => {
    const sorted = latencies.toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  }
  const countError = (code: string): void => {
    if (errors[code] !== undefined || Object.keys(errors).length < maxCodes) errors[code] = (errors[code] ?? 0) + 1
  }
  const count = ({ outcome, error, startedAtMs, endedAtMs }: Receipt, struck: boolean): void => {
    latencies[counts.requests++ % maxLatencies] = endedAtMs - startedAtMs
    counts.totalMs += endedAtMs - startedAtMs
    if (struck) counts.struck++
    if (struck && outcome === 'complete') counts.survived++
    if (outcome === 'complete') return
    counts.failed++
    countError(error?.code ?? 'internal_error')
  }
  const ratio = (part: number): number | undefined => (counts.requests === 0 ? undefined : part / counts.requests)
  return {
    add: (receipt) => {
      const struck = isStruck(receipt)
      if (receipt.outcome === 'canceled' && struck) counts.abandoned++
      if (receipt.outcome !== 'canceled' && (struck || !isIrrelevant(receipt))) count(receipt, struck)
    },
    view: () => ({
      requests: counts.requests,
      succeeded: counts.requests - counts.failed,
      failed: counts.failed,
      successRate: ratio(counts.requests - counts.failed),
      struck: counts.struck,
      survived: counts.survived,
      abandoned: counts.abandoned,
      p50Ms: quantile(0.5),
      p95Ms: quantile(0.95),
      p99Ms: quantile(0.99),
      errors: { ...errors },
    }),
    read: (name) => {
      if (name === 'requests') return counts.requests
      if (name === 'errors') return counts.failed
      if (name === 'success_rate') return ratio(counts.requests - counts.failed)
      if (name === 'error_rate') return ratio(counts.failed)
      if (name === 'avg_response_time') return ratio(counts.totalMs)
      const share = Object.hasOwn(shares, name) ? shares[name] : undefined
      return share === undefined ? undefined : quantile(share)
    },
  }
}
