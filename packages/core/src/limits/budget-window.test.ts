import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BudgetWindow, createSpanOf } from './budget-window.ts'

const iso = (ms: number): string => (ms === Number.POSITIVE_INFINITY ? 'never' : new Date(ms).toISOString().replace('.000Z', 'Z'))
const spanAt = (at: string, window: BudgetWindow, timeZone: string): readonly [string, string] => {
  const { startMs, endMs } = createSpanOf()(Date.parse(at), window, timeZone)
  return [iso(startMs), iso(endMs)]
}

describe('a window of a budget', () => {
  it.each<[string, string, BudgetWindow, string, string, string]>([
    ['an hour', '2026-11-30T21:41:32Z', 'hour', 'UTC', '2026-11-30T21:00:00Z', '2026-11-30T22:00:00Z'],
    [
      'an hour where clocks are half an hour off',
      '2026-11-30T21:41:32Z',
      'hour',
      'Asia/Kolkata',
      '2026-11-30T21:30:00Z',
      '2026-11-30T22:30:00Z',
    ],
    ['a day', '2026-11-30T21:41:32Z', 'day', 'UTC', '2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z'],
    ['a day that has begun elsewhere', '2026-11-30T21:41:32Z', 'day', 'Asia/Tokyo', '2026-11-30T15:00:00Z', '2026-12-01T15:00:00Z'],
    ['the first moment of a day', '2026-11-30T03:00:00Z', 'day', 'America/Sao_Paulo', '2026-11-30T03:00:00Z', '2026-12-01T03:00:00Z'],
    ['the last moment of a day', '2026-11-30T02:59:59.999Z', 'day', 'America/Sao_Paulo', '2026-11-29T03:00:00Z', '2026-11-30T03:00:00Z'],
    ['a day of 23 hours', '2026-03-29T12:00:00Z', 'day', 'Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['a day of 25 hours', '2026-10-25T12:00:00Z', 'day', 'Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['a day without a midnight', '2018-11-04T12:00:00Z', 'day', 'America/Sao_Paulo', '2018-11-04T03:00:00Z', '2018-11-05T02:00:00Z'],
    [
      'the hour that comes twice, the first time',
      '2026-10-25T00:30:00Z',
      'hour',
      'Europe/Berlin',
      '2026-10-25T00:00:00Z',
      '2026-10-25T01:00:00Z',
    ],
    [
      'the hour that comes twice, the second time',
      '2026-10-25T01:30:00Z',
      'hour',
      'Europe/Berlin',
      '2026-10-25T01:00:00Z',
      '2026-10-25T02:00:00Z',
    ],
    ['a week, from Monday', '2026-12-06T23:59:59Z', 'week', 'UTC', '2026-11-30T00:00:00Z', '2026-12-07T00:00:00Z'],
    ['a week in which clocks change', '2026-03-29T12:00:00Z', 'week', 'Europe/Berlin', '2026-03-22T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['a month', '2026-12-31T23:59:59Z', 'month', 'UTC', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['a leap month', '2028-02-29T12:00:00Z', 'month', 'America/New_York', '2028-02-01T05:00:00Z', '2028-03-01T05:00:00Z'],
    ['all time', '2026-11-30T21:41:32Z', 'total', 'UTC', '1970-01-01T00:00:00Z', 'never'],
  ])('is %s', (_what, at, window, timeZone, start, end) => {
    expect(spanAt(at, window, timeZone)).toEqual([start, end])
  })

  it('holds its moment, and the next window begins where it ends, in every zone at any time', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Lisbon',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'America/St_Johns',
    )
    const windows = fc.constantFrom<BudgetWindow>('hour', 'day', 'week', 'month')
    const spanOf = createSpanOf()
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 }), windows, zones, (atMs, window, timeZone) => {
        const { startMs, endMs } = spanOf(atMs, window, timeZone)
        const fresh = createSpanOf()
        expect(startMs <= atMs && atMs < endMs).toBe(true)
        expect(fresh(startMs, window, timeZone)).toEqual({ startMs, endMs })
        expect(fresh(endMs, window, timeZone).startMs).toBe(endMs)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a zone that nobody knows', () => {
    expect(() => createSpanOf()(0, 'day', 'Nowhere/Land')).toThrow(RangeError)
  })
})
