const brand = '@proxyapi/wire-error'

/** What is wrong with the bytes of a stream. */
export type WireErrorCode = 'event_too_large' | 'bad_frame'

/** The bytes do not follow their framing. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly brand = brand
  readonly code: WireErrorCode

  constructor(code: WireErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** Recognises a `WireError`, also one from another copy of this package. */
export function isWireError(value: unknown): value is WireError {
  return typeof value === 'object' && value !== null && 'brand' in value && value.brand === brand
}

export function tooLarge(maxBytes: number): WireError {
  return new WireError('event_too_large', `A stream event is larger than ${maxBytes} bytes.`)
}
