import { type ChatAnswer, type ChatRequest, type ChunkBatch, chat, type OpenCall, toChunks } from '@proxyapi/core'
import type { ClientContext } from '@proxyapi/core/dialects'
import { keepBytes, toProxyApiError } from '@proxyapi/core/serving'
import type { JsonObject } from '@proxyapi/core/wire'
import { type AdmissionDeps, admit } from '../admission/admit.ts'
import { type Mask, toClientError } from '../errors/client-error.ts'
import type { Exchange, Sent } from '../http/exchange.ts'
import { type KeepAlive, withinSilence } from '../http/keep-alive.ts'
import { checkJsonHead, parseBodyBytes } from '../http/read-body.ts'
import { streamHeaders } from '../http/stream-reply.ts'
import { bodyWithCost, type CostFields } from '../http/with-cost.ts'
import { costFields } from '../request/cost-fields.ts'
import { splitBody } from '../request/gateway-fields.ts'
import { type CallDeps, startCall } from '../request/open-call.ts'
import { provenanceHeaders } from '../request/response-headers.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import type { Surface } from '../surfaces/surface.ts'
import { withModel } from './azure-paths.ts'
import { writtenAnswer } from './written-answer.ts'

/** What the routes of chat need of the gateway. */
export interface ChatDeps {
  readonly calls: CallDeps
  readonly admission: AdmissionDeps
  readonly mask: Mask
  readonly newId: () => string
  /** `undefined` leaves silent streams silent. */
  readonly keepAlive: KeepAlive | undefined
  readonly setTimer: (callback: () => void, ms: number) => () => void
}

type WholeAnswer = Extract<ChatAnswer, { type: 'whole' }>
type StreamAnswer = Extract<ChatAnswer, { type: 'stream' }>

/** Grace period for flushing the final error event before the socket is destroyed. */
const flushGraceMs = 5_000
const jsonType = 'application/json'

/** One request on its way through a surface. */
interface ChatRun {
  readonly exchange: Exchange
  readonly surface: Surface
  readonly deps: ChatDeps
  readonly opened: Pick<OpenCall, 'call'>
  readonly context: ClientContext
  /** Whether the usage is to tell the cost. */
  readonly includeCost: boolean
}

function headersOf({ opened, exchange }: ChatRun, contentType: string): Record<string, string> {
  const headers = provenanceHeaders(opened.call, exchange, exchange.now())
  headers['content-type'] = contentType
  return headers
}

function costOf({ opened }: ChatRun): CostFields {
  return costFields(opened.call)
}

function sendWhole(run: ChatRun, answer: WholeAnswer): Sent {
  const { exchange, surface, opened, context } = run
  const isForwarded = answer.raw !== undefined && answer.raw.dialect === surface.dialect
  const write = (): unknown => surface.client.toResponse(answer.response, context)
  const body = isForwarded ? answer.raw.bytes : writtenAnswer(opened.call, answer, { path: surface.path, write })
  return exchange.send(200, headersOf(run, jsonType), run.includeCost ? bodyWithCost(body, costOf(run)) : body)
}

function sendStream(run: ChatRun, answer: StreamAnswer, isLate = false): Promise<Sent> | Sent {
  const { exchange, surface, deps, context, opened } = run
  const { outgoing } = exchange
  // A client that does not read would hold its socket and its buffers beyond the call's end.
  if (outgoing !== undefined)
    opened.call.abort.onAbort(() => deps.setTimer(() => outgoing.writableFinished || outgoing.destroy(), flushGraceMs))
  return exchange.sendStream(
    { ...headersOf(run, streamHeaders['content-type']), ...streamHeaders },
    {
      answer,
      client: surface.client,
      dialect: surface.dialect,
      context,
      keepAlive: deps.keepAlive,
      isLate,
      toError: (error) => toClientError(toProxyApiError(error), deps.mask, opened.call.id),
      costOf: run.includeCost ? () => costOf(run) : undefined,
    },
  )
}

/**
 * The stream of an answer that is still to come: its client gets signs of life meanwhile, and so its headers, before any provider is known.
 * Which provider answers is open until the first content.
 */
function lateAnswer(running: Promise<ChatAnswer>): StreamAnswer {
  let dialect: StreamAnswer['dialect']
  async function* batches(): AsyncGenerator<ChunkBatch> {
    const answer = await running
    if (answer.type === 'stream') dialect = answer.dialect
    yield* answer.type === 'stream' ? answer.batches : toChunks(answer.response)
  }
  return {
    type: 'stream',
    get dialect() {
      return dialect
    },
    batches: batches(),
  }
}

function contextOf(
  request: ChatRequest,
  includeUsage: boolean,
  { newId, now }: Pick<ChatDeps, 'newId'> & Pick<Exchange, 'now'>,
): ClientContext {
  return { newId, nowSeconds: Math.floor(now() / 1000), includeUsage, model: request.model, request }
}

/** Reads and decodes the body, runs the call, encodes and sends the answer. */
async function answerChat(exchange: Exchange, surface: Surface, deps: ChatDeps): Promise<Sent> {
  const { calls, admission } = deps
  const waiting = admit(exchange, admission)
  if (waiting !== undefined) await waiting
  checkJsonHead(exchange)
  const bytes = await exchange.readBytes(admission.maxBodyBytes)
  const parsing = parseBodyBytes(bytes, exchange.principal?.id)
  const given: unknown = parsing instanceof Promise ? await parsing : parsing
  const named = withModel(given, exchange.params)
  const body = surface.parse(named)
  const { own, sent } = splitBody(body)
  const request = surface.client.fromRequest(sent as JsonObject, exchange) // parsed JSON
  // The gateway's own fields must not travel, and the path's model must: such a body is written anew.
  if (own === undefined && named === given) keepBytes(request, bytes)
  const opened = startCall(exchange, { operation: chat, request, own }, calls)
  const running = opened.run(calls.engine.handler(chat))
  const isWatched = request.stream === true && deps.keepAlive !== undefined
  const answer = isWatched ? await withinSilence(running, deps.keepAlive) : await running
  const includeCost = own?.includeCost === true
  const context = contextOf(request, includeCost || surface.includeUsage(body), { newId: deps.newId, now: exchange.now })
  const run: ChatRun = { exchange, surface, deps, opened, context, includeCost }
  if (answer === undefined) return sendStream(run, lateAnswer(running), true)
  if (answer.type === 'stream') return sendStream(run, answer)
  if (request.stream !== true) return sendWhole(run, answer)
  return sendStream(run, { type: 'stream', dialect: undefined, batches: toChunks(answer.response) })
}

/** The route of a chat surface. */
export function chatRoute(surface: Surface, deps: ChatDeps): Route {
  return defineRoute({
    method: 'POST',
    path: surface.path,
    access: 'user',
    operation: surface.operation,
    summary: surface.summary,
    body: { schema: surface.schema, isReadByHandler: true },
    answer: surface.answer,
    produces: ['text/event-stream'],
    toErrorBody: surface.client.toErrorBody,
    handle: (exchange) => answerChat(exchange, surface, deps),
  })
}
