import { isProxyApiError } from '@proxyapi/core'
import { meaningOf } from '@proxyapi/core/serving'

/** Whether no provider can answer now: then a stale answer is better than none. */
export function isOutage(error: unknown): boolean {
  return isProxyApiError(error) && meaningOf(error.code).outage
}

/** Whether everybody who asks the same would meet the error: the router has tried what there is to try. */
export function isSharedFailure(error: unknown): boolean {
  return isProxyApiError(error) && meaningOf(error.code).shared
}
