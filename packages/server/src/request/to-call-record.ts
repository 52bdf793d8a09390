import type { ProxyApiError } from '@proxyapi/core'
import type { RecordedError } from '@proxyapi/logging'
import { limitOf } from '../errors/limit-error.ts'

/** The part of an error that records keep. */
export function toRecordedError(error: ProxyApiError): RecordedError {
  const { code, message, fault } = error
  const limit = limitOf(error)
  return limit === undefined ? { code, message, fault } : { code, message, fault, limit }
}
