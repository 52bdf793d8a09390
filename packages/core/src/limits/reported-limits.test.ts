import { describe, expect, it } from 'vitest'
import { allowancesOf } from '../dialects/shared/rate-limit-reset.ts'
import { createReportedLimits } from './reported-limits.ts'

const nowMs = Date.UTC(2026, 4, 12, 9, 30, 0)

describe('what an answer says of its limits', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly unknown[]]>([
    [
      'OpenAI (platform.openai.com/docs/guides/rate-limits, 2026-05)',
      {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-limit-tokens': '150000',
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-remaining-tokens': '149984',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      [
        { unit: 'requests', limit: 60, remaining: 59, resetMs: 1_000 },
        { unit: 'tokens', limit: 150_000, remaining: 149_984, resetMs: 360_000 },
      ],
    ],
    [
      'Anthropic (docs.anthropic.com/en/api/rate-limits, 2026-05), by its own clock',
      {
        date: 'Tue, 12 May 2026 09:29:50 GMT',
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': '2026-05-12T09:30:12Z',
        'anthropic-ratelimit-input-tokens-limit': '40000',
        'anthropic-ratelimit-input-tokens-remaining': '38000',
        'anthropic-ratelimit-input-tokens-reset': '2026-05-12T09:29:53Z',
      },
      [
        { unit: 'requests', limit: 50, remaining: 0, resetMs: 22_000 },
        { unit: 'tokens', limit: 40_000, remaining: 38_000, resetMs: 3_000 },
      ],
    ],
    [
      'Azure, which names no moment',
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-remaining-tokens': '79000' },
      [
        { unit: 'requests', limit: undefined, remaining: 0, resetMs: 1_000 },
        { unit: 'tokens', limit: undefined, remaining: 79_000, resetMs: 1_000 },
      ],
    ],
    [
      'Azure with a moment in seconds',
      { 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': '10' },
      [{ unit: 'requests', limit: undefined, remaining: 1, resetMs: 10_000 }],
    ],
    ['nonsense', { 'x-ratelimit-remaining-requests': 'many', 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': 'soon' }, []],
    ['nothing', { 'content-type': 'application/json' }, []],
  ])('%s', (_who, headers, expected) => {
    expect(allowancesOf(headers, nowMs)).toEqual(expected)
  })
})

const take = (key: string) => [{ type: 'rate', key, rate: { limit: 1, windowMs: 1, burst: 1 }, amount: 1 }] as const
const requests = (remaining: number, reset: string, limit = 100) => ({
  'x-ratelimit-limit-requests': String(limit),
  'x-ratelimit-remaining-requests': String(remaining),
  'x-ratelimit-reset-requests': reset,
})

describe('limits that are reported', () => {
  it('let nothing through while an allowance is used up, by target, and all of it when its moment has come', () => {
    let atMs = nowMs
    const limits = createReportedLimits({}, { now: () => 0, monotonicNow: () => atMs })
    expect([limits.knows('a'), limits.take(take('a')).refused]).toEqual([false, undefined])
    expect(limits.note('a', requests(2, '5s', 3))).toBe(true)
    expect([0, 1, 2].map(() => limits.take(take('a')).refused)).toEqual([undefined, undefined, 0])
    expect([limits.take(take('a')).retryAfterMs, limits.take(take('b')).refused]).toEqual([5_000, undefined])
    atMs += 4_999
    expect(limits.take(take('a')).refused).toBe(0)
    atMs += 1
    expect([0, 1, 2, 3].map(() => limits.take(take('a')).refused)).toEqual([undefined, undefined, undefined, 0])
  })

  it('believe the latest report, and none of more than five minutes', () => {
    let atMs = nowMs
    const limits = createReportedLimits({}, { now: () => 0, monotonicNow: () => atMs })
    limits.note('a', requests(0, '6d'))
    expect(limits.take(take('a')).retryAfterMs).toBe(300_000)
    limits.note('a', requests(1, '6d'))
    expect(limits.take(take('a')).refused).toBeUndefined()
    expect(limits.note('a', {})).toBe(false)
    atMs += 300_000
    expect(limits.take(take('a')).refused).toBeUndefined()
  })

  it('spread the end of an allowance over the time that it has to last', () => {
    let atMs = nowMs
    const limits = createReportedLimits({ spreads: true }, { now: () => 0, monotonicNow: () => atMs })
    limits.note('a', requests(50, '10s'))
    expect([0, 1, 2].map(() => limits.take(take('a')).refused)).toEqual([undefined, undefined, undefined])
    limits.note('a', requests(4, '10s'))
    expect(limits.take(take('a')).retryAfterMs).toBe(2_000)
    const passedAtMs: number[] = []
    for (; atMs < nowMs + 10_000; atMs += 100) if (limits.take(take('a')).refused === undefined) passedAtMs.push(atMs - nowMs)
    expect(passedAtMs).toEqual([2_000, 4_000, 6_000, 8_000])
  })

  it('that name nothing but that nothing is left are not believed', () => {
    const limits = createReportedLimits({}, { now: () => 0, monotonicNow: () => nowMs })
    expect(limits.note('a', { 'x-ratelimit-remaining-requests': '0' })).toBe(false)
    expect(limits.note('a', { 'x-ratelimit-limit-requests': '0', 'x-ratelimit-remaining-requests': '0' })).toBe(false)
    expect(limits.take(take('a')).refused).toBeUndefined()
  })

  it('keep to tokens that are used up, and count no request of theirs', () => {
    const limits = createReportedLimits({}, { now: () => 0, monotonicNow: () => nowMs })
    limits.note('a', { 'x-ratelimit-remaining-tokens': '3', 'x-ratelimit-reset-tokens': '1s' })
    expect([0, 1, 2, 3, 4].map(() => limits.take(take('a')).refused)).toEqual([undefined, undefined, undefined, undefined, undefined])
    limits.note('a', { 'x-ratelimit-limit-tokens': '9000', 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1s' })
    expect(limits.take(take('a')).retryAfterMs).toBe(1_000)
  })
})
