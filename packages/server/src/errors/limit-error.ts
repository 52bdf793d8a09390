import { ProxyApiError } from '@proxyapi/core'

/** A limit of the gateway's own was reached. */
export class LimitError extends ProxyApiError {
  override readonly name = 'LimitError'
  /** Whose it is and of what: `key_requests`, `team_tokens`. A metric label. */
  readonly limit: string

  constructor({ limit, message, retryAfterMs }: { readonly limit: string; readonly message: string; readonly retryAfterMs: number }) {
    super({ code: 'rate_limit_exceeded', message, retryable: true, retryAfterMs })
    this.limit = limit
  }
}

/** Which of our limits an error is about; `undefined` for other errors. */
export function limitOf(error: ProxyApiError): string | undefined {
  if (error.code === 'budget_exceeded') return 'budget'
  return 'limit' in error && typeof error.limit === 'string' ? error.limit : undefined
}
