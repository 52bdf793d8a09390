import type { Attempt, ProxyApiError, Receipt } from '@proxyapi/core'
import type { CallRecord, RecordedError } from '@proxyapi/logging'

/** What a receipt does not tell of its call. */
export interface CallContext {
  readonly operation: 'chat' | 'embeddings' | 'text_completion'
  /** The trace that the call belongs to, when it is recorded. */
  readonly traceId?: string | undefined
  /** Whether no request carries the record: the gateway made the call by itself. */
  readonly isInternal?: boolean | undefined
}

/** Errors that are the caller's doing: they count as requests, but say nothing about the gateway's health. */
const callersErrors: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_api_key',
  'forbidden',
  'not_found',
  'model_not_found',
  'method_not_allowed',
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
  'unsupported_operation',
  'rate_limit_exceeded',
  'client_closed_request',
  'context_length_exceeded',
  'content_filter',
])

const gatewaysErrors: ReadonlySet<string> = new Set(['internal_error', 'invalid_config', 'overloaded', 'shutting_down', 'not_cached'])

export function toRecordedError({ code, message }: ProxyApiError): RecordedError {
  return { code, message, fault: callersErrors.has(code) ? 'caller' : gatewaysErrors.has(code) ? 'gateway' : 'upstream' }
}

/** The place of the attempt that gave the answer: the one that has succeeded, or whose stream was still running. */
function winnerOf(attempts: readonly Attempt[]): number | undefined {
  const index = attempts.findLastIndex(({ outcome }) => outcome === 'success' || outcome === 'pending')
  return index === -1 ? undefined : index
}

/** A receipt of core as the one record that everything is made of. The only place that looks for the winner. */
export function toCallRecord(receipt: Receipt, { operation, traceId }: CallContext): CallRecord {
  return { ...receipt, operation, traceId, winner: winnerOf(receipt.attempts), error: receipt.error && toRecordedError(receipt.error) }
}
