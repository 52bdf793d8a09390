import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MemoryReading } from './memory-reading.ts'
import { withoutReusable } from './reusable-memory.ts'

/** Readings of a process: what JavaScript holds, what is resident, and what else uses the container. */
function readings(...steps: readonly (readonly [held: number, rss: number, others?: number])[]) {
  const left = steps.map(
    ([held, rss, others = 0]): MemoryReading => ({
      heapUsedBytes: held / 2,
      heapTotalBytes: held / 2,
      externalBytes: held / 2,
      heapLimitBytes: 10_000,
      rssBytes: rss,
      usedBytes: rss + others,
      limitBytes: 1_000,
      limitSource: 'cgroup-v2',
    }),
  )
  const read = withoutReusable(() => left.shift() ?? expect.fail('no such reading'))
  return steps.map(() => read()).map(({ usedBytes, reusableBytes }) => [usedBytes, reusableBytes])
}

describe('memory that the allocator keeps', () => {
  it.each([
    ['is none while JavaScript holds the most it ever held', readings([100, 150], [200, 250]), [250, 0]],
    ['is what JavaScript freed and the system did not get back', readings([500, 560], [100, 560]), [160, 400]],
    ['is none when the system got it back', readings([500, 560], [100, 160]), [160, 0]],
    ['is what is left of it when the system got a part', readings([500, 560], [100, 300]), [160, 140]],
    ['is used again before new memory is', readings([500, 560], [100, 560], [400, 560]), [460, 100]],
    ['is not what the rest of the process took meanwhile', readings([500, 560], [490, 700]), [700, 0]],
    ['is never more than JavaScript gave back', readings([500, 560], [400, 900]), [800, 100]],
    ['has nothing to do with other processes of the container', readings([500, 560], [100, 160, 600]), [760, 0]],
  ])('%s', (_, all, last) => {
    expect(all.at(-1)).toEqual(last)
  })

  it('is never negative and never more than is used', () => {
    const step = fc.tuple(fc.nat(1_000), fc.nat(2_000), fc.integer({ min: -500, max: 500 }))
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const sane = steps.map(([held, rss, others]) => [held, rss, Math.max(-rss, others)] as const)
        for (const [used = -1, reusable = -1] of readings(...sane)) expect(used >= 0 && reusable >= 0).toBe(true)
      }),
    )
  })
})
