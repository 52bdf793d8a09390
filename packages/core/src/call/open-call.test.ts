import { describe, expect, it } from 'vitest'
import type { ChunkBatch } from '../chat/answer.ts'
import { chat } from '../operations/chat.ts'
import { createVirtualWorld } from '../testing/virtual-world.ts'
import { openCall } from './open-call.ts'
import type { ChatHandler } from './operation.ts'
import type { Receipt } from './receipt.ts'
import { createReceiptQueue } from './receipt-queue.ts'

const request = { model: 'm', messages: [], stream: true } as const

async function* twoBatches(onReturn: () => void): AsyncGenerator<ChunkBatch> {
  try {
    yield { chunks: [{ type: 'text-delta', choice: 0, text: 'a' }] }
    yield { chunks: [{ type: 'text-delta', choice: 0, text: 'b' }] }
  } finally {
    onReturn()
  }
}

function setUp() {
  const world = createVirtualWorld({ seed: 1 })
  const receipts: Receipt[] = []
  const seen: string[] = []
  const opened = openCall(chat, request, {
    options: { timeoutMs: 1_000, onSettled: (receipt) => receipts.push(receipt) },
    deps: world.deps,
    receipts: createReceiptQueue(world.deps),
  })
  const handler: ChatHandler = async (_request, call) => {
    call.hold(() => seen.push('hold released'))
    return { type: 'stream', dialect: undefined, batches: twoBatches(() => seen.push('source closed')) }
  }
  return { world, receipts, seen, opened, handler }
}

describe('a call past its deadline', () => {
  it('settles by itself, though nobody reads on', async () => {
    const { world, receipts, seen, opened, handler } = setUp()
    const answer = await opened.run(handler)
    if (answer.type === 'stream') await answer.batches[Symbol.asyncIterator]().next()
    await world.run()
    expect(receipts).toMatchObject([{ outcome: 'error', error: { code: 'deadline_exceeded' }, endedAtMs: world.startMs + 1_000 }])
    expect([seen, world.armed()]).toEqual([['hold released'], []])
  })

  it('gives a late reader its error and nothing more, and closes the source', async () => {
    const { world, receipts, seen, opened, handler } = setUp()
    const answer = await opened.run(handler)
    if (answer.type !== 'stream') expect.fail('no stream')
    const batches = answer.batches[Symbol.asyncIterator]()
    await batches.next()
    await world.run()
    await expect(batches.next()).rejects.toMatchObject({ code: 'deadline_exceeded' })
    expect([receipts.length, seen]).toEqual([1, ['hold released', 'source closed']])
  })
})
