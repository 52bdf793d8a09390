import type { Deps } from '@proxyapi/core'
import type { RequestFeed, RequestQuery } from '@proxyapi/logging/node'

const keepAliveMs = 15_000
/** A reader that takes nothing for so many events is given up: its events would be held for ever. */
const maxWaiting = 1_000

export interface EventStreamOptions {
  readonly query: RequestQuery
  /** `Last-Event-ID`. */
  readonly afterSequence: number | undefined
}

/** Requests as server-sent events; `undefined` when there are too many listeners. */
export function createEventStream(
  feed: RequestFeed,
  { query, afterSequence }: EventStreamOptions,
  { setTimer }: Pick<Deps, 'setTimer'>,
): ReadableStream<Uint8Array> | undefined {
  const encoder = new TextEncoder()
  const waiting: string[] = []
  let send = (text: string): void => void waiting.push(text)
  const write = (text: string): void => send(text)
  const stop = feed.listen({
    query,
    afterSequence,
    onRow: (row, sequence) => write(`id: ${sequence}\nevent: request\ndata: ${JSON.stringify(row)}\n\n`),
    onSkipped: (count) => write(`event: skipped\ndata: ${JSON.stringify({ count })}\n\n`),
  })
  if (stop === undefined) return undefined
  let cancelTimer: () => void = () => undefined
  const end = (): void => {
    stop()
    cancelTimer()
  }
  const keepAlive = (): void => {
    write(':\n\n')
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
