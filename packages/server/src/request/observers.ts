import type { EngineEvent, ProxyApiError, Receipt } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import type { GatewayEvent } from '@proxyapi/logging/node'

/** Who asked for a call: a request, whose record carries it, or the gateway by itself; then the call stands for itself. */
export type CallOrigin = 'request' | 'gateway'

/** Passes on what happens in a gateway to all listeners. A listener can't make a request fail. */
export interface Observers {
  readonly onEvent: (event: EngineEvent) => void
  /** Called when something has changed that an operator wants to see. */
  readonly onGatewayEvent: (event: GatewayEvent) => void
  /** Called once per finished call. */
  readonly onReceipt: (receipt: Receipt, origin: CallOrigin) => void
  /** Called once per HTTP request, when its answer has been sent and its call has ended. */
  readonly onRequest: (request: CompletedRequest) => void
  /** Records an admin action whose answer waits for it. @throws StorageError when it could not be written */
  readonly recordAction: (action: CompletedRequest) => Promise<void>
  /** Called for every request that is answered with an error. */
  readonly onError: (error: ProxyApiError) => void
  /** Reports the failure of something that a request can do without. */
  readonly onFailure: (cause: unknown, requestId: string) => void
}
