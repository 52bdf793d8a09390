import { Agent, type Dispatcher } from 'undici'
import { createKeyedCache } from '../resilience/keyed-cache.ts'
import type { Transport, TransportAnswer, TransportExchange, TransportRequest } from '../transport/transport.ts'
import { TransportError } from '../transport/transport-error.ts'
import { createByteQueue } from './byte-queue.ts'
import { decompressed } from './decompress.ts'

/** How connections to upstreams are pooled. */
export interface NodeTransportOptions {
  /** Connections to one origin. */
  readonly maxConnections?: number | undefined
  /** How long an idle connection is kept. */
  readonly keepAliveMs?: number | undefined
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

const connectCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
])

function toTransportError(error: unknown): TransportError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return new TransportError('connect-timeout', 'The connection could not be made in time.', error)
  if (connectCodes.has(code)) return new TransportError('connect', 'The provider could not be reached.', error)
  if (code.startsWith('HPE_') || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'UND_ERR_HEADERS_OVERFLOW')
    return new TransportError('protocol', 'The provider broke the HTTP protocol.', error)
  return new TransportError('reset', 'The connection broke.', error)
}

/**
 * Whether a kept connection had been closed by the provider before it took our request: bytes were read on it, none of
 * them ours. Such a request was never seen, so it may be sent again at once (docs/resilience.md section 3).
 */
function isStaleConnection(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'UND_ERR_SOCKET') return false
  const socket = 'socket' in error ? error.socket : undefined
  return (
    typeof socket === 'object' && socket !== null && 'bytesRead' in socket && typeof socket.bytesRead === 'number' && socket.bytesRead > 0
  )
}

/** Our own guards bound every wait: undici's timers would only be second ones. */
function toDispatch({ origin, path, method, headers, body }: TransportRequest): Dispatcher.DispatchOptions {
  return { origin, path, method, headers, body: body ?? null, headersTimeout: 0, bodyTimeout: 0 }
}

/** One exchange as an undici handler: pushes bytes into a queue and tells how it went. */
function createExchange(agent: Agent, request: TransportRequest): TransportExchange {
  let controller: Dispatcher.DispatchController | undefined
  let aborted: { readonly reason: unknown } | undefined
  let ended = false
  let answered = false
  let replayed = false
  let settleAnswer: { readonly resolve: (answer: TransportAnswer) => void; readonly reject: (error: unknown) => void } | undefined
  const queue = createByteQueue(() => controller?.resume())

  const fail = (error: unknown): void => {
    ended = true
    const reason = aborted === undefined ? toTransportError(error) : aborted.reason
    settleAnswer?.reject(reason)
    queue.fail(reason)
  }
  const abort = (reason: unknown): void => {
    if (ended || aborted !== undefined) return
    aborted = { reason }
    controller?.abort(new Error('aborted'))
    fail(reason)
  }
  const release = (): void => {
    if (ended) return
    controller?.resume()
    setTimeout(() => abort(new Error('released')), releaseMs).unref()
  }
  const answer = new Promise<TransportAnswer>((resolve, reject) => {
    settleAnswer = { resolve, reject }
  })
  // A failure may come before anybody waits for the answer; whoever waits later still sees it.
  answer.catch(() => undefined)

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      controller = started
      if (aborted !== undefined) started.abort(new Error('aborted'))
    },
    onResponseStart: (_controller, status, headers) => {
      // 1xx answers come before the real one.
      if (status < 200) return
      answered = true
      const names = toHeaders(headers)
      settleAnswer?.resolve({ status, headers: names, body: decompressed({ read: queue.read, release }, names['content-encoding']) })
    },
    onResponseData: (running, bytes) => {
      queue.push(bytes)
      if (queue.isFull()) running.pause()
    },
    onResponseEnd: () => {
      ended = true
      queue.end()
    },
    onResponseError: (_controller, error) => {
      if (answered || replayed || aborted !== undefined || !isStaleConnection(error)) return fail(error)
      replayed = true
      agent.dispatch(toDispatch(request), handler)
    },
  }
  agent.dispatch(toDispatch(request), handler)
  return { answer, abort }
}

/** Transport over undici: pooled keep-alive connections per origin, and no fetch on the hot path. */
export function createNodeTransport(options: NodeTransportOptions = {}): Transport {
  // A pool for each connect timeout, for undici has one per pool. They come from the configuration, so there are few.
  const agents = createKeyedCache((timeoutMs) => {
    return new Agent({
      connections: options.maxConnections ?? 100,
      keepAliveTimeout: options.keepAliveMs ?? 30_000,
      connect: { timeout: Number(timeoutMs), noDelay: true },
      pipelining: 1,
    })
  })
  return {
    send: (request) => createExchange(agents.of(String(request.connectTimeoutMs)), request),
    close: async () => {
      await Promise.all(agents.entries().map(([, agent]) => agent.destroy()))
    },
  }
}
