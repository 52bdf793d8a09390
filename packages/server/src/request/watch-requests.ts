import { isProxyApiError, type ProxyApiError } from '@proxyapi/core'
import type { CallRecord, CompletedRequest, RequestPhases } from '@proxyapi/logging'
import type { Tracing } from '@proxyapi/logging/node'
import type { Context, MiddlewareHandler } from 'hono'
import type { GatewayEnv } from './bindings.ts'
import { statusOf } from '../errors/client-error.ts'
import { endpointOf } from './endpoint-of.ts'
import { toRecordedError } from './to-call-record.ts'

/** As much of tracing as the gateway uses. */
export type RequestTracing = Pick<Tracing, 'startCall'>

export interface RequestWatch {
  readonly now: () => number
  /** `undefined` traces nothing. */
  readonly tracing?: RequestTracing | undefined
  /** Told of every request once its answer has gone. Must not throw. */
  readonly onRequest: (request: CompletedRequest) => void
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
function sentStatus(c: Context<GatewayEnv>, call: CallRecord | undefined): number {
  if (call?.outcome === 'canceled') return leftStatus
  const error = errorOf(c)
  if (error !== undefined) return statusOf(error)
  if (c.error !== undefined) return 500
  return c.env?.outgoing?.statusCode ?? c.res.status
}

function phasesOf(c: Context<GatewayEnv>): RequestPhases {
  const [startedAtMs, authorizedAtMs, admittedAtMs] = [c.get('startedAtMs'), c.get('authorizedAtMs'), c.get('admittedAtMs')]
  return {
    authMs: authorizedAtMs === undefined ? undefined : authorizedAtMs - startedAtMs,
    queueMs: admittedAtMs === undefined ? undefined : admittedAtMs - authorizedAtMs,
  }
}

function toCompleted(c: Context<GatewayEnv>, { endpoint, startedAtMs }: Arrival, endedAtMs: number): CompletedRequest {
  const call = c.get('record')
  const error = errorOf(c)
  const span = c.get('span')
  return {
    id: c.get('requestId'),
    method: c.req.method,
    endpoint,
    path: c.req.path,
    status: sentStatus(c, call),
    startedAtMs,
    endedAtMs,
    key: c.get('key'),
    error: error === undefined ? call?.error : toRecordedError(error),
    call,
    phases: phasesOf(c),
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
      const request = toCompleted(c, arrival, watch.now())
      const { status, call, endedAtMs } = request
      c.get('span')?.end({ status, call, endedAtMs })
      watch.onRequest(request)
    }
    if (c.get('call') === undefined || c.get('record') !== undefined) end()
    else c.set('onSettled', end)
  }
}
