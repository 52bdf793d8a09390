import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addTo, createRateBucket, drain, type Rate, type RateBucket, standingOf, takenUnits, waitMs } from './rate-bucket.ts'

/** The generic cell rate algorithm as its standard writes it (virtual scheduling), in exact fractions of a millisecond. */
function createModel({ limit, windowMs, burst }: Rate) {
  // Times are multiples of 1 / limit milliseconds, so that the time between two units is a whole number.
  const scale = BigInt(limit)
  const unit = BigInt(windowMs)
  const tolerance = BigInt(burst) * unit
  let expected = 0n
  return (atMs: number, amount: number): number => {
    const now = BigInt(atMs) * scale
    const after = (expected > now ? expected : now) + BigInt(Math.min(amount, burst)) * unit
    if (after - now <= tolerance) {
      expected = after
      return 0
    }
    const over = after - now - tolerance
    return Number((over + scale - 1n) / scale)
  }
}

function take(bucket: RateBucket, rate: Rate, { atMs, amount }: { readonly atMs: number; readonly amount: number }): number {
  drain(bucket, rate, atMs)
  const ms = waitMs(bucket, rate, amount)
  if (ms === 0) addTo(bucket, rate, takenUnits(amount, rate))
  return ms
}

const rates: fc.Arbitrary<Rate> = fc
  .record({
    limit: fc.integer({ min: 1, max: 2_000_000 }),
    windowMs: fc.integer({ min: 1, max: 86_400_000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ limit, windowMs, share }) => ({ limit, windowMs, burst: Math.max(1, Math.round(limit * share)) }))
const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 100_000 }), amount: fc.integer({ min: 1, max: 3_000_000 }) }), {
  maxLength: 60,
})
const startMs = 1_800_000_000_000

describe('a rate', () => {
  it('passes and refuses exactly what the algorithm of the standard does, and names the same wait', () => {
    fc.assert(
      fc.property(rates, steps, (rate, sequence) => {
        const bucket = createRateBucket(startMs)
        const model = createModel(rate)
        let atMs = startMs
        for (const { afterMs, amount } of sequence) {
          atMs += afterMs
          expect(take(bucket, rate, { atMs, amount })).toBe(model(atMs, amount))
        }
      }),
    )
  })

  it('lets no more through than burst and limit allow, in any stretch of time', () => {
    fc.assert(
      fc.property(rates, steps, (rate, sequence) => {
        const bucket = createRateBucket(startMs)
        const passed: { readonly atMs: number; readonly units: number }[] = []
        let atMs = startMs
        for (const { afterMs, amount } of sequence) {
          atMs += afterMs
          if (take(bucket, rate, { atMs, amount }) === 0) passed.push({ atMs, units: takenUnits(amount, rate) })
        }
        for (let from = 0; from < passed.length; from++) {
          let units = 0
          for (const one of passed.slice(from)) {
            units += one.units
            const ms = one.atMs - (passed[from]?.atMs ?? 0)
            expect(units * rate.windowMs).toBeLessThanOrEqual(rate.burst * rate.windowMs + rate.limit * ms)
          }
        }
      }),
    )
  })

  it('passes after the wait that it named, and not a millisecond before', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 3_000_000 }), (rate, amount) => {
        const bucket = createRateBucket(startMs)
        addTo(bucket, rate, rate.burst)
        const ms = waitMs(bucket, rate, amount)
        const at = (atMs: number): number => {
          const copy = { ...bucket }
          drain(copy, rate, atMs)
          return waitMs(copy, rate, amount)
        }
        expect([at(startMs + ms - 1), at(startMs + ms)]).toEqual([1, 0])
      }),
    )
  })

  const tenASecond: Rate = { limit: 10, windowMs: 1_000, burst: 5 }

  it('tells what is left, and when all of it is there again', () => {
    const bucket = createRateBucket(0)
    addTo(bucket, tenASecond, 3)
    expect(standingOf(bucket, tenASecond)).toEqual({ remaining: 2, resetMs: 300 })
    drain(bucket, tenASecond, 150)
    expect(standingOf(bucket, tenASecond)).toEqual({ remaining: 3, resetMs: 150 })
  })

  it('owes what was taken beyond the burst', () => {
    const bucket = createRateBucket(0)
    addTo(bucket, tenASecond, 25)
    expect([standingOf(bucket, tenASecond), waitMs(bucket, tenASecond, 1)]).toEqual([{ remaining: 0, resetMs: 2_500 }, 2_100])
    addTo(bucket, tenASecond, -30)
    expect(standingOf(bucket, tenASecond)).toEqual({ remaining: 5, resetMs: 0 })
  })

  it('goes on when the clock is set back', () => {
    const bucket = createRateBucket(10_000)
    addTo(bucket, tenASecond, 5)
    drain(bucket, tenASecond, 0)
    expect(waitMs(bucket, tenASecond, 1)).toBe(100)
    drain(bucket, tenASecond, 100)
    expect(waitMs(bucket, tenASecond, 1)).toBe(0)
  })
})
