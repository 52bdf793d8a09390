import type { EngineEvent, ProxyApiError, Receipt } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'

/** Passes on what happens in a gateway to all listeners. A listener can't make a request fail. */
export interface Observers {
  readonly onEvent: (event: EngineEvent) => void
  /** Called once per finished call. */
  readonly onReceipt: (receipt: Receipt) => void
  /** Called once per HTTP request, when its answer has been sent and its call has ended. */
  readonly onRequest: (request: CompletedRequest) => void
  /** Called for every request that is answered with an error. */
  readonly onError: (error: ProxyApiError) => void
}
