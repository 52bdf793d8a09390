import type { ErrorCode } from './error-code.ts'

/** Whose doing a failure is: `caller` says nothing about the gateway's health. */
export type ErrorFault = 'caller' | 'gateway' | 'upstream'

/** What an error code means, apart from what clients see of it. */
export interface ErrorCodeMeaning {
  readonly fault: ErrorFault
  /** No provider can answer now: a stale answer is better than none. */
  readonly outage: boolean
  /** Everybody who asks the same now would meet it: the router has tried what there is to try. */
  readonly shared: boolean
}

/** One row per code. What a client sees of each code is the server's table. */
const errorCodes: Readonly<Record<ErrorCode, ErrorCodeMeaning>> = {
  invalid_request: { fault: 'caller', outage: false, shared: true },
  invalid_api_key: { fault: 'caller', outage: false, shared: true },
  forbidden: { fault: 'caller', outage: false, shared: true },
  not_found: { fault: 'caller', outage: false, shared: true },
  model_not_found: { fault: 'caller', outage: false, shared: true },
  method_not_allowed: { fault: 'caller', outage: false, shared: true },
  misdirected_request: { fault: 'caller', outage: false, shared: true },
  conflict: { fault: 'caller', outage: false, shared: true },
  request_timeout: { fault: 'caller', outage: false, shared: true },
  payload_too_large: { fault: 'caller', outage: false, shared: true },
  unsupported_media_type: { fault: 'caller', outage: false, shared: true },
  unsupported_operation: { fault: 'caller', outage: false, shared: true },
  // A limit and a budget are the caller's own: who shares its answer may have more left. What is stored costs nothing.
  rate_limit_exceeded: { fault: 'caller', outage: false, shared: false },
  budget_exceeded: { fault: 'caller', outage: true, shared: false },
  client_closed_request: { fault: 'caller', outage: false, shared: false },
  context_length_exceeded: { fault: 'caller', outage: false, shared: true },
  content_filter: { fault: 'caller', outage: false, shared: true },
  guardrail_violation: { fault: 'caller', outage: false, shared: false },
  guardrail_unavailable: { fault: 'gateway', outage: false, shared: false },
  overloaded: { fault: 'gateway', outage: true, shared: true },
  shutting_down: { fault: 'gateway', outage: false, shared: false },
  not_cached: { fault: 'gateway', outage: false, shared: true },
  invalid_config: { fault: 'gateway', outage: false, shared: true },
  storage_unavailable: { fault: 'gateway', outage: false, shared: true },
  internal_error: { fault: 'gateway', outage: false, shared: true },
  circuit_open: { fault: 'upstream', outage: true, shared: true },
  deadline_exceeded: { fault: 'upstream', outage: true, shared: false },
  upstream_connection_error: { fault: 'upstream', outage: true, shared: true },
  upstream_timeout: { fault: 'upstream', outage: true, shared: true },
  upstream_error: { fault: 'upstream', outage: true, shared: true },
  upstream_rate_limited: { fault: 'upstream', outage: true, shared: true },
  insufficient_quota: { fault: 'upstream', outage: true, shared: true },
  upstream_auth_error: { fault: 'upstream', outage: true, shared: true },
  bad_upstream_response: { fault: 'upstream', outage: true, shared: true },
}

const unknownCode: ErrorCodeMeaning = { fault: 'gateway', outage: false, shared: true }

/** What a code means. Codes of other copies of a package may be unknown here. */
export function meaningOf(code: string): ErrorCodeMeaning {
  return Object.hasOwn(errorCodes, code) ? errorCodes[code as ErrorCode] : unknownCode // an own key is a code
}
