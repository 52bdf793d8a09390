import { isProxyApiError } from '@proxyapi/core'
import { meaningOf } from '@proxyapi/core/serving'

/** Whether no provider can answer now: then a stale answer is better than none. */
export function isOutage(error: unknown): boolean {
  return isProxyApiError(error) && meaningOf(error.code).outage
}

/** Whether all equal requests would get the same error, because the router has tried every target. */
export function isSharedFailure(error: unknown): boolean {
  return isProxyApiError(error) && meaningOf(error.code).shared
}
