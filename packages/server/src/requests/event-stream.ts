import type { Deps } from '@proxyapi/core'
import type { RequestFeed, RequestQuery } from '@proxyapi/logging/node'
import { createEventBody, eventComment } from '../http/server-sent-events.ts'

export interface EventStreamOptions {
  readonly query: RequestQuery
  /** `Last-Event-ID`. */
  readonly afterSequence: number | undefined
}

/** Requests as server-sent events; `undefined` when there are too many listeners. */
export function createEventStream(
  feed: RequestFeed,
  { query, afterSequence }: EventStreamOptions,
  deps: Pick<Deps, 'setTimer'>,
): ReadableStream<Uint8Array> | undefined {
  return createEventBody(({ write }) => {
    write(eventComment)
    return feed.listen({
      query,
      afterSequence,
      onRow: (row, sequence) => write(`id: ${sequence}\nevent: request\ndata: ${JSON.stringify(row)}\n\n`),
      onSkipped: (count) => write(`event: skipped\ndata: ${JSON.stringify({ count })}\n\n`),
    })
  }, deps)
}
