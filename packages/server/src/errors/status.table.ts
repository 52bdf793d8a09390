import type { ErrorCode } from '@proxyapi/core'

/** What a client sees of each error: the one place where codes become HTTP. `upstream` passes a provider's own status on. */
export interface StatusRow {
  readonly status: number | 'upstream'
  readonly type: string
}

export const statusTable: Readonly<Record<ErrorCode, StatusRow>> = {
  invalid_request: { status: 'upstream', type: 'invalid_request_error' },
  invalid_api_key: { status: 401, type: 'authentication_error' },
  forbidden: { status: 403, type: 'permission_error' },
  not_found: { status: 404, type: 'not_found_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  conflict: { status: 409, type: 'invalid_request_error' },
  request_timeout: { status: 408, type: 'invalid_request_error' },
  payload_too_large: { status: 413, type: 'invalid_request_error' },
  unsupported_media_type: { status: 415, type: 'invalid_request_error' },
  unsupported_operation: { status: 400, type: 'invalid_request_error' },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error' },
  budget_exceeded: { status: 429, type: 'budget_exceeded' },
  overloaded: { status: 503, type: 'overloaded_error' },
  circuit_open: { status: 503, type: 'overloaded_error' },
  shutting_down: { status: 503, type: 'overloaded_error' },
  misdirected_request: { status: 421, type: 'invalid_request_error' },
  storage_unavailable: { status: 503, type: 'api_error' },
  not_cached: { status: 504, type: 'cache_error' },
  deadline_exceeded: { status: 504, type: 'timeout_error' },
  client_closed_request: { status: 499, type: 'invalid_request_error' },
  invalid_config: { status: 500, type: 'api_error' },
  internal_error: { status: 500, type: 'api_error' },
  upstream_connection_error: { status: 502, type: 'upstream_error' },
  upstream_timeout: { status: 504, type: 'upstream_error' },
  upstream_error: { status: 502, type: 'upstream_error' },
  upstream_rate_limited: { status: 429, type: 'rate_limit_error' },
  insufficient_quota: { status: 429, type: 'insufficient_quota' },
  upstream_auth_error: { status: 502, type: 'upstream_error' },
  context_length_exceeded: { status: 400, type: 'invalid_request_error' },
  content_filter: { status: 'upstream', type: 'invalid_request_error' },
  guardrail_violation: { status: 400, type: 'invalid_request_error' },
  guardrail_unavailable: { status: 503, type: 'api_error' },
  bad_upstream_response: { status: 502, type: 'upstream_error' },
}
