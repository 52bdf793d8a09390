import { isProviderError, type ProviderError, type ProxyApiError } from '@proxyapi/core'
import type { ClientError } from '@proxyapi/core/dialects'
import { type StatusRow, statusTable } from './status.table.ts'

/** Hides secrets in texts that come from outside. */
export type Mask = (text: string) => string

/** How long a caller of a busy or closing gateway should wait when nothing better is known. */
const defaultRetryAfterMs = 1_000

function upstreamStatus(error: ProxyApiError): number {
  const status = isProviderError(error) ? error.upstreamStatus : undefined
  return status !== undefined && status >= 400 && status < 500 ? status : 400
}

/** An upstream fault keeps its own kind of 5xx where that tells the caller something. */
function serverFault(error: ProviderError): number {
  const status = error.upstreamStatus
  if (status === 503 || status === 529) return 503
  return status === 504 || status === 408 ? 504 : 502
}

/** Errors of other packages carry our brand, and codes of their own: what has no row is ours to answer for. */
function rowOf({ code }: ProxyApiError): StatusRow {
  return Object.hasOwn(statusTable, code) ? statusTable[code] : statusTable.internal_error
}

export function statusOf(error: ProxyApiError): number {
  if (isProviderError(error) && error.failure === 'server') return serverFault(error)
  // Some providers say with a 400 that they do not know a model.
  if (isProviderError(error) && error.failure === 'unknown_model' && error.upstreamStatus !== undefined) return upstreamStatus(error)
  const { status } = rowOf(error)
  return status === 'upstream' ? upstreamStatus(error) : status
}

/** A provider's own words are kept where its status is; else, and where they are for the operator alone, the code is ours. */
function wordsOf(error: ProxyApiError): { readonly type: string; readonly code: string } {
  const own = { type: rowOf(error).type, code: error.code }
  if (!isProviderError(error) || error.detail !== undefined) return own
  return { type: error.upstreamType ?? own.type, code: error.upstreamCode ?? own.code }
}

/** An error as a client of any dialect is to see it; secrets masked. */
export function toClientError(error: ProxyApiError, mask: Mask, requestId?: string): ClientError {
  const { type, code } = wordsOf(error)
  const param = error.param === undefined ? null : mask(error.param)
  return { status: statusOf(error), type: mask(type), code: mask(code), message: mask(error.message), param, requestId }
}

/** `Retry-After` in whole seconds for every 429 and 503; `undefined` for others. */
export function retryAfterSeconds(error: ProxyApiError): string | undefined {
  const status = statusOf(error)
  if (status !== 429 && status !== 503 && error.retryAfterMs === undefined) return undefined
  return String(Math.max(1, Math.ceil((error.retryAfterMs ?? defaultRetryAfterMs) / 1000)))
}
