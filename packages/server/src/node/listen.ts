import { createServer, type Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { systemDeps } from '@proxyapi/core'
import type { Gateway } from '../gateway/create-gateway.ts'
import { refuseExpectation, refuseSocket, refuseUpgrade } from './refuse-socket.ts'
import { createRequestListener, type Serve } from './request-listener.ts'

/** Where a server listens, and its limits. */
export interface ListenOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly headersTimeoutMs?: number | undefined
  readonly bodyTimeoutMs?: number | undefined
  /** Answers what is not this process's to answer, where it is one of several workers (`createForwarder`). */
  readonly forward?: Serve | undefined
}

/** A server that listens on a socket. */
export interface Listening {
  readonly host: string
  readonly port: number
  /** Refuses new requests at once, lets those under way finish within `graceMs`, then closes. */
  readonly stop: (graceMs: number) => Promise<void>
  /**
   * Takes no new connections, answers what still comes on those that there are, and closes each after its next answer. Those that stay silent are closed
   * after a while, calls that last longer than `graceMs` are ended; then closes. For a process that another one takes over from.
   */
  readonly retire: (graceMs: number) => Promise<void>
}

/** docs/resilience.md section 9. */
const maxHeaderBytes = 16 * 1024
/** How often Node looks for requests that are late; its default of 30 s would be added to every limit. */
const checkIntervalMs = 500
/** A client that keeps a connection uses it again within this time, or finds it closed. */
const silentMs = 5_000
/** A closing server answers new requests with 503 for this long after its last one, so that a load balancer notices. */
const refusalWindowMs = 100

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

/** Stops listening, and leaves connections alone: an HTTP server's own `close` would close those that are about to be used again. */
function endListening(server: Server): Promise<void> {
  return new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()))
}

async function retire(server: Server, gateway: Gateway, graceMs: number): Promise<void> {
  // Whatever is answered from now on tells its client that the connection ends.
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false
  })
  const done = endListening(server)
  const silent = setTimeout(() => server.closeIdleConnections(), Math.min(silentMs, graceMs)).unref()
  const late = setTimeout(() => void gateway.drain(0).then(() => server.closeAllConnections()), graceMs).unref()
  await done
  clearTimeout(silent)
  clearTimeout(late)
  server.close()
  await gateway.close()
}

function opened(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: options.host, port: options.port, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Serves a gateway over HTTP. @throws the system's error when the address can't be bound (`EADDRINUSE`). */
export async function listen(gateway: Gateway, options: ListenOptions): Promise<Listening> {
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: options.headersTimeoutMs ?? 10_000,
      requestTimeout: options.bodyTimeoutMs ?? 30_000,
      connectionsCheckingInterval: checkIntervalMs,
      keepAliveTimeout: 65_000,
      noDelay: true,
      // Two keys that differ must not look like one: Node would drop the second.
      joinDuplicateHeaders: true,
    },
    createRequestListener(gateway, { forward: options.forward }),
  )
  const { newId } = systemDeps
  server.on('upgrade', (_request, socket) => refuseUpgrade(socket, newId))
  server.on('connect', (_request, socket) => refuseUpgrade(socket, newId))
  server.on('checkExpectation', (_request, response) => refuseExpectation(response, newId()))
  server.on('clientError', (error, socket) => refuseSocket(error, socket, newId))
  await opened(server, options)
  const address = server.address()
  return {
    host: options.host,
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    stop: async (graceMs) => {
      await gateway.drain(graceMs)
      await new Promise((resolve) => setTimeout(resolve, refusalWindowMs))
      const done = closed(server)
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 1_000).unref()
      await done
      await gateway.close()
    },
    retire: (graceMs) => retire(server, gateway, graceMs),
  }
}
