import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { InvalidRequestError, ProxyApiError } from '@proxyapi/core'
import { openAiChatClient } from '@proxyapi/core/dialects'
import { toClientError } from '../errors/client-error.ts'

/** Emitted on a request whose body Node gives up, with the error that it is to be answered with. */
export const bodyRefused = 'proxyapi:body-refused'

/** How long a client has to read its refusal. */
const lingerMs = 2_000

interface Refusal {
  readonly status: number
  readonly error: ProxyApiError
}

/** Errors of Node's parser and of its clock, by their codes (Node.js, "Errors" and llhttp). */
function toRefusal(code: string | undefined): Refusal {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, error: new ProxyApiError({ code: 'request_timeout', message: 'The request did not come in time.' }) }
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, error: new InvalidRequestError('The headers of the request are larger than 16384 bytes.') }
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, error: new ProxyApiError({ code: 'payload_too_large', message: 'The extensions of a chunk are too large.' }) }
    default:
      return { status: 400, error: new InvalidRequestError('The request is not HTTP/1.1.') }
  }
}

/** An answer of ours, for what never becomes a request. */
function toAnswer({ status, error }: Refusal, id: string): string {
  const body = JSON.stringify(openAiChatClient.toErrorBody(toClientError(error, (text) => text, id)))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `x-request-id: ${id}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

function endInTime(socket: Duplex): void {
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

/** The response that a socket is busy with; Node keeps it there for its own default handler (lib/_http_server.js, `socketOnError`). */
function responseOf(socket: Duplex): ServerResponse<IncomingMessage> | undefined {
  const response: unknown = Reflect.get(socket, '_httpMessage')
  return response instanceof ServerResponse ? response : undefined
}

/** The client has closed its side, in the middle of a request or between two. */
function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'HPE_INVALID_EOF_STATE'
}

/** Answers what Node gives up: a broken head, or a request that comes too slowly. A request whose body is awaited is answered by its own route. */
export function refuseSocket(error: NodeJS.ErrnoException, socket: Duplex, newId: () => string): void {
  const response = responseOf(socket)
  if (isGone(error) || !socket.writable || response?.headersSent === true) {
    socket.destroy()
    return
  }
  const refusal = toRefusal(error.code)
  endInTime(socket)
  if (response === undefined) {
    socket.end(toAnswer(refusal, newId()))
    return
  }
  response.shouldKeepAlive = false
  if (!response.req.emit(bodyRefused, refusal.error)) socket.end(toAnswer(refusal, newId()))
}

/** Refuses to become a tunnel or to speak another protocol. */
export function refuseUpgrade(socket: Duplex, newId: () => string): void {
  endInTime(socket)
  const error = new InvalidRequestError('The gateway speaks HTTP/1.1 alone: it upgrades no connection and is no proxy.')
  socket.end(toAnswer({ status: 400, error }, newId()))
}

/** Refuses an expectation other than `100-continue` (RFC 9110, 10.1.1). */
export function refuseExpectation(response: ServerResponse, id: string): void {
  const error = new InvalidRequestError('The only expectation that can be met is "100-continue".')
  const body = JSON.stringify(openAiChatClient.toErrorBody(toClientError(error, (text) => text, id)))
  const length = Buffer.byteLength(body)
  response
    .writeHead(417, { 'x-request-id': id, 'content-type': 'application/json', 'content-length': length, connection: 'close' })
    .end(body)
}
