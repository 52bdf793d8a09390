import type { IncomingMessage, ServerResponse } from 'node:http'
import { ProxyApiError } from '@proxyapi/core'
import { joinLoose } from '@proxyapi/core/wire'
import { type Exchange, type ReplyHeaders, type Sent, sent } from '../http/exchange.ts'
import { ExchangeState, parseQueryString } from '../http/exchange-state.ts'
import { toHeaderLines } from '../http/fixed-headers.ts'
import { tooLarge } from '../http/read-body.ts'
import { type StreamReply, writeNodeBody, writeNodeStream } from '../http/stream-reply.ts'
import { bodyRefused } from './refuse-socket.ts'

/** A refused body is read on and thrown away, so that the caller sees the refusal and not a reset; but no longer than this. */
const discardBytes = 32 * 1024 * 1024
const discardMs = 3_000
/** How much longer a caller may go on sending after it was refused. */
const lingerMs = 2_000

/** Up to here a body is copied, so that it goes out in one write with its head. */
const maxJoinedBytes = 64 * 1024

function closedWhileSending(): ProxyApiError {
  return new ProxyApiError({ code: 'client_closed_request', message: 'The caller left while sending.' })
}

/** Throws away what is left of a body; calls `onDone` at its end, or when it is not worth waiting for. */
function discard(incoming: IncomingMessage, read: number, onDone: () => void): void {
  let length = read
  let isDone = false
  const finish = (): void => {
    if (isDone) return
    isDone = true
    clearTimeout(timer)
    onDone()
    if (!incoming.complete) setTimeout(() => incoming.destroy(), lingerMs).unref()
  }
  const timer = setTimeout(finish, discardMs)
  incoming.on('data', (piece: Buffer) => {
    length += piece.length
    if (length > discardBytes) finish()
  })
  incoming.once('end', finish)
  if (Number(incoming.headers['content-length']) > discardBytes) finish()
}

/** Reads a request to its end and keeps nothing beyond `maxBytes`. A body that comes in one piece is not copied. */
function readAll(exchange: NodeExchange, maxBytes: number): Promise<Uint8Array> {
  const { incoming } = exchange
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let more: Uint8Array[] | undefined
    let joined = 0
    let length = 0
    const refuse = (): void => {
      incoming.removeAllListeners('data').removeAllListeners('end')
      more = undefined
      discard(incoming, length, () => reject(tooLarge(maxBytes)))
    }
    // Without a listener for errors, a request that breaks off closes and says no more.
    incoming.on('close', () => {
      if (!incoming.complete) reject(closedWhileSending())
    })
    // The close is emitted once only, and that may have been while the request waited for its turn.
    if (incoming.destroyed && !incoming.complete) return reject(closedWhileSending())
    incoming.on(bodyRefused, reject)
    if (Number(incoming.headers['content-length']) > maxBytes) return refuse()
    incoming.on('data', (piece: Buffer) => {
      length += piece.length
      if (length > maxBytes) refuse()
      else if (first === undefined) first = piece
      else {
        more ??= [first]
        more.push(piece)
        joined = joinLoose(more, joined)
      }
    })
    incoming.on('end', () => {
      const bytes = more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, length)
      exchange.bytes = bytes
      resolve(bytes)
    })
  })
}

/** An exchange over Node's own request and response: no web objects between two sockets. */
export class NodeExchange extends ExchangeState implements Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly method: string
  readonly path: string
  private readonly queryStart: number

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    super()
    const url = incoming.url ?? '/'
    this.incoming = incoming
    this.outgoing = outgoing
    this.method = incoming.method ?? 'GET'
    this.queryStart = url.indexOf('?')
    this.path = this.queryStart === -1 ? url : url.slice(0, this.queryStart)
  }

  get peerAddress(): string | undefined {
    return this.incoming.socket.remoteAddress
  }

  header(name: string): string | undefined {
    const value = this.incoming.headers[name]
    return typeof value === 'string' ? value : value?.join(', ')
  }

  hasCredential(): boolean {
    const { headers } = this.incoming
    return headers.authorization !== undefined || headers['x-api-key'] !== undefined || headers['api-key'] !== undefined
  }

  hasControls(): boolean {
    for (const name in this.incoming.headers) if (name === 'cache-control' || name.startsWith('x-proxyapi-')) return true
    return false
  }

  query(): Readonly<Record<string, readonly string[]>> {
    return parseQueryString(this.queryStart === -1 ? '' : (this.incoming.url ?? '').slice(this.queryStart + 1))
  }

  hasBody(): boolean {
    return this.header('transfer-encoding') !== undefined || (this.header('content-length') ?? '0') !== '0'
  }

  readBytes(maxBytes: number): Promise<Uint8Array> {
    return readAll(this, maxBytes)
  }

  onClientGone(callback: () => void): () => void {
    const { outgoing } = this
    const onClose = (): void => {
      if (!outgoing.writableFinished) callback()
    }
    // The close is emitted once only, and that may have been before anybody listened.
    if (outgoing.destroyed) onClose()
    else outgoing.on('close', onClose)
    return () => outgoing.off('close', onClose)
  }

  send(status: number, headers: ReplyHeaders, body: string | Uint8Array): Sent {
    const { outgoing } = this
    this.status = status
    if (status === 200) this.route?.checkAnswer?.(headers['content-type'], body)
    // The client may have left meanwhile: then there is no reader.
    if (outgoing.headersSent || outgoing.destroyed) return sent
    const lines = toHeaderLines(this, headers)
    if (status !== 204) lines.push('content-length', String(Buffer.byteLength(body)))
    outgoing.writeHead(status, lines)
    // Node joins a text with the head into one write. Latin-1 is the bytes as they are.
    if (Buffer.isBuffer(body) && body.length <= maxJoinedBytes) outgoing.end(body.toString('latin1'), 'latin1')
    else outgoing.end(body)
    return sent
  }

  async sendStream(headers: ReplyHeaders, stream: StreamReply): Promise<Sent> {
    this.startStream(headers)
    await writeNodeStream(stream, this.outgoing)
    return sent
  }

  async sendBody(headers: ReplyHeaders, body: ReadableStream<Uint8Array>): Promise<Sent> {
    this.startStream(headers)
    await writeNodeBody(body, this.outgoing)
    return sent
  }

  private startStream(headers: ReplyHeaders): void {
    this.status = 200
    this.outgoing.writeHead(200, toHeaderLines(this, headers))
  }
}
