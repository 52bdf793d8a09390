import type { ChunkBatch } from '../chat/answer.ts'

/** As much of an answer as is held back; what is longer goes out from here on as it comes. */
const maxHeldBatches = 100_000
const maxHeldBytes = 32 * 1024 * 1024

function sizeOf(batch: ChunkBatch): number {
  if (batch.raw !== undefined) return batch.raw.length
  return batch.chunks.reduce((sum, chunk) => sum + ('text' in chunk ? chunk.text.length : 64), 0)
}

/** Reads a stream to its end before anybody sees any of it: until then its failure can be mended elsewhere. @throws what the stream throws */
export async function bufferStream(batches: AsyncIterable<ChunkBatch>): Promise<AsyncIterable<ChunkBatch>> {
  const iterator = batches[Symbol.asyncIterator]()
  const held: ChunkBatch[] = []
  let bytes = 0
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    held.push(next.value)
    bytes += sizeOf(next.value)
    if (held.length >= maxHeldBatches || bytes >= maxHeldBytes) break
  }
  return playThenFollow(held, iterator)
}

function playThenFollow(held: readonly ChunkBatch[], rest: AsyncIterator<ChunkBatch>): AsyncIterable<ChunkBatch> {
  return {
    [Symbol.asyncIterator]: () => {
      let position = 0
      return {
        next: () => {
          const value = held[position++]
          return value === undefined ? rest.next() : Promise.resolve({ done: false, value })
        },
        return: async () => {
          await rest.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}
