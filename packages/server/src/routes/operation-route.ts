import type { JsonObject } from '@proxyapi/core/wire'
import type * as v from 'valibot'
import { type AdmissionDeps, admit } from '../admission/admit.ts'
import type { Exchange, Sent } from '../http/exchange.ts'
import { readJsonBody } from '../http/read-body.ts'
import { bodyWithCost } from '../http/with-cost.ts'
import { costFields } from '../request/cost-fields.ts'
import { splitBody } from '../request/gateway-fields.ts'
import { type CallDeps, startCall } from '../request/open-call.ts'
import { provenanceHeaders } from '../request/response-headers.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import type { OperationSurface } from '../surfaces/operation-surface.ts'
import { parseBody } from '../surfaces/surface.ts'
import { withModel } from './azure-paths.ts'
import { writtenAnswer } from './written-answer.ts'

/** What the routes of operations need of the gateway. */
export interface OperationDeps {
  readonly calls: CallDeps
  readonly admission: AdmissionDeps
  readonly newId: () => string
}

/** Reads and decodes the body, runs the call, encodes and sends the answer. */
async function answerOperation<Schema extends v.GenericSchema, Request, Response>(
  exchange: Exchange,
  surface: OperationSurface<Schema, Request, Response>,
  { calls, admission, newId }: OperationDeps,
): Promise<Sent> {
  const { operation, schema, path, dialect, handler = calls.engine.handler(operation) } = surface
  const waiting = admit(exchange, admission)
  if (waiting !== undefined) await waiting
  const json = withModel(await readJsonBody(exchange, admission.maxBodyBytes), exchange.params)
  const { own, sent } = splitBody(parseBody(schema, json))
  const request = surface.fromBody(sent)
  const opened = startCall(exchange, { operation, request, own }, calls)
  const answer = await opened.run(handler)
  const headers = provenanceHeaders(opened.call, exchange, exchange.now())
  headers['content-type'] = 'application/json'
  const isForwarded = answer.raw !== undefined && answer.raw.dialect === dialect
  const write = (): JsonObject => surface.toBody(answer.response, { request, newId })
  const body = isForwarded ? answer.raw.bytes : writtenAnswer(opened.call, answer, { path, write })
  return exchange.send(200, headers, own?.includeCost === true ? bodyWithCost(body, costFields(opened.call)) : body)
}

/** The route of an operation whose answers are whole. */
export function operationRoute<Schema extends v.GenericSchema, Request, Response>(
  surface: OperationSurface<Schema, Request, Response>,
  deps: OperationDeps,
): Route {
  return defineRoute({
    method: 'POST',
    path: surface.path,
    access: 'user',
    operation: surface.operation.name,
    summary: surface.summary,
    body: { schema: surface.schema, isReadByHandler: true },
    answer: surface.answer,
    toErrorBody: surface.toErrorBody,
    handle: (exchange) => answerOperation(exchange, surface, deps),
  })
}
