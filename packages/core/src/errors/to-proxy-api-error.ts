import { isProxyApiError, ProxyApiError } from './proxy-api-error.ts'

/** Any error as one of ours: what is not known is an `internal_error` with its cause. */
export function toProxyApiError(error: unknown): ProxyApiError {
  if (isProxyApiError(error)) return error
  return new ProxyApiError({ code: 'internal_error', message: 'The gateway failed to handle the request.', cause: error })
}
