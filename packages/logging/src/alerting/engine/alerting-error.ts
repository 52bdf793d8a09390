/** Rules that contradict themselves or the channels there are. */
export class AlertingError extends Error {
  override readonly name = 'AlertingError'
  readonly brand = '@proxyapi/error'
  readonly code: 'invalid_config' | 'invalid_request'
  readonly retryable = false

  constructor(options: { readonly code: 'invalid_config' | 'invalid_request'; readonly message: string; readonly cause?: unknown }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
  }
}
