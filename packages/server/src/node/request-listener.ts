import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Gateway } from '../gateway/create-gateway.ts'
import { NodeExchange } from './node-exchange.ts'

type ServingGateway = Pick<Gateway, 'find' | 'serve' | 'serveWeb'>

/** Answers a request of a Node server. */
export type Serve = (incoming: IncomingMessage, outgoing: ServerResponse) => void

export interface ListenerOptions {
  /** Answers what is not a worker's to answer, where this process is one. */
  readonly forward?: Serve | undefined
  /** Default: the request is its socket's. */
  readonly toExchange?: ((incoming: IncomingMessage, outgoing: ServerResponse) => NodeExchange) | undefined
}

function direct(incoming: IncomingMessage, outgoing: ServerResponse): NodeExchange {
  return new NodeExchange(incoming, outgoing)
}

/**
 * Answers the requests of a Node server. Operations come often and are dispatched straight from the table of routes; all
 * other requests go through Hono. Both end in the same dispatcher, with Node's own request and response at hand.
 */
export function createRequestListener(gateway: ServingGateway, { forward, toExchange = direct }: ListenerOptions = {}): Serve {
  const serveWeb = getRequestListener(
    (request, bindings) => {
      const { incoming, outgoing } = bindings as HttpBindings // the server below speaks HTTP/1.1 alone
      return gateway.serveWeb(request, { exchange: toExchange(incoming, outgoing), alreadySent: RESPONSE_ALREADY_SENT })
    },
    // A library does not replace the globals of the program that it is part of. Node discards a body that nobody has read.
    { overrideGlobalObjects: false, autoCleanupIncoming: false, errorHandler: () => undefined },
  )
  const serveRest = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    await serveWeb(incoming, outgoing)
    // What can't be written as a URL (its Host is no host name, for instance) makes no web request: it needs none to be answered.
    if (!outgoing.headersSent && !outgoing.destroyed) await gateway.serve(toExchange(incoming, outgoing))
  }
  return (incoming, outgoing) => {
    const exchange = toExchange(incoming, outgoing)
    const match = gateway.find(exchange.path)
    if (match?.entry.isOperation === true) void gateway.serve(exchange, match)
    else if (forward !== undefined && match?.entry.isLocal === false) forward(incoming, outgoing)
    else void serveRest(incoming, outgoing)
  }
}
