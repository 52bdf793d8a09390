/** The configuration names a place that spans can't be sent to. Recognised by its brand, as every error of ProxyAPI. */
export class InvalidEndpointError extends Error {
  override readonly name = 'InvalidEndpointError'
  readonly brand = '@proxyapi/error'
  readonly code = 'invalid_config'
  readonly retryable = false
  readonly param: string

  constructor(param: string, message: string) {
    super(`${param}: ${message}`)
    this.param = param
  }
}
