import type { CallOptions, ChatRequest, Engine, OpenCall } from '@proxyapi/core'
import type { InFlight } from '../admission/in-flight.ts'
import type { Mask } from '../errors/client-error.ts'
import type { Exchange } from '../http/exchange.ts'
import { completeRequest, operationOf, type RequestWatch } from './complete-request.ts'
import { readControls } from './controls.ts'
import { maskReceipt } from './mask-receipt.ts'
import type { Observers } from './observers.ts'

/** What opening a call needs of the gateway. */
export interface CallDeps {
  readonly engine: Engine
  readonly inFlight: InFlight
  readonly mask: Mask
  readonly observers: Pick<Observers, 'onReceipt'>
  readonly watch: RequestWatch
}

export interface CallInput {
  /** The body's object `cache`: it is for the gateway, and not for the provider. */
  readonly cache?: unknown
  /** What the headers say, where they have been read. */
  readonly controls?: CallOptions | undefined
}

function optionsOf(exchange: Exchange, { cache, controls }: CallInput): CallOptions {
  const { key } = exchange
  return {
    // A request that makes several calls gives its own id to the first.
    id: exchange.call === undefined ? exchange.id : undefined,
    principal: key && { id: key.id, name: key.name, role: key.role },
    ...(cache === undefined && controls !== undefined ? controls : readControls(exchange, cache)),
  }
}

/** Opens a call for a request: it is canceled when the client leaves, and counted among those under way until it has ended. */
export function startCall(exchange: Exchange, request: ChatRequest, deps: CallDeps & { readonly input?: CallInput }): OpenCall {
  const { engine, inFlight, mask, observers, watch, input = {} } = deps
  const { span } = exchange
  const opened = engine.open(request, {
    ...optionsOf(exchange, input),
    ...(span !== undefined && {
      // Without the tracestate: other vendors' state is not for providers.
      outgoingHeaders: (attempt) => ({ traceparent: span.attempt(opened.call.attempts.indexOf(attempt)).traceparent ?? '' }),
    }),
    onSettled: (settled) => {
      const receipt = maskReceipt(settled, mask)
      exchange.receipt = receipt
      observers.onReceipt(receipt, { operation: operationOf(exchange), traceId: span?.sampled === true ? span.traceId : undefined })
      completeRequest(exchange, watch)
    },
  })
  exchange.call = opened.call
  inFlight.add(opened)
  // Runs at once when the caller had left before.
  opened.call.lease(() => inFlight.remove(opened))
  opened.call.lease(exchange.onClientGone(opened.cancel))
  return opened
}
