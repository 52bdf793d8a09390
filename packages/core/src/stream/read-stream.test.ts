import { describe, expect, it } from 'vitest'
import { defaultTimeouts } from '../call/attempt-timeouts.ts'
import type { ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import { invalidResponse } from '../errors/provider-error.ts'
import { createVirtualWorld } from '../testing/virtual-world.ts'
import { holdUntilCommit, readStream } from './read-stream.ts'
import { createStallGuard } from './stall-guard.ts'

const text: ChatChunk = { type: 'text-delta', choice: 0, text: 'a' }
const finish: ChatChunk = { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'stop' } }

/** A provider that sends one batch after another, each after its pause, and then nothing more. */
function setUp(sent: readonly { readonly afterMs: number; readonly chunks: readonly ChatChunk[] }[]) {
  const world = createVirtualWorld({ seed: 1 })
  const aborts: unknown[] = []
  let fail: (reason: unknown) => void = () => undefined
  const broken = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  broken.catch(() => undefined)
  let next = 0
  const guard = createStallGuard(world.deps)
  const batches = readStream({
    guard,
    timeouts: defaultTimeouts,
    onSilence: (what) => invalidResponse(what),
    exchange: {
      answer: new Promise(() => undefined),
      abort: (reason) => {
        aborts.push(reason)
        fail(reason)
      },
    },
    decoder: {
      push: (bytes) => ({ batches: [{ chunks: sent[bytes[0] ?? 0]?.chunks ?? [] }], done: false }),
      end: () => ({ batches: [], done: true }),
    },
    body: {
      read: () => {
        const place = next++
        const pause = sent[place]
        if (pause === undefined) return broken
        return Promise.race([broken, world.deps.sleep(pause.afterMs).then(() => Uint8Array.of(place))])
      },
      release: () => undefined,
    },
  })
  return { world, batches, aborts }
}

describe('a provider’s stream', () => {
  it('is not held against the provider when its reader takes longer than any silence may', async () => {
    const { world, batches, aborts } = setUp([
      { afterMs: 10, chunks: [text] },
      { afterMs: 10, chunks: [text] },
      { afterMs: 10, chunks: [finish] },
    ])
    const seen: string[] = []
    const read = (async () => {
      for await (const batch of batches) {
        seen.push(...batch.chunks.map(({ type }) => type))
        await world.deps.sleep(10 * defaultTimeouts.idleMs)
      }
    })()
    await world.run()
    await read
    expect([seen, aborts.filter((reason) => typeof reason !== 'symbol')]).toEqual([['text-delta', 'text-delta', 'finish'], []])
    expect(world.armed()).toEqual([])
  })

  it('is silent when the provider says nothing, however slow its reader was before', async () => {
    const { world, batches } = setUp([{ afterMs: 10, chunks: [text] }])
    const startMs = world.now()
    const read = (async () => {
      for await (const _batch of batches) await world.deps.sleep(50_000)
    })().catch((error: unknown) => [error, world.now() - startMs])
    await world.run()
    expect(await read).toMatchObject([{ message: 'idle' }, 10 + 50_000 + defaultTimeouts.idleMs])
  })

  it('ends a second after its finish, though its provider goes on and on', async () => {
    const { world, batches } = setUp([
      { afterMs: 10, chunks: [text, finish] },
      ...Array.from({ length: 100 }, () => ({ afterMs: 400, chunks: [] })),
    ])
    const startMs = world.now()
    const read = (async () => {
      for await (const _batch of batches);
      return world.now() - startMs
    })()
    await world.run()
    expect(await read).toBeLessThanOrEqual(1_010)
  })

  it('may not fill memory before its first content', async () => {
    let closed = false
    async function* endless(): AsyncGenerator<ChunkBatch> {
      try {
        for (let i = 0; i < 5_000; i++) yield { chunks: [], raw: new Uint8Array(1_024) }
      } finally {
        closed = true
      }
    }
    await expect(holdUntilCommit(endless())).rejects.toMatchObject({ failure: 'invalid_response' })
    expect(closed).toBe(true)
  })
})
