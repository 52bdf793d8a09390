/** The kinds of upstream failure. Policy reads their columns in `failure.table.ts`, never an error's text. */
export type FailureClass =
  | 'connection'
  | 'silence'
  | 'server'
  | 'rate_limit'
  | 'quota'
  | 'credential'
  | 'unknown_model'
  | 'caller'
  | 'context_length'
  | 'content_policy'
  | 'bad_answer'
  | 'canceled'
