import { createMemoryManager, type MemoryReading } from '@proxyapi/context'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

const reading: MemoryReading = {
  heapUsedBytes: 100,
  heapTotalBytes: 200,
  heapLimitBytes: 1000,
  externalBytes: 0,
  rssBytes: 400,
  usedBytes: 400,
  limitBytes: 1000,
  limitSource: 'cgroup-v2',
}

describe('the routes of the memory manager', () => {
  it('tell where the process stands, and collect', async () => {
    let collections = 0
    const shedders: string[] = []
    const gateway = createGateway(
      {},
      {
        createMemory: (given) => {
          shedders.push(...given.map(({ name }) => name))
          return createMemoryManager({ read: () => reading, collectGarbage: () => void collections++, shedders: given })
        },
      },
    )
    const collected = await gateway.fetch('http://gateway/debug/memory/gc', { method: 'POST' })
    expect([collected.status, collections, shedders]).toEqual([200, 1, ['response cache']])
    expect(await collected.json()).toMatchObject({ reason: 'requested', before_bytes: 100, after_bytes: 100, freed_bytes: 0 })
    const told = await gateway.fetch('http://gateway/debug/memory')
    expect(await told.json()).toMatchObject({
      heap_used_bytes: 100,
      usage_ratio: 0.4,
      pressure: 'normal',
      last_collection: { reason: 'requested' },
    })
    await gateway.close()
  })
})
