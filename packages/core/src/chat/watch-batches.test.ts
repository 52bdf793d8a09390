import { describe, expect, it } from 'vitest'
import type { ChunkBatch } from './answer.ts'
import { watchBatches } from './watch-batches.ts'

const batch: ChunkBatch = { chunks: [{ type: 'text-delta', choice: 0, text: 'a' }] }

async function* source(error?: Error): AsyncGenerator<ChunkBatch> {
  yield batch
  if (error !== undefined) throw error
}

function watched(error?: Error): { seen: string[]; batches: AsyncIterable<ChunkBatch> } {
  const seen: string[] = []
  const batches = watchBatches(source(error), {
    onBatch: () => seen.push('batch'),
    onEnd: () => seen.push('end'),
    onError: (cause) => {
      seen.push('error')
      return new Error('seen', { cause })
    },
    onLeave: () => seen.push('leave'),
  })
  return { seen, batches }
}

describe('a watched stream', () => {
  it('tells of batches and of the end', async () => {
    const { seen, batches } = watched()
    for await (const one of batches) expect(one).toBe(batch)
    expect(seen).toEqual(['batch', 'end'])
  })

  it('throws on what the watcher makes of a failure', async () => {
    const { seen, batches } = watched(new Error('cause'))
    await expect(async () => {
      for await (const one of batches) expect(one).toBe(batch)
    }).rejects.toThrow('seen')
    expect(seen).toEqual(['batch', 'error'])
  })

  it('tells when the consumer leaves', async () => {
    const { seen, batches } = watched()
    for await (const _one of batches) break
    expect(seen).toEqual(['batch', 'leave'])
  })
})
