const brand = '@proxyapi/transport-error'

/** What kept bytes from travelling. `connect-timeout` is silence; `encoding` is a broken or chained content encoding. */
export type TransportErrorKind = 'connect' | 'connect-timeout' | 'reset' | 'encoding' | 'protocol'

/** No usable answer came from an upstream: the connection failed or broke off. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly brand = brand
  readonly fault: TransportErrorKind

  constructor(fault: TransportErrorKind, message: string, cause?: unknown) {
    super(message, { cause })
    this.fault = fault
  }
}

export function isTransportError(value: unknown): value is TransportError {
  return typeof value === 'object' && value !== null && 'brand' in value && value.brand === brand
}
