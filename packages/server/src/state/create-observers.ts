import { type EngineEvent, isProxyApiError, ProxyApiError, type Receipt } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import type { Feature } from '../capability/capability.ts'
import type { Observers } from '../request/observers.ts'

/** The listeners of the embedding program. */
export interface ExternalObserver {
  readonly onReceipt?: ((receipt: Receipt) => void) | undefined
  readonly onRequest?: ((request: CompletedRequest) => void) | undefined
  readonly onInternalError?: ((error: ProxyApiError, requestId: string) => void) | undefined
}

/** Passes on what happens to the features of the present snapshot. A failing listener is reported and does not keep anything from the others. */
export function createObservers(features: () => readonly Feature[], external: ExternalObserver): Observers {
  const report = (cause: unknown, id: string): void => {
    const error = isProxyApiError(cause)
      ? cause
      : new ProxyApiError({ code: 'internal_error', message: 'A listener of the gateway failed.', cause })
    external.onInternalError?.(error, id)
  }
  // Written out for each kind of event: every request passes here, and a guard for all would take a closure for each listener.
  return {
    onEvent: (event: EngineEvent) => {
      for (const { onEvent } of features()) {
        try {
          onEvent?.(event)
        } catch (error) {
          report(error, '')
        }
      }
    },
    onReceipt: (receipt) => {
      for (const { onReceipt } of [external, ...features()]) {
        try {
          onReceipt?.(receipt)
        } catch (error) {
          report(error, receipt.id)
        }
      }
    },
    onRequest: (request) => {
      for (const { onRequest } of [external, ...features()]) {
        try {
          onRequest?.(request)
        } catch (error) {
          report(error, request.id)
        }
      }
    },
    onError: (error) => {
      for (const { onError } of features()) {
        try {
          onError?.(error)
        } catch (cause) {
          report(cause, '')
        }
      }
    },
  }
}
