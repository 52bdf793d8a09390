import type { AttemptScope } from '../call/attempt.ts'
import type { AttemptTimeouts } from '../call/attempt-timeouts.ts'
import type { Call } from '../call/call.ts'
import type { Operation, TargetHandler } from '../call/operation.ts'
import type { AnyAnswer, StreamAnswer, WholeAnswer } from '../chat/answer.ts'
import type { ChatResponse } from '../chat/response.ts'
import { toChunks } from '../chat/to-chunks.ts'
import { watchBatches } from '../chat/watch-batches.ts'
import type { DecodeContext, EncodedRequest, EncodeTarget, OperationCodec } from '../dialects/dialect.ts'
import { invalidResponse } from '../errors/provider-error.ts'
import { createStreamDecoder } from '../stream/decode-stream.ts'
import { holdUntilCommit, readStream } from '../stream/read-stream.ts'
import { createStallGuard, type StallGuard } from '../stream/stall-guard.ts'
import { checkAnswerSize, exceededAnswerLimit } from '../transport/answer-size.ts'
import { readBody } from '../transport/read-body.ts'
import type { TransportAnswer, TransportExchange } from '../transport/transport.ts'
import { parseJson } from '../wire/json.ts'
import { type Endpoint, pathTarget, toTransportRequest, withOutgoingHeaders } from './encode-call.ts'
import { modelCapabilities } from './model-capabilities.ts'
import type { ProviderDeps } from './provider-deps.ts'
import { refusalOf, type TimeLimit, timeoutError, toProviderError } from './provider-failure.ts'
import { applyQuirks } from './quirks.ts'

/** Limits of docs/resilience.md section 7. Vectors are larger than words. */
const maxPlainBytes = 32 * 1024 * 1024
const maxVectorBytes = 64 * 1024 * 1024
const textDecoder = new TextDecoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const textEncoder = new TextEncoder()

/** How one operation is spoken to one model of an endpoint. */
export interface UpstreamRoute<Request, Answer extends AnyAnswer> {
  readonly operation: Operation<Request, Answer>
  readonly codec: OperationCodec<Request, unknown>
  /** The path below the endpoint's base. */
  readonly path: (stream: boolean) => string
}

/** One exchange with an upstream. */
interface Exchange<Request> {
  readonly endpoint: Endpoint
  readonly codec: OperationCodec<Request, unknown>
  readonly request: Request
  readonly exchange: TransportExchange
  readonly guard: StallGuard
  readonly timeouts: AttemptTimeouts
  readonly context: DecodeContext
}

/** A body as text. One that is not plain UTF-8 is still read, but its own bytes must not be sent on. */
function decodeText(bytes: Uint8Array): { readonly text: string; readonly isPlain: boolean } {
  try {
    const text = strictDecoder.decode(bytes)
    if (text.charCodeAt(0) !== byteOrderMark) return { text, isPlain: true }
  } catch {
    // The lenient decoder puts a replacement character where no character can be read.
  }
  return { text: textDecoder.decode(bytes), isPlain: false }
}

const byteOrderMark = 0xfeff

/** The bytes for a client of the provider's own dialect; `undefined` where the answer has to be written by its encoder. */
function ownBytes<Request>(
  { codec, request }: Pick<Exchange<Request>, 'codec' | 'request'>,
  read: {
    readonly body: unknown
    readonly response: unknown
    readonly context: DecodeContext
    readonly plainBytes: Uint8Array | undefined
  },
): Uint8Array | undefined {
  const { body, plainBytes } = read
  const own =
    codec.repair === undefined
      ? codec.isForwardable?.(body, request) === true
        ? body
        : undefined
      : codec.repair(body, read.response, read.context)
  if (own === undefined) return undefined
  return own === body && plainBytes !== undefined ? plainBytes : textEncoder.encode(JSON.stringify(own))
}

/** Judges a complete JSON body. An error object inside a 200 is a refusal too. */
function decodeWhole<Request>(from: Exchange<Request>, answer: TransportAnswer, bytes: Uint8Array): WholeAnswer<unknown> {
  const { endpoint, codec, request } = from
  const { text, isPlain } = decodeText(bytes)
  checkAnswerSize(text, maxBytesOf(from) === maxVectorBytes)
  const body = parseJson(text)
  if (body === undefined) throw invalidResponse('The answer is not JSON.')
  const refusal = refusalOf(endpoint, answer, body)
  if (refusal !== undefined) throw refusal
  const context: DecodeContext = { ...from.context, headers: answer.headers }
  const response = codec.fromResponse(body, context, request)
  const own = ownBytes(from, { body, response, context, plainBytes: isPlain ? bytes : undefined })
  return { type: 'whole', response, raw: own && { dialect: endpoint.definition.dialect.id, bytes: own } }
}

function hasType(answer: TransportAnswer, type: string): boolean {
  return (answer.headers['content-type'] ?? '').startsWith(type)
}

function maxBytesOf<Request>({ endpoint, codec }: Exchange<Request>): number {
  return (codec as unknown) === endpoint.definition.dialect.upstream ? maxPlainBytes : maxVectorBytes
}

async function openStream<Request>(from: Exchange<Request>, answer: TransportAnswer): Promise<StreamAnswer> {
  const { endpoint, exchange, guard, timeouts } = from
  const { dialect } = endpoint.definition
  if (dialect.framing !== 'ndjson' && hasType(answer, 'application/json')) {
    const whole = decodeWhole(from, answer, await readBody(answer.body, maxPlainBytes))
    guard.stop()
    return { type: 'stream', dialect: dialect.id, batches: toChunks(whole.response as ChatResponse) } // only chat streams
  }
  const { name } = endpoint.options
  const batches = readStream({
    body: answer.body,
    decoder: createStreamDecoder(dialect, { ...from.context, headers: answer.headers }),
    guard,
    exchange,
    timeouts,
    onSilence: (limit, ms) => timeoutError(name, { name: limit, ms }),
  })
  // A failure after the first content carries the provider's name.
  const onError = (error: unknown): unknown => toProviderError(error, endpoint)
  return { type: 'stream', dialect: dialect.id, batches: watchBatches(await holdUntilCommit(batches), { onError }) }
}

/** The error that an answer with a status of 300 or more stands for. */
function errorOf(from: { readonly endpoint: Endpoint }, answer: TransportAnswer, bytes: Uint8Array): Error {
  const text = textDecoder.decode(bytes)
  const body = exceededAnswerLimit(text) === undefined ? parseJson(text) : undefined
  return refusalOf(from.endpoint, answer, body ?? text) ?? invalidResponse(`The provider answered ${answer.status}.`)
}

/** Starts the clocks of an exchange: until its answer (or first content), and until its end. */
function watchTime(
  from: Pick<Exchange<unknown>, 'exchange' | 'guard' | 'timeouts' | 'endpoint'>,
  stream: boolean,
  { attempt, deps }: { readonly attempt: AttemptScope } & ProviderDeps,
): void {
  const { exchange, guard, timeouts, endpoint } = from
  const { name } = endpoint.options
  const { firstTokenMs, plainMs, totalMs } = timeouts
  const first: TimeLimit = stream ? { name: 'first_token', ms: firstTokenMs } : { name: 'plain', ms: plainMs }
  const limit: TimeLimit = totalMs < first.ms ? { name: 'total', ms: totalMs } : first
  guard.expect(limit.ms, () => exchange.abort(timeoutError(name, limit)))
  // A consumer who reads no more never lets the reader stop its own guard.
  attempt.hold(guard.stop)
  if (stream) attempt.hold(deps.setTimer(() => exchange.abort(timeoutError(name, { name: 'total', ms: totalMs })), totalMs))
}

/**
 * The handler of one operation for one of a provider's models: encodes, sends, judges and decodes. It owns what neither a
 * dialect nor a provider's row does: time limits, cancellation, error bodies and the feeding of the stream decoder.
 */
export function createUpstreamHandler<Request, Answer extends AnyAnswer>(
  endpoint: Endpoint,
  model: string,
  { route, deps: providerDeps }: { readonly route: UpstreamRoute<Request, Answer>; readonly deps: ProviderDeps },
): TargetHandler<Request, Answer> {
  const { definition, options } = endpoint
  const { quirks } = definition
  const { operation, codec } = route
  const { deps, transport } = providerDeps
  const capabilities = modelCapabilities(definition, options, model)
  const bodyModel = definition.bodyModel === 'deployment' ? pathTarget(endpoint, model, false).deployment : model
  const context: DecodeContext = { model, newId: deps.newId, nowSeconds: () => Math.floor(deps.now() / 1000) }
  return async (request, call: Call, attempt) => {
    const { timeouts } = attempt
    const stream = operation.isStream(request)
    const target: EncodeTarget = { model: bodyModel, capabilities, stream }
    const first = codec.toRequest(request, target)
    const encoded = applyQuirks(first, quirks) ?? applyQuirks(codec.toRequest(request, { ...target, isBodyNeeded: true }), quirks) ?? first
    const body = encoded.bytes ?? JSON.stringify(encoded.body)
    const building = toTransportRequest(endpoint, route.path(stream), {
      body,
      headers: encoded.headers,
      connectTimeoutMs: timeouts.connectMs,
    })
    const outgoing = building instanceof Promise ? await building : building
    const exchange = transport.send(withOutgoingHeaders(outgoing, call, attempt))
    attempt.exchange = exchange
    attempt.abort.onAbort(exchange.abort)
    const guard = createStallGuard(deps)
    const from: Exchange<Request> = { endpoint, codec, request, exchange, guard, timeouts, context }
    watchTime(from, stream, { attempt, ...providerDeps })
    try {
      const answer = await exchange.answer
      attempt.onHeaders?.(answer.headers)
      if (answer.status < 300 && stream) {
        const streamed = await openStream(from, answer)
        noteParameters(call, encoded)
        return streamed as Answer // streams are chat's, and chat's answers may be streams
      }
      if (answer.status < 300 && hasType(answer, 'text/event-stream')) throw invalidResponse('The provider streamed a plain answer.')
      const bytes = await readBody(answer.body, maxBytesOf(from))
      if (answer.status >= 300) throw errorOf(from, answer, bytes)
      const whole = decodeWhole(from, answer, bytes)
      guard.stop()
      noteParameters(call, encoded)
      return whole as Answer // the codec's response is the operation's
    } catch (error) {
      guard.stop()
      exchange.abort(error)
      throw toProviderError(error, endpoint)
    }
  }
}

/** Tells the call what became of the parameters of the request that was answered. */
function noteParameters(call: Call, { dropped, changed }: EncodedRequest): void {
  for (const name of dropped) call.dropped.add(name)
  if (changed !== undefined && changed.length > 0) call.changed = new Set([...(call.changed ?? []), ...changed])
}

/** The path of an operation at an endpoint, computed once for streams and once for the rest. */
export function pathsOf(
  endpoint: Endpoint,
  model: string,
  path: (target: ReturnType<typeof pathTarget>) => string,
): (stream: boolean) => string {
  let plain: string | undefined
  let streamed: string | undefined
  return (stream) => {
    if (stream) {
      streamed ??= path(pathTarget(endpoint, model, true))
      return streamed
    }
    plain ??= path(pathTarget(endpoint, model, false))
    return plain
  }
}
