/** What went wrong, for programs: words of ProxyAPI's error codes. */
export type ContextErrorCode = 'invalid_config' | 'invalid_request'

/** An error of this package. Recognised by its brand, like every error of ProxyAPI: `instanceof` fails between two copies of a package. */
export class ContextError extends Error {
  override readonly name = 'ContextError'
  readonly brand = '@proxyapi/error'
  readonly retryable = false
  readonly code: ContextErrorCode

  constructor(code: ContextErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
