import { ProxyApiError } from '@proxyapi/core'
import { type Exchange, type ReplyHeaders, type Sent, sent } from './exchange.ts'
import { ExchangeState, isControl, parseQueryString } from './exchange-state.ts'
import { toHeaderEntries } from './fixed-headers.ts'
import { tooLarge } from './read-body.ts'
import { type StreamReply, toWebStream } from './stream-reply.ts'

/** The path of a URL as it was written: a URL parser would mend it. */
export function rawPathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return '/'
  const end = url.slice(start).search(/[?#]/)
  return end === -1 ? url.slice(start) : url.slice(start, start + end)
}

function queryOf(url: string): string {
  const start = url.indexOf('?')
  return start === -1 ? '' : (url.slice(start + 1).split('#')[0] ?? '')
}

/** An exchange over a web `Request`: the answer is a `Response`. */
export class WebExchange extends ExchangeState implements Exchange {
  readonly method: string
  readonly path: string
  readonly peerAddress = undefined
  /** The answer, once it has been sent. */
  response: Response | undefined = undefined
  private readonly request: Request

  constructor(request: Request) {
    super()
    this.request = request
    this.method = request.method
    this.path = rawPathOf(request.url)
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  hasCredential(): boolean {
    const { headers } = this.request
    return headers.has('authorization') || headers.has('x-api-key') || headers.has('api-key')
  }

  hasControls(): boolean {
    return [...this.request.headers.keys()].some(isControl)
  }

  query(): Readonly<Record<string, readonly string[]>> {
    return parseQueryString(queryOf(this.request.url))
  }

  hasBody(): boolean {
    return this.request.body !== null
  }

  async readBytes(maxBytes: number): Promise<Uint8Array> {
    if (Number(this.request.headers.get('content-length')) > maxBytes) throw tooLarge(maxBytes)
    const bytes = new Uint8Array(await this.request.arrayBuffer())
    if (bytes.length > maxBytes) throw tooLarge(maxBytes)
    this.bytes = bytes
    return bytes
  }

  onClientGone(callback: () => void): () => void {
    const { signal } = this.request
    if (signal.aborted) callback()
    signal.addEventListener('abort', callback, { once: true })
    return () => signal.removeEventListener('abort', callback)
  }

  send(status: number, headers: ReplyHeaders, body: string | Uint8Array): Sent {
    this.status = status
    if (status === 200) this.route?.checkAnswer?.(headers['content-type'], body)
    const shown = this.method === 'HEAD' || status === 204 ? null : (body as BodyInit) // a string or bytes: each is a BodyInit
    this.response = new Response(shown, { status, headers: toHeaderEntries(this, headers) })
    return sent
  }

  sendStream(headers: ReplyHeaders, stream: StreamReply): Sent {
    return this.sendBody(headers, toWebStream(stream))
  }

  sendBody(headers: ReplyHeaders, body: ReadableStream<Uint8Array>): Sent {
    this.status = 200
    this.response = new Response(body, { status: 200, headers: toHeaderEntries(this, headers) })
    return sent
  }

  /** The answer of a request that has been served. @throws ProxyApiError `internal_error` when a handler sent none */
  answered(): Response {
    if (this.response !== undefined) return this.response
    throw new ProxyApiError({ code: 'internal_error', message: 'The route sent no answer.' })
  }
}
