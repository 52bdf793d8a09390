import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptWith, callWith, usageWith } from '../../record/__fixtures__/call.ts'
import type { AttemptRecord, CacheOutcome, CallRecord, RecordedError } from '../../record/call-record.ts'
import type { SignalName } from '../condition/signal-names.table.ts'
import { createSignals, type Signals } from './create-signals.ts'

const minute = 60_000
const hour = 60 * minute

function receipt(changes: Partial<CallRecord> = {}): CallRecord {
  return callWith({ endedAtMs: 100, ...changes })
}

function attempt(provider: string, changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return attemptWith({ provider, model: 'm', endedAtMs: 100, ...changes })
}

function setUp() {
  let ms = 1_800_000_000_000
  const signals = createSignals({}, { monotonicNow: () => ms })
  const read = (name: SignalName, windowMs = minute) => signals.read(name, {}, windowMs)
  const give = (count: number, changes?: Partial<CallRecord>) => {
    for (let i = 0; i < count; i++) signals.onCall(receipt(changes))
  }
  return { signals, read, give, pass: (by: number) => (ms += by) }
}

const errorOf = (fault: RecordedError['fault']): RecordedError => ({ code: 'some_error', message: '', fault })
const failed = { outcome: 'error', error: errorOf('upstream') } as const

function readProvider(signals: Signals, name: SignalName, provider: string, model?: string): number | undefined {
  return signals.read(name, model === undefined ? { provider } : { provider, model }, minute)
}

describe('signals', () => {
  it('say nothing of a share of nothing, and 0 of a count of nothing', () => {
    const { read } = setUp()
    expect((['error_rate', 'success_rate', 'p95', 'cache_hit_rate', 'avg_response_time'] as const).map((name) => read(name))).toEqual(
      Array.from({ length: 5 }, () => undefined),
    )
    expect((['requests', 'errors', 'tokens', 'cost_usd', 'auth_failures'] as const).map((name) => read(name))).toEqual([0, 0, 0, 0, 0])
  })

  it('count failures that are not the caller’s doing, and leave out callers who left', () => {
    const { read, give } = setUp()
    give(15)
    give(4, failed)
    give(1, { outcome: 'error', error: errorOf('caller') })
    give(30, { outcome: 'canceled' })
    expect([read('error_rate'), read('success_rate'), read('errors'), read('requests')]).toEqual([0.2, 0.8, 4, 50])
  })

  it('forget what is older than the window', () => {
    const { read, give, pass } = setUp()
    give(10, failed)
    pass(2 * minute)
    give(10)
    expect([read('error_rate'), read('error_rate', 5 * minute)]).toEqual([0, 0.5])
    pass(2 * minute)
    expect([read('error_rate'), read('requests', 5 * minute)]).toEqual([undefined, 20])
    pass(23 * hour)
    expect([read('requests', hour), read('requests', 24 * hour)]).toEqual([0, 20])
    pass(2 * hour)
    expect(read('requests', 24 * hour)).toBe(0)
  })

  it('know durations, on average and by quantile, to within 5 %', () => {
    const { read, give } = setUp()
    for (let i = 1; i <= 100; i++) give(1, { endedAtMs: i * 10 })
    give(1, { outcome: 'canceled', endedAtMs: 1e9 })
    give(1, { endedAtMs: -5 })
    expect(read('avg_response_time')).toBe(505)
    for (const [name, exact] of [
      ['p50', 500],
      ['p90', 900],
      ['p95', 950],
      ['p99', 990],
    ] as const) {
      expect(Math.abs((read(name) ?? 0) / exact - 1)).toBeLessThan(0.05)
    }
  })

  it('keep the quantiles within a bucket of the truth, whatever the durations', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 200 }), (durations) => {
        const { read, give } = setUp()
        for (const endedAtMs of durations) give(1, { endedAtMs })
        const sorted = [...durations].sort((a, b) => a - b)
        const exact = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
        const said = read('p95') ?? 0
        expect(said).toBeGreaterThanOrEqual(exact / 1.1 - 1e-6)
        expect(said).toBeLessThanOrEqual(exact * 1.1 + 1e-6)
      }),
    )
  })

  it('know the first content of streams only', () => {
    const { read, give } = setUp()
    give(10, { stream: true, firstContentAtMs: 300 })
    give(10, { firstContentAtMs: 9_000 })
    expect(Math.abs((read('ttft_p95') ?? 0) / 300 - 1)).toBeLessThan(0.1)
  })

  it('know money and tokens, those of failed attempts included, and of hits nothing', () => {
    const { read, give } = setUp()
    const attempts = [
      attempt('a', { outcome: 'server', usage: usageWith({ outputTokens: 5 }) }),
      attempt('b', { usage: usageWith({ outputTokens: 10 }) }),
    ]
    give(1, { attempts, usage: usageWith({ outputTokens: 10 }), costNanoUsd: 2e9, wastedNanoUsd: 1e9 })
    give(1, { costNanoUsd: null, usage: usageWith({ outputTokens: 7 }) })
    give(1, { cache: { status: 'hit' }, usage: usageWith({ outputTokens: 100 }) })
    expect([read('tokens'), read('cost_usd', hour), read('cost_per_hour', 24 * hour)]).toEqual([22, 3, expect.closeTo(3 / 24, 1)])
  })

  it('give rates over the time that is covered', () => {
    const { read, give, pass } = setUp()
    for (let i = 0; i < 120; i++) {
      give(2)
      pass(1_000)
    }
    expect(read('requests_per_minute')).toBeCloseTo(120, -1)
  })

  it('count what happens outside of calls, and hits among those who asked the cache', () => {
    const { signals, read, give } = setUp()
    signals.onEvent('auth_failure')
    signals.onEvent('rate_limit_rejection')
    signals.onEvent('rate_limit_rejection')
    const statuses: readonly CacheOutcome['status'][] = ['hit', 'coalesced', 'stale', 'miss', 'bypass']
    for (const status of statuses) give(1, { cache: { status } })
    expect([read('auth_failures'), read('rate_limit_rejections'), read('cache_hit_rate')]).toEqual([1, 2, 0.75])
  })

  it('see a provider’s failures where another one answered', () => {
    const { signals, give, read } = setUp()
    readProvider(signals, 'requests', 'a')
    readProvider(signals, 'requests', 'b', 'm')
    readProvider(signals, 'requests', 'b', 'b/m')
    give(10, { attempts: [attempt('a', { outcome: 'authentication', endedAtMs: 40 }), attempt('b')] })
    give(5, { attempts: [attempt('a', { outcome: 'invalid_request' }), attempt('a', { outcome: 'canceled' })] })
    expect(read('error_rate')).toBe(0)
    expect(readProvider(signals, 'error_rate', 'a')).toBeCloseTo(10 / 15)
    expect(readProvider(signals, 'credential_failures', 'a')).toBe(10)
    expect([readProvider(signals, 'error_rate', 'b', 'm'), readProvider(signals, 'requests', 'b', 'b/m')]).toEqual([0, 10])
    expect(readProvider(signals, 'avg_response_time', 'a')).toBe(60)
  })

  it('follow a bounded number of providers, and make room for those asked for now', () => {
    let ms = 1_000_000
    const signals = createSignals({ maxFollowed: 2 }, { monotonicNow: () => ms })
    expect(['a', 'b', 'c'].map((name) => readProvider(signals, 'requests', name))).toEqual([0, 0, undefined])
    ms += 2 * hour
    expect([
      readProvider(signals, 'requests', 'b'),
      readProvider(signals, 'requests', 'c'),
      readProvider(signals, 'requests', 'a'),
    ]).toEqual([0, 0, undefined])
  })

  it('ask others for what has a value at any time', () => {
    const signals = createSignals({ readGauge: (name, { provider }) => (name === 'breaker_open' && provider === 'a' ? 1 : undefined) })
    expect([readProvider(signals, 'breaker_open', 'a'), readProvider(signals, 'breaker_open', 'b')]).toEqual([1, undefined])
    expect(createSignals().read('memory_usage', {}, minute)).toBeUndefined()
  })
})
