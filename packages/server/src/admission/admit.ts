import { ProxyApiError } from '@proxyapi/core'
import type { Release } from '@proxyapi/core/serving'
import type { Exchange } from '../http/exchange.ts'
import type { Admission } from './admission.ts'

/** What admission needs of the gateway. */
export interface AdmissionDeps {
  readonly admission: Pick<Admission, 'enter'>
  /** Whether several callers share the gateway, so that one must leave room for the others. Becomes true with the first whose key is not in the configuration. */
  isShared: boolean
  readonly maxBodyBytes: number
}

/** Creating an error captures a stack trace: it is made when a client has left, and not before. */
function clientGone(): ProxyApiError {
  return new ProxyApiError({ code: 'client_closed_request', message: 'The caller left before its turn came.' })
}

function keepPlace(exchange: Exchange, release: Release): void {
  exchange.releasePlace = release
  exchange.admittedAtMs = exchange.now()
}

/**
 * Takes a place among the requests under way, before anything of the body is read; the promise is there only when the request
 * has to wait. The dispatcher releases the place when the request and its call have ended.
 *
 * @throws ProxyApiError `overloaded`, `rate_limit_exceeded`, `client_closed_request`
 */
export function admit(exchange: Exchange, deps: AdmissionDeps): Promise<void> | undefined {
  const { admission, maxBodyBytes } = deps
  const { principal } = exchange
  if (principal !== undefined && principal.kind !== 'configured') deps.isShared = true
  const length = Number(exchange.header('content-length'))
  const entered = admission.enter({
    // With a single key there is no other tenant to be fair to.
    tenant: deps.isShared ? (principal?.id ?? '') : '',
    criticality: principal?.criticality ?? 'default',
    // A body that is too large is refused for its size, not for lack of room, and is never held.
    bytes: length > 0 ? Math.min(length, maxBodyBytes) : 0,
    deadlineAtMs: Number.POSITIVE_INFINITY,
    abort: { onAbort: (callback) => exchange.onClientGone(() => callback(clientGone())) },
  })
  if (entered instanceof Promise) return entered.then((release) => keepPlace(exchange, release))
  exchange.releasePlace = entered
  exchange.admittedAtMs = exchange.now()
  return undefined
}
