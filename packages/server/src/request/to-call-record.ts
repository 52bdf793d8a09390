import type { ProxyApiError } from '@proxyapi/core'
import type { RecordedError } from '@proxyapi/logging'

/** The part of an error that records keep. */
export function toRecordedError({ code, message, fault }: ProxyApiError): RecordedError {
  return { code, message, fault }
}
