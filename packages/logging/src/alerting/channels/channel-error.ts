/** A notification that did not arrive. The message holds no address and no key. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError'
  readonly brand = '@proxyapi/error'
  readonly code = 'upstream_error'
  /** Whether trying again can help. */
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined

  constructor(options: {
    readonly message: string
    readonly retryable: boolean
    readonly retryAfterMs?: number | undefined
    readonly cause?: unknown
  }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs
  }
}
