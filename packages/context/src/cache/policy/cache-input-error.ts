/** A request's cache controls are not well formed. Recognised by its brand, like every error of ProxyAPI. */
export class CacheInputError extends Error {
  override readonly name = 'CacheInputError'
  readonly brand = '@proxyapi/error'
  readonly code = 'invalid_request'
  readonly retryable = false
  /** The field of the body that was wrong. */
  readonly param: string

  constructor(param: string, message: string) {
    super(message)
    this.param = param
  }
}
