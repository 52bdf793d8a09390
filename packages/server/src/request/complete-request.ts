import { type Deps, ProxyApiError } from '@proxyapi/core'
import { createSteadyClock } from '@proxyapi/core/serving'
import type { CompletedRequest } from '@proxyapi/logging'
import type { Tracing } from '@proxyapi/logging/node'
import { statusOf } from '../errors/client-error.ts'
import type { Exchange } from '../http/exchange.ts'
import { otherEndpoint } from '../http/route-facts.ts'
import type { Observers } from './observers.ts'
import { toRecordedError } from './to-call-record.ts'

/** As much of tracing as the gateway uses. */
export type RequestTracing = Pick<Tracing, 'startCall'>

/** What watches requests from their arrival to their end. */
export interface RequestWatch {
  readonly clocks: Pick<Deps, 'now' | 'monotonicNow'>
  /** `undefined` traces nothing. */
  readonly tracing?: RequestTracing | undefined
  readonly observers: Pick<Observers, 'onRequest' | 'recordAction'>
}

const clientLeftStatus = 499

function toCompleted(exchange: Exchange): CompletedRequest {
  const { id, method, path, route, principal, receipt, span, authFailure, error, startedAtMs, authorizedAtMs, admittedAtMs } = exchange
  return {
    id,
    method,
    endpoint: route?.endpoint ?? otherEndpoint,
    path,
    // A canceled call means that the client has left, whatever was sent before.
    status: receipt?.outcome === 'canceled' ? clientLeftStatus : error === undefined ? exchange.status : statusOf(error),
    startedAtMs,
    endedAtMs: exchange.now(),
    key: principal,
    error: error === undefined ? receipt?.error : toRecordedError(error),
    call: receipt,
    // A public route has no authorisation, and few routes queue.
    phases: {
      authMs: authorizedAtMs === 0 ? undefined : authorizedAtMs - startedAtMs,
      queueMs: admittedAtMs === undefined ? undefined : admittedAtMs - authorizedAtMs,
      condenseMs: exchange.call?.annotations.condenseMs,
    },
    authFailure,
    audit: exchange.isRecorded ? undefined : route?.audit === true ? `${method} ${route.endpoint}` : route?.audit,
    auditObject: exchange.auditObject,
    subject: route?.subject === undefined ? undefined : exchange.params[route.subject],
    sourceAddress: exchange.peerAddress,
    traceId: span?.sampled === true ? span.traceId : undefined,
  }
}

/** Starts the request's trace, where there is tracing. */
export function startRequest(exchange: Exchange, { tracing, clocks }: RequestWatch): void {
  exchange.now = createSteadyClock(clocks)
  exchange.startedAtMs = exchange.now()
  if (tracing === undefined) return
  exchange.span = tracing.startCall({
    traceparent: exchange.header('traceparent'),
    tracestate: exchange.header('tracestate'),
    method: exchange.method,
    endpoint: exchange.route?.endpoint ?? otherEndpoint,
    startedAtMs: exchange.startedAtMs,
  })
}

const unrecorded = {
  before: 'The action could not be written to the audit log, and was not carried out.',
  after: 'The action was carried out, but it could not be written to the audit log.',
} as const

/** Records an admin action before its answer is sent; before or after it was carried out. @throws ProxyApiError `storage_unavailable` */
export async function recordAction(exchange: Exchange, { observers }: RequestWatch, when: 'before' | 'after'): Promise<void> {
  try {
    await observers.recordAction({ ...toCompleted(exchange), status: 200 })
  } catch (cause) {
    throw new ProxyApiError({ code: 'storage_unavailable', message: unrecorded[when], cause })
  }
  exchange.isRecorded = true
}

/** Reports a request that is over: its answer has been handed over and its call, if it made one, has ended. */
export function completeRequest(exchange: Exchange, { observers }: RequestWatch): void {
  if (exchange.isCompleted || !exchange.isAnswered || (exchange.call !== undefined && exchange.receipt === undefined)) return
  exchange.isCompleted = true
  const request = toCompleted(exchange)
  const { status, call, endedAtMs } = request
  exchange.span?.end({ status, call, endedAtMs })
  observers.onRequest(request)
}
