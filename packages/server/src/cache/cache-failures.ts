import { type ErrorCode, isProxyApiError } from '@proxyapi/core'

/** Nothing is to be had from the providers now: an old answer is better than none. */
const outages: ReadonlySet<ErrorCode> = new Set([
  'overloaded',
  'circuit_open',
  'deadline_exceeded',
  'upstream_connection_error',
  'upstream_timeout',
  'upstream_error',
  'upstream_rate_limited',
  'insufficient_quota',
  'upstream_auth_error',
  'bad_upstream_response',
])

/** Failures of the one who asked first: for the others the call is worth another try. */
const callerOnly: ReadonlySet<ErrorCode> = new Set(['client_closed_request', 'deadline_exceeded', 'shutting_down'])

export function isOutage(error: unknown): boolean {
  return isProxyApiError(error) && outages.has(error.code)
}

/** Whether an error would meet everybody who asks the same: the router has tried what there is to try. */
export function isSharedFailure(error: unknown): boolean {
  return isProxyApiError(error) && !callerOnly.has(error.code)
}
