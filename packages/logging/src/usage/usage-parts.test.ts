import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLatencyBucket, toLatencyBucket, toPercentile } from '../record/latency-histogram.ts'
import { toDecimalUsd } from '../record/money.ts'
import { toTokenClasses } from '../record/token-classes.ts'
import type { AnalyticsRow } from './analytics.ts'
import { toAnalyticsBody, toAnalyticsCsv } from './analytics-output.ts'

const row: AnalyticsRow = {
  ...{
    group: 'gpt-4o',
    requests: 2,
    errors: 0,
    canceled: 0,
    cacheHits: 1,
    uncachedInputTokens: 1,
    cachedInputTokens: 2,
    cacheWriteTokens: 3,
    cacheWriteOneHourTokens: 0,
  },
  ...{ audioInputTokens: 0, outputTokens: 4, reasoningTokens: 5, audioOutputTokens: 0, wastedTokens: 6, savedTokens: 7, costUsd: '0.0544' },
  ...{ costNanoUsd: '54400000', wastedUsd: '0', wastedNanoUsd: '0', savedUsd: '0.5', savedNanoUsd: '500000000', unpricedRequests: 0 },
  ...{ unpricedAttempts: 0, averageLatencyMs: 12.5, p50LatencyMs: 10, p95LatencyMs: null, averageFirstContentMs: null },
}

describe('token classes', () => {
  const tokens = fc.option(fc.nat(1_000_000), { nil: undefined })
  it('are disjoint and sum up to input and output, whatever parts are reported', () => {
    const usage = fc.record({
      ...{ inputTokens: fc.nat(1_000_000), outputTokens: fc.nat(1_000_000), totalTokens: fc.nat(), cachedInputTokens: tokens },
      ...{
        cacheWriteTokens: tokens,
        cacheWriteOneHourTokens: tokens,
        reasoningTokens: tokens,
        audioInputTokens: tokens,
        audioOutputTokens: tokens,
      },
    })
    fc.assert(
      fc.property(usage, (given) => {
        const classes = toTokenClasses(given)
        const { uncachedInputTokens, cachedInputTokens, cacheWriteTokens, cacheWriteOneHourTokens, audioInputTokens } = classes
        expect(uncachedInputTokens + cachedInputTokens + cacheWriteTokens + cacheWriteOneHourTokens + audioInputTokens).toBe(
          given.inputTokens,
        )
        expect(classes.outputTokens + classes.reasoningTokens + classes.audioOutputTokens).toBe(given.outputTokens)
        expect(Math.min(...Object.values<number>({ ...classes }))).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it.each([undefined, { inputTokens: Number.NaN, outputTokens: -1, totalTokens: 0 }])('of %j are none', (usage) => {
    expect(new Set(Object.values<number>({ ...toTokenClasses(usage) }))).toEqual(new Set([0]))
  })
})

describe('latency buckets', () => {
  it('hold a latency within 5 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.1, max: 3.6e6, noNaN: true }), (ms) => {
        expect(Math.abs(fromLatencyBucket(toLatencyBucket(ms)) / ms - 1)).toBeLessThan(0.05)
      }),
    )
  })

  it.each([
    [[], 0.5, null],
    [[{ bucket: 0, count: 1 }], 0.95, 1],
    [
      [
        { bucket: 0, count: 95 },
        { bucket: 50, count: 5 },
      ],
      0.95,
      1,
    ],
    [
      [
        { bucket: 0, count: 94 },
        { bucket: 50, count: 6 },
      ],
      0.95,
      fromLatencyBucket(50),
    ],
  ])('%j at %f: %f', (buckets, share, expected) => {
    expect(toPercentile(buckets, share)).toBe(expected)
  })
})

it.each([
  [0n, '0'],
  [1n, '0.000000001'],
  [-1n, '-0.000000001'],
  [54_400_000n, '0.0544'],
  [1_000_000_000n, '1'],
  [9_223_372_036_854_775_807n, '9223372036.854775807'],
])('%s billionths of a dollar are %s', (nanoUsd, usd) => {
  expect(toDecimalUsd(nanoUsd)).toBe(usd)
})

describe('analytics as an answer', () => {
  it('name fields as the wire does', () => {
    const [body] = toAnalyticsBody([row])
    expect(body).toMatchObject({ group: 'gpt-4o', cost_usd: 0.0544, cost_nano_usd: '54400000', saved_usd: 0.5, p95_latency_ms: null })
    expect(body).not.toHaveProperty('name')
  })

  it.each([
    ['gpt-4o', 'gpt-4o'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
    [null, ''],
  ])('write %j into CSV as %s', (group, cell) => {
    const csv = toAnalyticsCsv([{ ...row, group }])
    expect(csv.startsWith('group,name,requests,errors,')).toBe(true)
    expect(csv.split('\r\n')[1]?.startsWith(`${cell},,2,0,`)).toBe(true)
    expect(csv).toContain(',0.0544,54400000,')
    expect(csv.endsWith('\r\n')).toBe(true)
  })
})
