import { type Dispatcher, fetch as undiciFetch } from 'undici'
import { createKeyedCache } from '../resilience/keyed-cache.ts'
import type { ByteSource, Transport, TransportAnswer, TransportExchange, TransportRequest } from '../transport/transport.ts'
import { TransportError } from '../transport/transport-error.ts'
import { type ByteQueue, createByteQueue } from './byte-queue.ts'
import { createDispatcher, type NodeTransportOptions } from './create-dispatcher.ts'
import { decompressed } from './decompress.ts'
import { toFetchArguments } from './to-fetch-arguments.ts'

/** A transport over sockets, and the same way out for what speaks `fetch`. */
export interface NodeTransport extends Transport {
  readonly fetch: typeof globalThis.fetch
}

/** A body that its reader has let go of gets this long to end, so that its connection can be used again. */
const releaseMs = 1_000

function toHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const record: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) record[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return record
}

/** Lists of models, tokens and webhooks: connecting takes no longer than this. */
const fetchConnectTimeoutMs = 10_000

const connectCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ADDRESS_REFUSED',
])
/** Why a certificate is not trusted (nodejs.org/api/tls.html, X509 certificate error codes). */
const certificateCode = /^(CERT_|CRL_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH|PATH_LENGTH_|ERR_SSL_)/

/** The status of a proxy that refuses; undici tells it in words alone (7.30, `proxy-agent.js`). */
function proxyStatus(error: unknown): string | undefined {
  return error instanceof Error ? /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(error.message)?.[1] : undefined
}

function toTransportError(error: unknown): TransportError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return new TransportError('connect-timeout', 'The connection could not be made in time.', error)
  const refusal = proxyStatus(error)
  if (refusal !== undefined) {
    const cause = Object.assign(new Error('The proxy refused.'), { code: `PROXY_STATUS_${refusal}` })
    return new TransportError('connect', 'The provider could not be reached.', cause)
  }
  if (connectCodes.has(code) || certificateCode.test(code))
    return new TransportError('connect', 'The provider could not be reached.', error)
  if (code.startsWith('HPE_') || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'UND_ERR_HEADERS_OVERFLOW')
    return new TransportError('protocol', 'The provider broke the HTTP protocol.', error)
  return new TransportError('reset', 'The connection broke.', error)
}

/** Our own guards bound every wait: undici's timers would only be second ones. */
function toDispatch({ origin, path, method, headers, body }: TransportRequest): Dispatcher.DispatchOptions {
  return { origin, path, method, headers, body: body ?? null, headersTimeout: 0, bodyTimeout: 0 }
}

const noop = (): void => undefined

/**
 * One exchange as an undici handler: pushes bytes into a queue and reports how it went. A class: every upstream call has one
 * (bench/router.mjs).
 */
class UndiciExchange implements TransportExchange, Dispatcher.DispatchHandler, ByteSource {
  readonly answer: Promise<TransportAnswer>
  readonly abort: (reason: unknown) => void
  private controller: Dispatcher.DispatchController | undefined = undefined
  private aborted: { readonly reason: unknown } | undefined = undefined
  private isOver = false
  private isAnswered = false
  private resolveAnswer: (answer: TransportAnswer) => void = noop
  private rejectAnswer: (error: unknown) => void = noop
  private readonly queue: ByteQueue

  constructor(agent: Dispatcher, request: TransportRequest) {
    this.queue = createByteQueue(() => this.controller?.resume())
    this.answer = new Promise((resolve, reject) => {
      this.resolveAnswer = resolve
      this.rejectAnswer = reject
    })
    // Handed to abort sources as a function of its own.
    this.abort = (reason) => this.stop(reason)
    agent.dispatch(toDispatch(request), this)
  }

  readonly read = (): Promise<Uint8Array | undefined> => this.queue.read()
  readonly readAll = (maxBytes: number): Promise<Uint8Array> => this.queue.readAll(maxBytes)
  readonly release = (): void => {
    if (this.isOver) return
    this.controller?.resume()
    setTimeout(() => this.stop(new Error('released')), releaseMs).unref()
  }

  wasSent(): boolean {
    return this.controller !== undefined
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.aborted !== undefined) controller.abort(new Error('aborted'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // 1xx answers come before the real one.
    if (status < 200) return
    this.isAnswered = true
    const names = toHeaders(headers)
    this.resolveAnswer({ status, headers: names, body: decompressed(this, names['content-encoding']) })
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    this.queue.push(bytes)
    if (this.queue.isFull()) controller.pause()
  }

  onResponseEnd(): void {
    this.isOver = true
    this.queue.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error)
  }

  private stop(reason: unknown): void {
    if (this.isOver || this.aborted !== undefined) return
    this.aborted = { reason }
    this.controller?.abort(new Error('aborted'))
    this.fail(reason)
  }

  private fail(error: unknown): void {
    this.isOver = true
    const reason = this.aborted === undefined ? toTransportError(error) : this.aborted.reason
    if (!this.isAnswered) {
      // A failure may come before anybody waits for the answer; whoever waits later still sees it.
      this.answer.catch(noop)
      this.rejectAnswer(reason)
    }
    this.queue.fail(reason)
  }
}

/**
 * Transport over undici: pooled keep-alive connections per origin, and no fetch on the hot path. A request that has not been written when its
 * connection closes goes over another one. One that has been written is never sent again from here: the provider may have worked on it.
 */
export function createNodeTransport(options: NodeTransportOptions = {}): NodeTransport {
  // A pool for each connect timeout, for undici has one per pool. They come from the configuration, so there are few.
  const agents = createKeyedCache((timeoutMs) => createDispatcher(options, Number(timeoutMs)))
  const viaAgent = (input: string | URL | Request, given?: RequestInit): unknown => {
    const { url, init } = toFetchArguments(input, given)
    return undiciFetch(url, { ...init, dispatcher: agents.of(String(fetchConnectTimeoutMs)) })
  }
  return {
    fetch: viaAgent as typeof globalThis.fetch, // undici's fetch is the platform's

    send: (request) => new UndiciExchange(agents.of(String(request.connectTimeoutMs)), request),
    close: async () => {
      await Promise.all(agents.entries().map(([, agent]) => agent.destroy()))
    },
  }
}
