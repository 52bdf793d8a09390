import { type EngineEvent, isProxyApiError, ProxyApiError, type Receipt } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import type { Feature } from '../capability/capability.ts'
import type { Observers } from '../request/observers.ts'

/** Who is told of what happens, besides the capabilities. */
export interface ExternalObserver {
  readonly onReceipt?: ((receipt: Receipt) => void) | undefined
  readonly onRequest?: ((request: CompletedRequest) => void) | undefined
  readonly onInternalError?: ((error: ProxyApiError, requestId: string) => void) | undefined
}

/** Tells the features of the present snapshot what happens. A listener that fails is reported; it keeps nothing from the others. */
export function createObservers(features: () => readonly Feature[], external: ExternalObserver): Observers {
  const report = (cause: unknown, id: string): void => {
    const error = isProxyApiError(cause)
      ? cause
      : new ProxyApiError({ code: 'internal_error', message: 'A listener of the gateway failed.', cause })
    external.onInternalError?.(error, id)
  }
  const guard = (id: string, tell: () => void): void => {
    try {
      tell()
    } catch (error) {
      report(error, id)
    }
  }
  return {
    onEvent: (event: EngineEvent) => {
      for (const { onEvent } of features()) if (onEvent !== undefined) guard('', () => onEvent(event))
    },
    onReceipt: (receipt) => {
      guard(receipt.id, () => external.onReceipt?.(receipt))
      for (const { onReceipt } of features()) if (onReceipt !== undefined) guard(receipt.id, () => onReceipt(receipt))
    },
    onRequest: (request) => {
      guard(request.id, () => external.onRequest?.(request))
      for (const { onRequest } of features()) if (onRequest !== undefined) guard(request.id, () => onRequest(request))
    },
    onError: (error) => {
      for (const { onError } of features()) if (onError !== undefined) guard('', () => onError(error))
    },
  }
}
