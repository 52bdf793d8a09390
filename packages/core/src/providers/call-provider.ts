import type { Call } from '../call/call.ts'
import type { ChatAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import { toChunks } from '../chat/to-chunks.ts'
import type { Deps } from '../deps.ts'
import type { DecodeContext } from '../dialects/dialect.ts'
import { badAnswer } from '../errors/provider-error.ts'
import type { ChatHandler } from '../filter/handler.ts'
import { createStreamDecoder } from '../stream/decode-stream.ts'
import { holdUntilCommit, readStream } from '../stream/read-stream.ts'
import { createStallGuard, type StallGuard } from '../stream/stall-guard.ts'
import { watchBatches } from '../stream/watch-batches.ts'
import { readBody } from '../transport/read-body.ts'
import type { Transport, TransportAnswer, TransportExchange } from '../transport/transport.ts'
import { parseJson } from '../wire/json.ts'
import type { AttemptTimeouts } from './attempt-timeouts.ts'
import { type Endpoint, encodeChat, pathTarget, toTransportRequest, withOutgoingHeaders } from './encode-call.ts'
import { refusalOf, silence, toProviderError } from './provider-failure.ts'

/** docs/resilience.md section 7. */
const maxPlainBytes = 32 * 1024 * 1024
const textDecoder = new TextDecoder()

/** One attempt under way. */
interface Attempt {
  readonly endpoint: Endpoint
  readonly exchange: TransportExchange
  readonly guard: StallGuard
  readonly context: DecodeContext
}

/** Reads a JSON body and what it says. An error object inside a 200 is a refusal all the same. */
async function readWhole(attempt: Attempt, answer: TransportAnswer): Promise<ChatAnswer> {
  const { dialect } = attempt.endpoint.definition
  const bytes = await readBody(answer.body, maxPlainBytes)
  const body = parseJson(textDecoder.decode(bytes))
  if (body === undefined) throw badAnswer('The answer is not JSON.')
  const refusal = refusalOf(attempt.endpoint, answer, body)
  if (refusal !== undefined) throw refusal
  const response = dialect.upstream.fromResponse(body, { ...attempt.context, headers: answer.headers })
  return { type: 'whole', response, ...(dialect.upstream.isForwardable(body) && { raw: { dialect: dialect.id, bytes } }) }
}

function isJson(answer: TransportAnswer): boolean {
  return (answer.headers['content-type'] ?? '').startsWith('application/json')
}

async function openStream(attempt: Attempt, answer: TransportAnswer): Promise<ChatAnswer> {
  const { endpoint, exchange, guard } = attempt
  const { dialect } = endpoint.definition
  if (isJson(answer) && dialect.framing !== 'ndjson') {
    const whole = await readWhole(attempt, answer)
    guard.stop()
    return whole.type === 'whole' ? { type: 'stream', dialect: dialect.id, batches: toChunks(whole.response) } : whole
  }
  const decoder = createStreamDecoder(dialect, { ...attempt.context, headers: answer.headers })
  const batches = readStream({
    body: answer.body,
    decoder,
    guard,
    exchange,
    timeouts: endpoint.timeouts,
    silence: (what) => silence(endpoint.options.name, what),
  })
  // A failure in mid-stream leaves with the provider's name on it.
  const onError = (error: unknown): unknown => toProviderError(error, endpoint.options.name)
  return { type: 'stream', dialect: dialect.id, batches: watchBatches(await holdUntilCommit(batches), { onError }) }
}

async function readAnswer(attempt: Attempt, request: ChatRequest, answer: TransportAnswer): Promise<ChatAnswer> {
  if (answer.status >= 300) {
    const body = await readBody(answer.body, maxPlainBytes)
    const text = textDecoder.decode(body)
    throw refusalOf(attempt.endpoint, answer, parseJson(text) ?? text) ?? badAnswer(`The provider answered ${answer.status}.`)
  }
  if (request.stream === true) return openStream(attempt, answer)
  if ((answer.headers['content-type'] ?? '').startsWith('text/event-stream')) throw badAnswer('The provider streamed a plain answer.')
  return readWhole(attempt, answer)
}

/** An aborted call closes its upstream call; gives the un-listening back. */
function abortWith(call: Call, exchange: TransportExchange): () => void {
  return call.onAbort(exchange.abort)
}

/** The provider's own limits, made tighter by what is known of the attempt. */
function tighter(own: AttemptTimeouts, limits: Partial<AttemptTimeouts> | undefined): AttemptTimeouts {
  if (limits === undefined) return own
  return {
    ...own,
    firstTokenMs: Math.min(own.firstTokenMs, limits.firstTokenMs ?? own.firstTokenMs),
    plainMs: Math.min(own.plainMs, limits.plainMs ?? own.plainMs),
  }
}

function limitOf(timeouts: AttemptTimeouts, stream: boolean): number {
  return Math.min(stream ? timeouts.firstTokenMs : timeouts.plainMs, timeouts.totalMs)
}

/**
 * The handler of one provider's model: encodes, sends, judges and decodes. It owns what neither a dialect nor a row does:
 * time limits, cancellation, error bodies and the feeding of the stream decoder.
 */
export function createChatHandler(
  endpoint: Endpoint,
  model: string,
  world: { readonly transport: Transport; readonly deps: Deps },
): ChatHandler {
  const { definition, options } = endpoint
  const { deps, transport } = world
  return async (request, call) => {
    const timeouts = tighter(endpoint.timeouts, call.limits)
    const stream = request.stream === true
    const encoded = encodeChat(endpoint, request, model)
    const path = definition.paths.chat(pathTarget(endpoint, model, stream))
    const outgoing = await toTransportRequest(endpoint, path, JSON.stringify(encoded.body))
    const exchange = transport.send(withOutgoingHeaders(outgoing, call))
    const guard = createStallGuard(deps)
    call.lease(abortWith(call, exchange))
    // A consumer who reads no more never lets the reader stop its own guard.
    call.lease(guard.stop)
    call.lease(deps.setTimer(() => exchange.abort(silence(options.name, 'no end')), timeouts.totalMs))
    guard.expect(limitOf(timeouts, stream), () => exchange.abort(silence(options.name, 'no answer')))
    const attempt: Attempt = { endpoint, exchange, guard, context: { model, newId: deps.newId } }
    try {
      const answer = await readAnswer(attempt, request, await exchange.answer)
      if (answer.type === 'whole') guard.stop()
      for (const name of encoded.dropped) call.dropped.add(name)
      return answer
    } catch (error) {
      guard.stop()
      exchange.abort(error)
      throw toProviderError(error, options.name)
    }
  }
}
