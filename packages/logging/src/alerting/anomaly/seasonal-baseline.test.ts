import { describe, expect, it } from 'vitest'
import { robustDeviation } from './robust-deviation.ts'
import { type BaselineSnapshot, createSeasonalBaseline } from './seasonal-baseline.ts'

const hour = 3_600_000
const midnight = 20_000 * 24 * hour

describe('a robust deviation', () => {
  it.each([
    ['as usual', 10, [8, 9, 10, 11, 12], 0, 0],
    ['above', 14.4478, [8, 9, 10, 11, 12], 0, 3],
    ['below', 5.5522, [8, 9, 10, 11, 12], 0, -3],
    ['an outage in the past changes little', 14.4478, [8, 9, 10, 11, 1_000], 0, 3],
    ['of what never varies, by 5 % of it', 110, [100, 100, 100, 100], 0, 2],
    ['of what was always nothing, by the floor', 0.05, [0, 0, 0, 0], 0.01, 5],
  ])('%s', (_what, value, usual, floor, expected) => {
    expect(robustDeviation(value, usual, floor)).toBeCloseTo(expected)
  })
})

/** Lives through whole days, five minutes a step, with twice the traffic in the afternoon. */
function live(days: number, initial?: BaselineSnapshot) {
  let ms = midnight
  let extra = 0
  const usual = createSeasonalBaseline(
    { read: () => (new Date(ms).getUTCHours() >= 12 ? 1_000 : 500) + extra + ((ms / 300_000) % 7), initial },
    () => ms,
  )
  const ask = (): number | undefined => usual.readAnomaly('requests', {}, 60_000)
  for (; ms < midnight + days * 24 * hour; ms += 150_000) ask()
  const at = (hours: number, more: number): number | undefined => {
    ms = midnight + (days * 24 + hours) * hour
    extra = more
    return ask()
  }
  return { usual, at }
}

describe('what is usual', () => {
  it('is not known before the third day is over', () => {
    expect(live(2).at(1, 10_000)).toBeUndefined()
    expect(live(3).at(1, 10_000)).toBeGreaterThan(100)
  })

  it('is told by the hour', () => {
    const { at } = live(5)
    expect(Math.abs(at(3, 0) ?? 99)).toBeLessThan(2)
    expect(at(3, 500)).toBeGreaterThan(10)
    expect(Math.abs(at(15, 0) ?? 99)).toBeLessThan(2)
    expect(at(15, -500)).toBeLessThan(-5)
  })

  it('is kept for two weeks and no longer', () => {
    expect(live(30).usual.snapshot().length).toBeLessThanOrEqual(15 * 24 * 12)
  })

  it('survives a restart', () => {
    const { usual } = live(4)
    const snapshot = structuredClone(usual.snapshot())
    const resumed = createSeasonalBaseline({ read: () => 900, initial: snapshot }, () => midnight + (4 * 24 + 3) * hour)
    expect(resumed.readAnomaly('requests', {}, 60_000)).toBeGreaterThan(10)
    expect(resumed.readAnomaly('requests', { provider: 'x' }, 60_000)).toBeUndefined()
  })

  it('says nothing of what is not known', () => {
    expect(createSeasonalBaseline({ read: () => undefined }, () => midnight).readAnomaly('p95', {}, 60_000)).toBeUndefined()
  })
})
