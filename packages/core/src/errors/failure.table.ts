import type { ErrorCode } from './error-code.ts'
import type { FailureClass } from './failure-class.ts'

/** What policy does with a failure. */
export interface FailurePolicy {
  /** May the same target be tried again: at once (with jitter), only when there is no other, or not. */
  readonly sameTarget: 'once' | 'last-resort' | 'no'
  /** May the next target be tried: always, only one with a larger context, only where the route says so, or not. */
  readonly nextTarget: 'yes' | 'larger-context' | 'opt-in' | 'no'
  /** What the target's circuit breaker counts. */
  readonly health: 'failure' | 'success' | 'neutral'
  /** Whether the target (model and credential) rests for a while. */
  readonly cooldown: 'none' | 'short' | 'long'
  readonly code: ErrorCode
}

/** docs/resilience.md section 3, row by row. What a client sees of each `code` is the server's table. */
export const failurePolicies: Readonly<Record<FailureClass, FailurePolicy>> = {
  connection: { sameTarget: 'once', nextTarget: 'yes', health: 'failure', cooldown: 'none', code: 'upstream_connection_error' },
  timeout: { sameTarget: 'last-resort', nextTarget: 'yes', health: 'failure', cooldown: 'none', code: 'upstream_timeout' },
  server: { sameTarget: 'once', nextTarget: 'yes', health: 'failure', cooldown: 'none', code: 'upstream_error' },
  rate_limit: { sameTarget: 'last-resort', nextTarget: 'yes', health: 'neutral', cooldown: 'short', code: 'upstream_rate_limited' },
  quota: { sameTarget: 'no', nextTarget: 'yes', health: 'neutral', cooldown: 'long', code: 'insufficient_quota' },
  authentication: { sameTarget: 'no', nextTarget: 'yes', health: 'neutral', cooldown: 'long', code: 'upstream_auth_error' },
  unknown_model: { sameTarget: 'no', nextTarget: 'yes', health: 'neutral', cooldown: 'none', code: 'model_not_found' },
  invalid_request: { sameTarget: 'no', nextTarget: 'no', health: 'success', cooldown: 'none', code: 'invalid_request' },
  context_length: { sameTarget: 'no', nextTarget: 'larger-context', health: 'success', cooldown: 'none', code: 'context_length_exceeded' },
  content_policy: { sameTarget: 'no', nextTarget: 'opt-in', health: 'success', cooldown: 'none', code: 'content_filter' },
  invalid_response: { sameTarget: 'once', nextTarget: 'yes', health: 'failure', cooldown: 'none', code: 'bad_upstream_response' },
  canceled: { sameTarget: 'no', nextTarget: 'no', health: 'neutral', cooldown: 'none', code: 'client_closed_request' },
}
