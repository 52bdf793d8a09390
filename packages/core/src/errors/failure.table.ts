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
  /** Whose words a client sees: a provider's about the operator's account are for the operator. */
  readonly words: 'provider' | 'own'
}

/** docs/resilience.md section 3, row by row. What a client sees of each `code` is the server's table. */
export const failurePolicies: Readonly<Record<FailureClass, FailurePolicy>> = {
  connection: {
    sameTarget: 'once',
    nextTarget: 'yes',
    health: 'failure',
    cooldown: 'none',
    code: 'upstream_connection_error',
    words: 'provider',
  },
  timeout: {
    sameTarget: 'last-resort',
    nextTarget: 'yes',
    health: 'failure',
    cooldown: 'none',
    code: 'upstream_timeout',
    words: 'provider',
  },
  server: { sameTarget: 'once', nextTarget: 'yes', health: 'failure', cooldown: 'none', code: 'upstream_error', words: 'provider' },
  rate_limit: {
    sameTarget: 'last-resort',
    nextTarget: 'yes',
    health: 'neutral',
    cooldown: 'short',
    code: 'upstream_rate_limited',
    words: 'provider',
  },
  quota: { sameTarget: 'no', nextTarget: 'yes', health: 'neutral', cooldown: 'long', code: 'insufficient_quota', words: 'own' },
  budget: { sameTarget: 'no', nextTarget: 'yes', health: 'neutral', cooldown: 'none', code: 'budget_exceeded', words: 'provider' },
  authentication: { sameTarget: 'no', nextTarget: 'yes', health: 'neutral', cooldown: 'long', code: 'upstream_auth_error', words: 'own' },
  unknown_model: { sameTarget: 'no', nextTarget: 'yes', health: 'neutral', cooldown: 'none', code: 'model_not_found', words: 'provider' },
  retired_model: { sameTarget: 'no', nextTarget: 'yes', health: 'neutral', cooldown: 'long', code: 'model_not_found', words: 'provider' },
  invalid_request: { sameTarget: 'no', nextTarget: 'no', health: 'success', cooldown: 'none', code: 'invalid_request', words: 'provider' },
  context_length: {
    sameTarget: 'no',
    nextTarget: 'larger-context',
    health: 'success',
    cooldown: 'none',
    code: 'context_length_exceeded',
    words: 'provider',
  },
  content_policy: {
    sameTarget: 'no',
    nextTarget: 'opt-in',
    health: 'success',
    cooldown: 'none',
    code: 'content_filter',
    words: 'provider',
  },
  invalid_response: {
    sameTarget: 'once',
    nextTarget: 'yes',
    health: 'failure',
    cooldown: 'none',
    code: 'bad_upstream_response',
    words: 'provider',
  },
  canceled: { sameTarget: 'no', nextTarget: 'no', health: 'neutral', cooldown: 'none', code: 'client_closed_request', words: 'provider' },
}
