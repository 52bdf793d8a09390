import type { Deps } from '@proxyapi/core'

const keepAliveMs = 15_000
/** A reader that takes nothing for so many events is given up: its events would be held for ever. */
const maxWaiting = 1_000

/** Headers of a stream of server-sent events. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/** Sends the text of an event. */
export type WriteEvent = (text: string) => void

/** The number of the last event that a client has, of its `Last-Event-ID`; `undefined` where it names none. */
export function lastEventOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,16}$/.test(header) ? Number(header) : undefined
}

/**
 * A body of server-sent events, kept alive by comments. `listen` is called once, before anything is read, and returns a function that ends
 * it, or `undefined` when there are too many listeners; then there is no body either.
 */
export function createEventBody(
  listen: (write: WriteEvent) => (() => void) | undefined,
  { setTimer }: Pick<Deps, 'setTimer'>,
): ReadableStream<Uint8Array> | undefined {
  const encoder = new TextEncoder()
  const waiting: string[] = []
  let send: WriteEvent = (text) => void waiting.push(text)
  const stop = listen((text) => send(text))
  if (stop === undefined) return undefined
  let cancelTimer: () => void = () => undefined
  const end = (): void => {
    send = () => undefined
    stop()
    cancelTimer()
  }
  const keepAlive = (): void => {
    send(':\n\n')
    cancelTimer = setTimer(keepAlive, keepAliveMs)
  }
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        send = (text) => {
          if ((controller.desiredSize ?? 0) > -maxWaiting) return controller.enqueue(encoder.encode(text))
          end()
          controller.close()
        }
        send(':\n\n')
        for (const text of waiting.splice(0)) send(text)
        cancelTimer = setTimer(keepAlive, keepAliveMs)
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  )
}
