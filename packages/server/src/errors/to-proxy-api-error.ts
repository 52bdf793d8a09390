import { isProxyApiError, ProxyApiError } from '@proxyapi/core'
import { statusTable } from './status.table.ts'

/** Whatever was thrown, as an error with a row in the table: what is not ours or has no row is an `internal_error` with its cause. */
export function toProxyApiError(error: unknown): ProxyApiError {
  if (isProxyApiError(error) && Object.hasOwn(statusTable, error.code)) return error
  return new ProxyApiError({ code: 'internal_error', message: 'The gateway failed to handle the request.', cause: error })
}
