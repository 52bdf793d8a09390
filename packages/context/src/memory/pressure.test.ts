import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesAbove, type MemoryReading, usageRatio } from './memory-reading.ts'
import { type MemoryPressure, onUsage } from './pressure.ts'

const thresholds = { elevated: 0.8, critical: 0.85 }
const states: readonly MemoryPressure[] = ['normal', 'elevated', 'critical']

describe('pressure', () => {
  it.each([
    ['normal', 0.79, 'normal'],
    ['normal', 0.8, 'elevated'],
    ['normal', 0.85, 'critical'],
    ['elevated', 0.76, 'elevated'],
    ['elevated', 0.74, 'normal'],
    ['critical', 0.81, 'critical'],
    ['critical', 0.79, 'elevated'],
    ['critical', 0.5, 'normal'],
  ] as const)('goes from %s at %d to %s', (from, ratio, to) => {
    expect(onUsage(from, ratio, thresholds)).toBe(to)
  })

  it('has no elevated state of its own where both thresholds are one', () => {
    expect(onUsage('normal', 0.79, { elevated: 0.8, critical: 0.8 })).toBe('normal')
    expect(onUsage('normal', 0.8, { elevated: 0.8, critical: 0.8 })).toBe('critical')
  })

  it('never flaps: readings within less than the margin change it at most once', () => {
    const ratio = fc.double({ min: 0, max: 1.2, noNaN: true })
    fc.assert(
      fc.property(fc.constantFrom(...states), ratio, fc.array(fc.double({ min: 0, max: 0.049, noNaN: true })), (start, base, wobbles) => {
        let changes = 0
        wobbles.reduce<MemoryPressure>(
          (state, wobble) => {
            const next = onUsage(state, base + wobble, thresholds)
            if (next !== state) changes++
            return next
          },
          onUsage(start, base, thresholds),
        )
        // Two thresholds five points apart may both lie in the wobble only when it is as wide as the margin.
        expect(changes).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('usage', () => {
  const reading = (usedBytes: number, heapUsedBytes: number): MemoryReading => ({
    usedBytes,
    heapUsedBytes,
    limitBytes: 1_000,
    heapLimitBytes: 400,
    heapTotalBytes: heapUsedBytes,
    externalBytes: 0,
    rssBytes: usedBytes,
    limitSource: 'machine',
  })

  it.each([
    ['the process', 900, 100, 0.9, 100],
    ['the heap', 500, 380, 0.95, 60],
    ['neither', 500, 100, 0.5, 0],
  ])('is that of the nearer limit: %s', (_, used, heap, ratio, toFree) => {
    expect([usageRatio(reading(used, heap)), bytesAbove(reading(used, heap), 0.8)]).toEqual([ratio, toFree])
  })
})
