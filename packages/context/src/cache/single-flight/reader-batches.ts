import type { CacheClient } from '../answer.ts'
import type { StreamReader } from './shared-stream.ts'

export interface ReaderHooks<Batch> {
  readonly client: CacheClient
  /** Another source for a reader whose stream failed before it gave anything; `undefined` lets it fail. */
  readonly restart: (error: unknown) => Promise<AsyncIterable<Batch>> | undefined
}

/*
 * A reader as the iterable that the answer carries. Written by hand, since a generator that is returned before its first
 * step runs no `finally`, and the reader would never leave.
 */
export function readerBatches<Batch>(reader: StreamReader<Batch>, { client, restart }: ReaderHooks<Batch>): AsyncIterable<Batch> {
  let other: AsyncIterator<Batch> | undefined
  let started = false
  // For a client that has left already the listener is called at once, before it can be removed.
  let stopListening = (): void => undefined
  stopListening = client.onAbort((reason) => {
    stopListening()
    reader.leave(reason)
  })

  async function recover(error: unknown): Promise<IteratorResult<Batch, unknown>> {
    const again = started ? undefined : restart(error)
    if (again === undefined) throw error
    other = (await again)[Symbol.asyncIterator]()
    return other.next()
  }
  async function next(): Promise<IteratorResult<Batch, unknown>> {
    if (other !== undefined) return other.next()
    try {
      const step = await reader.next()
      started = true
      if (step.done === true) stopListening()
      return step
    } catch (error) {
      stopListening()
      return await recover(error)
    }
  }
  async function stop(): Promise<IteratorResult<Batch, unknown>> {
    stopListening()
    reader.leave(new Error('The reader has stopped reading.'))
    await other?.return?.()
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: stop }) }
}

/** Reads to the end. */
export async function readAll<Batch>(batches: AsyncIterable<Batch>): Promise<readonly Batch[]> {
  const all: Batch[] = []
  for await (const batch of batches) all.push(batch)
  return all
}
