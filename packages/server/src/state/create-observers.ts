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

/** Observers whose listeners can be replaced. */
export interface FeatureObservers extends Observers {
  /** Passes on what happens from now on to these features, and no longer to those before. */
  readonly listen: (features: readonly Feature[]) => void
  /** Passes on a request that a worker has answered. */
  readonly onWorkerRequest: (request: CompletedRequest) => void
}

type Listener<Fact> = (fact: Fact) => void
type ReceiptListener = NonNullable<Feature['onReceipt']>
type EventType = EngineEvent['type']

const eventTypes = Object.keys({
  breaker: true,
  'attempt-start': true,
  'attempt-end': true,
  cooldown: true,
  'fault-injected': true,
  shed: true,
  'provider-health': true,
} satisfies Record<EventType, true>) as EventType[] // the keys of the literal

const isListener = <Fact>(listener: Listener<Fact> | undefined): listener is Listener<Fact> => listener !== undefined

function listenersTo(type: EventType, features: readonly Feature[]): readonly Listener<EngineEvent>[] {
  return features
    .filter(({ events }) => events === undefined || events.includes(type))
    .map(({ onEvent }) => onEvent)
    .filter(isListener)
}

/** The listeners that there are, by what they listen to. Every request passes here several times, and most features listen to little. */
function toListeners(features: readonly Feature[], { onReceipt, onRequest }: ExternalObserver) {
  return {
    events: new Map(eventTypes.map((type) => [type, listenersTo(type, features)])),
    receipts: [onReceipt, ...features.map((feature) => feature.onReceipt)].filter(
      (listener): listener is ReceiptListener => listener !== undefined,
    ),
    requests: [onRequest, ...features.map((feature) => feature.onRequest)].filter(isListener),
    gatewayEvents: features.map((feature) => feature.onGatewayEvent).filter(isListener),
    workerRequests: features.map((feature) => feature.onWorkerRequest).filter(isListener),
    errors: features.map((feature) => feature.onError).filter(isListener),
    actions: features.map((feature) => feature.recordAction).filter((record) => record !== undefined),
  }
}

/** Passes on what happens to the features of the present snapshot. A failing listener is reported and does not keep anything from the others. */
export function createObservers(external: ExternalObserver): FeatureObservers {
  let listeners = toListeners([], external)
  const report = (cause: unknown, id: string): void => {
    const error = isProxyApiError(cause)
      ? cause
      : new ProxyApiError({ code: 'internal_error', message: 'A part of the gateway failed that the request can do without.', cause })
    external.onInternalError?.(error, id)
  }
  const callAll = <Fact>(called: readonly Listener<Fact>[], fact: Fact, id: string): void => {
    for (const listener of called) {
      try {
        listener(fact)
      } catch (error) {
        report(error, id)
      }
    }
  }
  return {
    listen: (features) => {
      listeners = toListeners(features, external)
    },
    onEvent: (event) => {
      const called = listeners.events.get(event.type)
      if (called !== undefined && called.length > 0) callAll(called, event, '')
    },
    onGatewayEvent: (event) => callAll(listeners.gatewayEvents, event, ''),
    onReceipt: (receipt, origin) => {
      for (const listener of listeners.receipts) {
        try {
          listener(receipt, origin)
        } catch (error) {
          report(error, receipt.id)
        }
      }
    },
    recordAction: async (action) => {
      for (const record of listeners.actions) await record(action)
    },
    onRequest: (request) => callAll(listeners.requests, request, request.id),
    onWorkerRequest: (request) => callAll(listeners.workerRequests, request, request.id),
    onError: (error) => callAll(listeners.errors, error, ''),
    onFailure: report,
  }
}
