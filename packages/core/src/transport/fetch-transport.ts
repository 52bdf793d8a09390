import type { Deps } from '../deps.ts'
import type { ByteSource, Transport, TransportAnswer, TransportRequest } from './transport.ts'
import { isTransportError, TransportError } from './transport-error.ts'

function toHeaders(headers: Headers): Record<string, string> {
  const record: Record<string, string> = {}
  headers.forEach((value, name) => {
    record[name] = value
  })
  return record
}

const textDecoder = new TextDecoder()

/** Why a read failed: the caller's own abort reason passes through, all else is the connection's fault. */
function toReset(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : isTransportError(error) ? error : new TransportError('reset', 'The connection broke.', error)
}

/** The body of a response as a source. */
export function toByteSource(body: ReadableStream<Uint8Array> | null, controller: AbortController): ByteSource {
  const reader = body?.getReader()
  return {
    read: async () => {
      try {
        const next = await reader?.read()
        return next === undefined || next.done ? undefined : next.value
      } catch (error) {
        throw toReset(error, controller.signal)
      }
    },
    release: () => {
      reader?.cancel().catch(() => {
        // The stream is already broken: there is nothing left to let go of.
      })
    },
  }
}

async function exchange(request: TransportRequest, controller: AbortController, deps: Deps): Promise<TransportAnswer> {
  // A fetch has no connect timer of its own: until the headers are there, silence and a slow connection look alike.
  try {
    const response = await deps.fetch(request.origin + request.path, {
      method: request.method,
      headers: request.headers,
      redirect: 'manual',
      signal: controller.signal,
      // Text, as whoever hands in a fetch of their own expects it.
      ...(request.body !== undefined && { body: typeof request.body === 'string' ? request.body : textDecoder.decode(request.body) }),
    })
    return { status: response.status, headers: toHeaders(response.headers), body: toByteSource(response.body, controller) }
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason
    throw new TransportError('connect', 'The provider could not be reached.', error)
  }
}

/** A transport over `deps.fetch`, for edge runtimes, browsers and tests. */
export function createFetchTransport(deps: Deps): Transport {
  return {
    send: (request) => {
      const controller = new AbortController()
      return { answer: exchange(request, controller, deps), abort: (reason) => controller.abort(reason) }
    },
    close: async () => {
      // fetch keeps its own connections.
    },
  }
}
