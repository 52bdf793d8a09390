/** The kinds of upstream failure. Policy reads their columns in `failure.table.ts`, never an error's text. */
export type FailureClass =
  | 'connection'
  | 'timeout'
  | 'server'
  | 'rate_limit'
  | 'quota'
  /** Our own caller's budget has not so much left. */
  | 'budget'
  | 'authentication'
  | 'unknown_model'
  | 'retired_model'
  | 'invalid_request'
  | 'context_length'
  | 'content_policy'
  | 'invalid_response'
  | 'canceled'
