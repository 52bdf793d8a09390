import { type ErrorFault, meaningOf } from './error-code.table.ts'
import type { ErrorCode } from './error-code.ts'

/*
 * Errors are recognised by this brand and never by `instanceof`: an application may hold the ESM and the CommonJS copy
 * of a package at once, and between the two `instanceof` is false.
 */
const brand = '@proxyapi/error'

export interface ProxyApiErrorOptions {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable?: boolean
  /** The field of the request that was wrong, as the client wrote it. */
  readonly param?: string | undefined
  /** How long the caller should wait before trying again. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** A message may quote what was sent: it is shown, masked and logged no longer than this. */
const longestMessage = 4_000
/** A field's name as the caller wrote it, or a word of a provider. */
const longestWord = 256

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

/** A foreign word as far as errors carry it. */
export function shortened(word: string | undefined): string | undefined {
  return word === undefined ? undefined : cut(word, longestWord)
}

/** The base of every error that ProxyAPI throws on purpose. The message never holds a key, a prompt or a header. */
export class ProxyApiError extends Error {
  override readonly name: string = 'ProxyApiError'
  readonly brand = brand
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly param: string | undefined
  readonly retryAfterMs: number | undefined
  /** Whose doing it is. */
  readonly fault: ErrorFault

  constructor(options: ProxyApiErrorOptions) {
    super(cut(options.message, longestMessage), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
    this.retryable = options.retryable ?? false
    this.param = shortened(options.param)
    this.retryAfterMs = options.retryAfterMs
    this.fault = meaningOf(options.code).fault
  }
}

/** True for any error of ProxyAPI, whichever copy of which package made it. */
export function isProxyApiError(value: unknown): value is ProxyApiError {
  return typeof value === 'object' && value !== null && 'brand' in value && value.brand === brand
}
