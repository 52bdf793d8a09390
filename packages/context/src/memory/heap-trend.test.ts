import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addHeapPoint, type HeapPoint, judgeLeak } from './heap-trend.ts'

const MiB = 1024 * 1024
const minute = 60_000

/** One point in two minutes, each with a noise that is the same in every run. */
function heap(count: number, bytesAt: (index: number) => number): readonly HeapPoint[] {
  const noise = (index: number): number => ((index * 7_919) % 13) * 0.3 * MiB
  const points = Array.from({ length: count }, (_, index) => ({ atMs: index * 2 * minute, bytes: bytesAt(index) + noise(index) }))
  return points.reduce<readonly HeapPoint[]>(addHeapPoint, [])
}

describe('the suspicion of a leak', () => {
  it.each([
    ['steady growth', heap(60, (index) => 100 * MiB + index * MiB), true],
    ['growth with a spike now and then', heap(60, (index) => 100 * MiB + index * MiB + (index % 9 === 0 ? 200 * MiB : 0)), true],
    ['a level heap', heap(60, () => 100 * MiB), false],
    ['a shrinking heap', heap(60, (index) => 200 * MiB - index * MiB), false],
    ['a cache that fills and is then full', heap(60, (index) => 100 * MiB + Math.min(index, 25) * 2 * MiB), false],
    ['a sawtooth', heap(60, (index) => 100 * MiB + (index % 10) * 5 * MiB), false],
    ['growth too small to matter', heap(60, (index) => 1_000 * MiB + index * 0.2 * MiB), false],
    ['growth that is too young', heap(14, (index) => 100 * MiB + index * 5 * MiB), false],
    ['no points at all', [], false],
  ])('for %s is as it should be', (_, points, suspected) => {
    expect(judgeLeak(points).suspected).toBe(suspected)
  })

  it('tells the slope per hour and how sure it is', () => {
    const { slopeBytesPerHour, confidence, points, spanMs } = judgeLeak(heap(60, (index) => 100 * MiB + index * MiB))
    expect(slopeBytesPerHour / MiB).toBeCloseTo(30, 0)
    expect(confidence).toBeGreaterThan(0.999)
    expect([points, spanMs]).toEqual([60, 118 * minute])
  })

  it('is sure of nothing while the heap falls', () => {
    expect(judgeLeak(heap(20, (index) => 200 * MiB - index * MiB))).toMatchObject({ confidence: 0 })
  })
})

describe('heap points', () => {
  it('keep the lowest of two minutes', () => {
    const points = [90, 70, 80].reduce<readonly HeapPoint[]>(
      (all, bytes, index) => addHeapPoint(all, { atMs: index * minute * 0.9, bytes }),
      [],
    )
    expect(points).toEqual([{ atMs: 0, bytes: 70 }])
  })

  it('begin anew when the clock is set back', () => {
    const points = addHeapPoint(
      heap(5, () => MiB),
      { atMs: -1, bytes: 1 },
    )
    expect(points).toEqual([{ atMs: -1, bytes: 1 }])
  })

  it('stay bounded and in order whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ atMs: fc.nat(1e9), bytes: fc.nat() }), { maxLength: 400 }), (stream) => {
        const points = stream.reduce<readonly HeapPoint[]>(addHeapPoint, [])
        const gaps = points.slice(1).map(({ atMs }, index) => atMs - (points[index]?.atMs ?? 0))
        expect(points.length).toBeLessThanOrEqual(120)
        expect(gaps.every((gap) => gap >= 2 * minute)).toBe(true)
        const { confidence } = judgeLeak(points)
        expect(confidence >= 0 && confidence <= 1).toBe(true)
      }),
    )
  })

  it('reach back four hours and no further', () => {
    expect(heap(500, () => MiB)).toHaveLength(120)
  })
})
