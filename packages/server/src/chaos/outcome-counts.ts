import type { ErrorCode } from '@proxyapi/core'
import type { CallRecord } from '@proxyapi/logging'
import type { ClientOutcomes } from './experiment.ts'

const maxErrorCodes = 32

/** Errors that are the caller's own mistake, unless a fault was injected. */
const callerErrors: ReadonlySet<string> = new Set<ErrorCode>([
  'invalid_request',
  'invalid_api_key',
  'forbidden',
  'not_found',
  'model_not_found',
  'unsupported_operation',
  'rate_limit_exceeded',
  'budget_exceeded',
  'client_closed_request',
  'context_length_exceeded',
  'content_filter',
])

export type OutcomeCounts = Pick<ClientOutcomes, 'requests' | 'failed' | 'affected' | 'recovered' | 'abandoned' | 'errors'>

/** How many requests had which outcome. */
export interface OutcomeCounter {
  readonly add: (receipt: CallRecord) => void
  readonly counts: () => OutcomeCounts
}

export function isAffected({ attempts }: CallRecord): boolean {
  return attempts.some(({ faults }) => faults !== undefined && faults.length > 0)
}

/** Whether a request failed by the caller's own mistake, which says nothing about the service. */
export function isCallerError(receipt: CallRecord): boolean {
  return receipt.error !== undefined && callerErrors.has(receipt.error.code) && !isAffected(receipt)
}

export function createOutcomeCounter(): OutcomeCounter {
  const errors = new Map<string, number>()
  const counts = { requests: 0, failed: 0, affected: 0, recovered: 0, abandoned: 0 }
  const addError = (code: string): void => {
    if (errors.has(code) || errors.size < maxErrorCodes) errors.set(code, (errors.get(code) ?? 0) + 1)
  }
  const addAffected = ({ outcome }: CallRecord): void => {
    if (outcome === 'canceled') counts.abandoned++
    else counts.affected++
    if (outcome === 'complete') counts.recovered++
  }
  return {
    add: (receipt) => {
      if (isAffected(receipt)) addAffected(receipt)
      if (receipt.outcome === 'canceled' || isCallerError(receipt)) return
      counts.requests++
      if (receipt.outcome === 'complete') return
      counts.failed++
      addError(receipt.error?.code ?? 'internal_error')
    },
    counts: () => ({ ...counts, errors: Object.fromEntries(errors) }),
  }
}
