import type { ChunkBatch } from './answer.ts'

/** Looks on while a stream is read. */
export interface BatchWatcher {
  readonly onBatch?: (batch: ChunkBatch) => void
  /** The stream ended well. */
  readonly onEnd?: () => void
  /** The stream failed: what is given back is thrown on. */
  readonly onError?: (error: unknown) => unknown
  /** The consumer returned before the end. */
  readonly onLeave?: () => void
}

/**
 * A stream with somebody looking on. Plain iterators rather than generators: every stream passes several watchers, and a
 * generator would cost each batch several turns of the microtask queue.
 */
export function watchBatches(batches: AsyncIterable<ChunkBatch>, watcher: BatchWatcher): AsyncIterable<ChunkBatch> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = batches[Symbol.asyncIterator]()
      const onNext = (next: IteratorResult<ChunkBatch>): IteratorResult<ChunkBatch> => {
        if (next.done === true) watcher.onEnd?.()
        else watcher.onBatch?.(next.value)
        return next
      }
      const onError = (error: unknown): never => {
        throw watcher.onError === undefined ? error : watcher.onError(error)
      }
      return {
        next: () => iterator.next().then(onNext, onError),
        return: async () => {
          await iterator.return?.()
          watcher.onLeave?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}
