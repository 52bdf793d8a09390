import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairQueue, type QueueRejection } from './fair-queue.ts'
import type { Release } from './tenant-slots.ts'

function setUp() {
  let nowMs = 0
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  return {
    deps: {
      monotonicNow: () => nowMs,
      setTimer: (run: () => void, ms: number) => {
        const timer = { atMs: nowMs + ms, run }
        timers.add(timer)
        return () => timers.delete(timer)
      },
    },
    pass: (ms: number) => {
      nowMs += ms
      for (const timer of [...timers]) if (timer.atMs <= nowMs && timers.delete(timer)) timer.run()
    },
    armed: () => timers.size,
  }
}

const entry = (tenant: string, onAbort: (callback: (reason: unknown) => void) => () => void = () => () => undefined) => ({
  tenant,
  deadlineAtMs: Number.POSITIVE_INFINITY,
  abort: { onAbort },
})
const isRelease = (slot: Release | QueueRejection | Promise<Release | QueueRejection>): slot is Release => typeof slot === 'function'

describe('a fair queue', () => {
  it('gives free slots at once and refuses when the queue is full', () => {
    const queue = createFairQueue({ limit: 2, maxQueue: 1, maxWaitMs: 1_000 }, setUp().deps)
    const taken = ['a', 'b', 'c', 'd'].map((tenant) => queue.acquire(entry(tenant)))
    expect(taken.map((slot) => (isRelease(slot) ? 'slot' : slot instanceof Promise ? 'waits' : slot))).toEqual([
      'slot',
      'slot',
      'waits',
      'queue-full',
    ])
  })

  it('serves the tenant with the fewest slots first', async () => {
    const queue = createFairQueue({ limit: 3, maxQueue: 9, maxWaitMs: 1_000 }, setUp().deps)
    const held = ['rich', 'rich', 'poor'].map((tenant) => queue.acquire(entry(tenant)))
    const order: string[] = []
    const wait = (tenant: string): void => {
      void Promise.resolve(queue.acquire(entry(tenant))).then(() => order.push(tenant))
    }
    wait('rich')
    wait('new')
    const first = held[0]
    if (first !== undefined && isRelease(first)) first()
    await Promise.resolve().then(() => undefined)
    await Promise.resolve()
    expect(order).toEqual(['new'])
  })

  it('leaves a tenth to others, but not where nobody has a key', () => {
    const taken = (tenant: string): number => {
      const queue = createFairQueue({ limit: 10, maxQueue: 0, maxWaitMs: 1_000 }, setUp().deps)
      return Array.from({ length: 12 }, () => queue.acquire(entry(tenant))).filter(isRelease).length
    }
    expect([taken('somebody'), taken('')]).toEqual([9, 10])
  })

  it('times out, and lets a caller who leaves go without a trace', async () => {
    const { deps, pass, armed } = setUp()
    const queue = createFairQueue({ limit: 1, maxQueue: 9, maxWaitMs: 1_000 }, deps)
    queue.acquire(entry('a'))
    const timesOut = queue.acquire(entry('b'))
    let leave: (reason: unknown) => void = () => undefined
    const leaves = queue.acquire(
      entry('c', (callback) => {
        leave = callback
        return () => undefined
      }),
    )
    leave(new Error('gone'))
    await expect(leaves).rejects.toThrow('gone')
    pass(1_000)
    expect([await timesOut, queue.waiting(), armed()]).toEqual(['queue-timeout', 0, 0])
  })

  it('never holds more than its limit, and gives every slot back', async () => {
    const steps = fc.array(fc.record({ tenant: fc.constantFrom('a', 'b', 'c'), release: fc.boolean() }), { maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 6 }), async (moves, limit) => {
        const { deps, pass, armed } = setUp()
        const queue = createFairQueue({ limit, maxQueue: 5, maxWaitMs: 100 }, deps)
        const held: Release[] = []
        for (const { tenant, release } of moves) {
          if (release) held.shift()?.()
          void Promise.resolve(queue.acquire(entry(tenant))).then((slot) => {
            if (typeof slot === 'function') held.push(slot)
          })
          await Promise.resolve()
          if (queue.held() > limit || queue.waiting() > 5) return false
        }
        pass(100)
        for (let round = 0; round < 10; round++) {
          for (const release of held.splice(0)) release()
          await Promise.resolve()
        }
        return queue.held() === 0 && queue.waiting() === 0 && armed() === 0
      }),
    )
  })
})

describe('a fair queue of another size', () => {
  it('gives new slots to those who wait, at once', async () => {
    const queue = createFairQueue({ limit: 1, maxQueue: 5, maxWaitMs: 1_000 }, setUp().deps)
    queue.acquire(entry('a'))
    const waiting = [queue.acquire(entry('b')), queue.acquire(entry('c'))]
    queue.resize({ limit: 3, maxQueue: 5 })
    const slots = await Promise.all(waiting)
    expect([slots.map(isRelease), queue.held(), queue.waiting()]).toEqual([[true, true], 3, 0])
  })

  it('takes no slot away, and gives none until fewer are held', () => {
    const queue = createFairQueue({ limit: 2, maxQueue: 0, maxWaitMs: 1_000 }, setUp().deps)
    const held = [queue.acquire(entry('a')), queue.acquire(entry('b'))]
    queue.resize({ limit: 1, maxQueue: 0 })
    const [first, second] = held.filter(isRelease)
    first?.()
    const early = queue.acquire(entry('c'))
    second?.()
    expect([early, isRelease(queue.acquire(entry('c')))]).toEqual(['queue-full', true])
  })
})
