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

/** How deep causes are looked into: undici wraps a connection's error once, and several addresses make an `AggregateError`. */
const maxDepth = 4

/** The code of the system or of TLS that an error stands for, from whatever lies deepest: `ENOTFOUND`, `DEPTH_ZERO_SELF_SIGNED_CERT`. */
export function causeCodeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > maxDepth) return undefined
  const errors: readonly unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : []
  const inner = causeCodeOf('cause' in error ? error.cause : undefined, depth + 1) ?? causeCodeOf(errors[0], depth + 1)
  if (inner !== undefined) return inner
  return 'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(error.code) ? error.code : undefined
}
