import { type Deps, ProxyApiError } from '@proxyapi/core'

const keepAliveMs = 15_000
/** A reader that takes nothing for so many events is given up: its events would be held for ever. */
const maxWaitingEvents = 1_000

/** Headers of a stream of server-sent events. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/** A comment: readers leave it out, and know that somebody is there. */
export const eventComment = ':\n\n'

/** Sends the text of an event. */
export type WriteEvent = (text: string) => void

/** Where events go: written until it is closed, which ends the body. */
export interface EventSink {
  readonly write: WriteEvent
  readonly close: () => void
}

/** The number of the last event that a client has, of its `Last-Event-ID`; `undefined` where it names none. */
export function lastEventOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,16}$/.test(header) ? Number(header) : undefined
}

/** `what` is followed by as many clients as may follow it. */
export function tooManyListeners(what: string): ProxyApiError {
  const message = `Too many clients follow the ${what} already; allowed: 10.`
  return new ProxyApiError({ code: 'rate_limit_exceeded', message, retryable: true, retryAfterMs: 15_000 })
}

/**
 * A body of server-sent events, kept alive by comments. `listen` is called once, before anything is read, and returns a function that ends
 * it, or `undefined` when there are too many listeners; then there is no body either.
 */
export function createEventBody(
  listen: (sink: EventSink) => (() => void) | undefined,
  { setTimer }: Pick<Deps, 'setTimer'>,
  maxWaiting = maxWaitingEvents,
): ReadableStream<Uint8Array> | undefined {
  const encoder = new TextEncoder()
  const waiting: string[] = []
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  let isClosed = false
  let cancelTimer: () => void = () => undefined
  let stop: (() => void) | undefined
  const end = (): void => {
    isClosed = true
    cancelTimer()
    stop?.()
  }
  const close = (): void => {
    if (isClosed) return
    end()
    stream?.close()
  }
  const write = (text: string): void => {
    if (isClosed) return
    if (stream === undefined) waiting.push(text)
    else if ((stream.desiredSize ?? 0) > -maxWaiting) stream.enqueue(encoder.encode(text))
    else close()
  }
  stop = listen({ write, close })
  if (stop === undefined) return undefined
  const keepAlive = (): void => {
    write(eventComment)
    if (!isClosed) cancelTimer = setTimer(keepAlive, keepAliveMs)
  }
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        for (const text of waiting.splice(0)) controller.enqueue(encoder.encode(text))
        stream = controller
        if (isClosed) controller.close()
        else cancelTimer = setTimer(keepAlive, keepAliveMs)
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  )
}
