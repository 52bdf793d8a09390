import {
  type CallOptions,
  type ChatAnswer,
  type ChatRequest,
  type ClientContext,
  type JsonObject,
  type OpenCall,
  ProxyApiError,
  toChunks,
} from '@proxyapi/core'
import type { Context } from 'hono'
import { mayUse } from '../auth/keys.ts'
import type { Runtime } from '../gateway/runtime.ts'
import type { GatewayEnv } from '../http/bindings.ts'
import { toClientError } from '../http/client-error.ts'
import { readJsonBody } from '../http/read-body.ts'
import { alreadySent, reply } from '../http/reply.ts'
import { provenanceHeaders } from '../http/response-headers.ts'
import { type StreamReply, streamHeaders, toWebStream, writeNodeStream } from '../http/stream-reply.ts'
import { operationOf } from '../observation/endpoint-of.ts'
import type { Surface } from '../surfaces/surface.ts'
import { admit } from './admit.ts'
import { readControls } from './controls.ts'

/** How long a client has to take the last words of a call that ended without it. */
const unreadMs = 5_000

/** One request on its way through a surface. */
interface Exchange {
  readonly c: Context<GatewayEnv>
  readonly surface: Surface
  readonly runtime: Runtime
  readonly opened: OpenCall
  readonly context: ClientContext
}

export function clientContext(runtime: Runtime, request: ChatRequest, includeUsage: boolean): ClientContext {
  return { newId: runtime.deps.newId, nowSeconds: Math.floor(runtime.deps.now() / 1000), includeUsage, model: request.model }
}

function toError(error: unknown): ProxyApiError {
  return error instanceof Error && 'code' in error && 'brand' in error
    ? (error as ProxyApiError)
    : new ProxyApiError({ code: 'internal_error', message: 'The gateway failed.', cause: error })
}

function headersOf({ c, opened, runtime }: Exchange): Record<string, string> {
  return provenanceHeaders(opened.call, {
    startedAtMs: c.get('startedAtMs'),
    authorizedAtMs: c.get('authorizedAtMs'),
    admittedAtMs: c.get('admittedAtMs'),
    answeredAtMs: runtime.deps.now(),
  })
}

/** Bodies written for answers that may be asked for again: by the answer's identity, so that they go when it goes. */
const written = new WeakMap<object, Map<string, string>>()

/** The answer in the client's words. What a cache gave out in one piece is written once for each surface. */
function rendered({ surface, context, opened }: Exchange, answer: Extract<ChatAnswer, { type: 'whole' }>): string {
  const write = (): string => JSON.stringify(surface.client.toResponse(answer.response, context))
  if (opened.call.marks.cache?.status !== 'hit') return write()
  const known = written.get(answer)?.get(surface.path)
  if (known !== undefined) return known
  const bodies = written.get(answer) ?? new Map<string, string>()
  const body = write()
  written.set(answer, bodies.set(surface.path, body))
  return body
}

function sendWhole(exchange: Exchange, answer: Extract<ChatAnswer, { type: 'whole' }>): Response {
  const { c, surface } = exchange
  const body = answer.raw?.dialect === surface.dialect ? answer.raw.bytes : rendered(exchange, answer)
  return reply(c, { status: 200, headers: { 'content-type': 'application/json', ...headersOf(exchange) }, body })
}

async function sendStream(exchange: Exchange, answer: Extract<ChatAnswer, { type: 'stream' }>): Promise<Response> {
  const { c, surface, runtime, context } = exchange
  const headers = { ...streamHeaders, ...headersOf(exchange) }
  const streamReply: StreamReply = {
    answer,
    client: surface.client,
    dialect: surface.dialect,
    context,
    toError: (error) => toClientError(toError(error), runtime.mask, exchange.opened.call.id),
  }
  const outgoing = c.env?.outgoing
  if (outgoing === undefined) return reply(c, { status: 200, headers, body: toWebStream(streamReply) })
  outgoing.writeHead(200, { 'x-request-id': c.get('requestId'), ...headers })
  // Whoever does not read would hold its socket and its buffers beyond the call's end.
  exchange.opened.call.onAbort(() => runtime.deps.setTimer(() => outgoing.writableFinished || outgoing.destroy(), unreadMs))
  await writeNodeStream(streamReply, outgoing)
  return alreadySent
}

/** Cancels the call when the client's connection closes before the answer is complete. */
function followClient(c: Context<GatewayEnv>, opened: OpenCall): void {
  const outgoing = c.env?.outgoing
  if (outgoing === undefined) return
  const onClose = (): void => {
    if (!outgoing.writableFinished) opened.cancel()
  }
  // Its close is told once only, and that may have been before we listened.
  if (outgoing.destroyed) {
    opened.cancel()
    return
  }
  outgoing.once('close', onClose)
  opened.call.lease(() => outgoing.off('close', onClose))
}

interface Opening {
  readonly runtime: Runtime
  /** The body's object of that name: for the gateway, and not for the provider. */
  readonly cache?: unknown
  /** What the headers alone say, where they have been read. */
  readonly controls?: CallOptions
}

function open(c: Context<GatewayEnv>, request: ChatRequest, { runtime, cache, controls }: Opening): OpenCall {
  const key = c.get('key')
  const span = c.get('span')
  const options: CallOptions = {
    // A request that makes several calls gives its own id to the first.
    id: c.get('call') === undefined ? c.get('requestId') : undefined,
    principal: key && { id: key.id, name: key.name, role: key.role },
    ...(cache === undefined && controls !== undefined ? controls : readControls(c, cache)),
    ...(c.env?.incoming === undefined && { signal: c.req.raw.signal }),
    ...(span !== undefined && {
      // Not the tracestate: it is what other vendors told each other, and providers are none of their business.
      outgoingHeaders: (attempt) => ({ traceparent: span.attempt(opened.call.attempts.indexOf(attempt)).traceparent ?? '' }),
    }),
    onSettled: (receipt) => {
      // The first call of a request is on its record; a later one stands for itself.
      const isInternal = c.get('record') !== undefined
      const traceId = span?.sampled === true ? span.traceId : undefined
      const record = runtime.onReceipt(receipt, { operation: operationOf(c.req.path), traceId, isInternal })
      if (!isInternal) c.set('record', record)
      c.get('onSettled')?.()
    },
  }
  const opened = runtime.engine.open(request, options)
  c.set('call', opened.call)
  runtime.inFlight.add(opened)
  // At once, when the caller had left before.
  opened.call.lease(() => runtime.inFlight.remove(opened))
  followClient(c, opened)
  return opened
}

/**
 * Gives back what the headers say, which had to be read for it.
 *
 * @throws ProxyApiError `forbidden` for a model, or a fallback of the caller's own, that the key may not use
 */
export function assertAllowed(c: Context<GatewayEnv>, model: string): CallOptions {
  const controls = readControls(c)
  const wanted = [model, ...(controls.overrides?.fallbacks ?? [])]
  const refused = wanted.find((name) => !mayUse(c.get('key'), name))
  if (refused === undefined) return controls
  throw new ProxyApiError({ code: 'forbidden', message: `This key may not use the model "${refused}".`, param: 'model' })
}

/** Runs a route's work with a place among the requests under way; the call that it opens keeps the place. */
export async function withPlace(c: Context<GatewayEnv>, runtime: Runtime, work: () => Promise<Response>): Promise<Response> {
  const entered = admit(c, runtime)
  const leave = entered instanceof Promise ? await entered : entered
  c.set('admittedAtMs', runtime.deps.now())
  try {
    return await work()
  } finally {
    // A stream may outlive this function: then the place is given back when its call ends.
    const call = c.get('call')
    if (call === undefined) leave()
    else call.lease(leave)
  }
}

/** The route of a chat surface: read, decode, run, encode. */
export function chatRoute(surface: Surface, runtime: Runtime): (c: Context<GatewayEnv>) => Promise<Response> {
  const answer = async (c: Context<GatewayEnv>): Promise<Response> => {
    const body = surface.parse(await readJsonBody(c, runtime.maxBodyBytes))
    const { cache, ...sent } = body
    const request = surface.client.fromRequest(sent as JsonObject) // parsed JSON is nothing else
    const controls = assertAllowed(c, request.model)
    const opened = open(c, request, { runtime, cache, controls })
    const answer = await opened.run(runtime.engine.handler)
    const exchange: Exchange = { c, surface, runtime, opened, context: clientContext(runtime, request, surface.includeUsage(body)) }
    if (answer.type === 'stream') return sendStream(exchange, answer)
    if (request.stream !== true) return sendWhole(exchange, answer)
    return sendStream(exchange, { type: 'stream', dialect: 'demo', batches: toChunks(answer.response) })
  }
  return (c) => withPlace(c, runtime, () => answer(c))
}

export { open as openCallFor }
