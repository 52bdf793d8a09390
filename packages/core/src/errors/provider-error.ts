import { failurePolicies } from './failure.table.ts'
import type { FailureClass } from './failure-class.ts'
import { isProxyApiError, ProxyApiError, shortened } from './proxy-api-error.ts'

/** A refusal or a fault as the provider put it, before anybody judged it. */
export interface UpstreamError {
  /** The provider's message, '' when it gave none. */
  readonly message: string
  /** The provider's error type, for instance `invalid_request_error` or `ThrottlingException`. */
  readonly type?: string | undefined
  /** The provider's error code, for instance `model_not_found`. */
  readonly code?: string | undefined
  readonly param?: string | undefined
  /** From `retry-after-ms`, `retry-after` or the body's own hint; nonsense is left out. */
  readonly retryAfterMs?: number | undefined
}

export interface ProviderErrorOptions extends UpstreamError {
  readonly failure: FailureClass
  /** The configured provider's name; '' inside a dialect, which does not know it. */
  readonly provider: string
  readonly status?: number | undefined
  /** What the operator may know and clients may not, such as the provider's words on the operator's account. */
  readonly detail?: string | undefined
  /** Why no answer came, as a code of the system or of TLS: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly causeCode?: string | undefined
  /** The time limit that ran out. */
  readonly limit?: { readonly name: string; readonly ms: number } | undefined
  readonly cause?: unknown
}

/** An upstream attempt failed. */
export class ProviderError extends ProxyApiError {
  override readonly name = 'ProviderError'
  readonly failure: FailureClass
  readonly provider: string
  readonly upstreamStatus: number | undefined
  readonly upstreamType: string | undefined
  readonly upstreamCode: string | undefined
  readonly detail: string | undefined
  readonly causeCode: string | undefined
  readonly limit: { readonly name: string; readonly ms: number } | undefined

  constructor(options: ProviderErrorOptions) {
    const policy = failurePolicies[options.failure]
    super({
      code: policy.code,
      message: options.message,
      retryable: policy.sameTarget !== 'no',
      param: options.param,
      retryAfterMs: options.retryAfterMs,
      cause: options.cause,
    })
    this.failure = options.failure
    this.provider = options.provider
    this.upstreamStatus = options.status
    this.upstreamType = shortened(options.type)
    this.upstreamCode = shortened(options.code)
    this.detail = options.detail
    this.causeCode = options.causeCode
    this.limit = options.limit
  }
}

/** Recognises a `ProviderError`, also one from another copy of this package. */
export function isProviderError(value: unknown): value is ProviderError {
  return isProxyApiError(value) && 'failure' in value
}

/** The provider answered something that is no answer: dialects throw it where they can't read on. */
export function invalidResponse(message: string, cause?: unknown): ProviderError {
  return new ProviderError({ failure: 'invalid_response', provider: '', message, cause })
}
