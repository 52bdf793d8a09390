/** Errors of every ProxyAPI package carry this brand; across two copies of a package `instanceof` is false. */
const brand = '@proxyapi/error'

export type CondenseErrorCode = 'invalid_request' | 'context_length_exceeded' | 'upstream_error'

export interface CondenseErrorOptions {
  readonly code: CondenseErrorCode
  readonly message: string
  /** The option that was wrong. */
  readonly param?: string | undefined
  readonly retryable?: boolean | undefined
  readonly cause?: unknown
}

/** A request that can't be condensed as asked. The message holds no text of the conversation. */
export class CondenseError extends Error {
  override readonly name = 'CondenseError'
  readonly brand = brand
  readonly code: CondenseErrorCode
  readonly retryable: boolean
  readonly param: string | undefined

  constructor({ code, message, param, retryable = false, cause }: CondenseErrorOptions) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.retryable = retryable
    this.param = param
  }
}

/** Refuses budgets that no answer could keep. */
export function checkTokens(param: string, tokens: number): void {
  if (Number.isSafeInteger(tokens) && tokens >= 1) return
  throw new CondenseError({ code: 'invalid_request', param, message: `${param} is ${tokens}; allowed is a whole number from 1 on` })
}
