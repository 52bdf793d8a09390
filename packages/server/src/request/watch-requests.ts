import { isProxyApiError, type ProxyApiError, type Receipt } from '@proxyapi/core'
import type { Tracing } from '@proxyapi/logging/node'
import type { Context, MiddlewareHandler } from 'hono'
import { statusOf } from '../errors/client-error.ts'
import type { GatewayEnv } from './bindings.ts'
import type { EndedRequest } from './completed-request.ts'
import { endpointOf, operationOf } from './endpoint-of.ts'

/** As much of tracing as the gateway uses. */
export type RequestTracing = Pick<Tracing, 'startCall'>

export interface RequestWatch {
  readonly now: () => number
  /** `undefined` traces nothing. */
  readonly tracing?: RequestTracing | undefined
  /** Told of every request once its answer has gone. Must not throw. */
  readonly onRequest: (request: EndedRequest) => void
}

const leftStatus = 499

/** How a request came in. */
interface Arrival {
  readonly endpoint: string
  readonly startedAtMs: number
}

function errorOf(c: Context<GatewayEnv>): ProxyApiError | undefined {
  return isProxyApiError(c.error) ? c.error : undefined
}

/** What the client was told. A call that was canceled tells of a client that left, whatever had been sent by then. */
function sentStatus(c: Context<GatewayEnv>, receipt: Receipt | undefined): number {
  if (receipt?.outcome === 'canceled') return leftStatus
  const error = errorOf(c)
  if (error !== undefined) return statusOf(error)
  if (c.error !== undefined) return 500
  return c.env?.outgoing?.statusCode ?? c.res.status
}

function toEnded(c: Context<GatewayEnv>, { endpoint, startedAtMs }: Arrival, endedAtMs: number): EndedRequest {
  const receipt = c.get('receipt')
  const span = c.get('span')
  return {
    id: c.get('requestId'),
    method: c.req.method,
    endpoint,
    path: c.req.path,
    status: sentStatus(c, receipt),
    startedAtMs,
    endedAtMs,
    key: c.get('key'),
    error: errorOf(c) ?? receipt?.error,
    receipt,
    authFailure: c.get('authFailure'),
    sourceAddress: c.env?.incoming?.socket.remoteAddress,
    traceId: span?.sampled === true ? span.traceId : undefined,
  }
}

function startSpan(c: Context<GatewayEnv>, { tracing }: RequestWatch, { endpoint, startedAtMs }: Arrival): void {
  if (tracing === undefined) return
  const traceparent = c.req.header('traceparent')
  const tracestate = c.req.header('tracestate')
  c.set('span', tracing.startCall({ traceparent, tracestate, method: c.req.method, endpoint, startedAtMs }))
}

/** Tells of every request when it is over: when its handler is done and, for a stream that is read later, its call has ended. */
export function watchRequests(watch: RequestWatch): MiddlewareHandler<GatewayEnv> {
  return async (c, next) => {
    const arrival = { endpoint: endpointOf(c.req.path), startedAtMs: watch.now() }
    startSpan(c, watch, arrival)
    await next()
    const end = (): void => {
      const request = toEnded(c, arrival, watch.now())
      const { status, receipt, endedAtMs } = request
      c.get('span')?.end({ status, receipt, operation: operationOf(c.req.path), endedAtMs })
      watch.onRequest(request)
    }
    if (c.get('call') === undefined || c.get('receipt') !== undefined) end()
    else c.set('onSettled', end)
  }
}
