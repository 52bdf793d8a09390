import { describe, expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'
import { type CircuitBreakerOptions, createCircuitBreaker, defaultCircuitBreaker } from './circuit-breaker.ts'
import { createQuantileWindow } from './quantile-window.ts'
import { createRetryBudget } from './retry-budget.ts'
import { createTargetLoad } from './target-load.ts'

function clock() {
  let ms = 1_000_000
  return { monotonicNow: () => ms, random: () => 0.5, pass: (by: number) => (ms += by) }
}

describe('a circuit breaker', () => {
  const setUp = (options: Partial<CircuitBreakerOptions> = {}) => {
    const time = clock()
    const breaker = createCircuitBreaker({ ...defaultCircuitBreaker, ...options }, time)
    const fail = (times: number) => {
      for (let i = 0; i < times; i++) breaker.admit()?.('failure')
    }
    return { time, breaker, fail }
  }

  it('opens on five failures in a row and refuses at once', () => {
    const { breaker, fail } = setUp()
    fail(4)
    breaker.admit()?.('success')
    fail(4)
    expect(breaker.state()).toBe('closed')
    fail(1)
    expect([breaker.state(), breaker.admit(), breaker.remainingMs()]).toEqual(['open', undefined, 60_000])
  })

  it('opens when half of twenty calls fail, though never in a row', () => {
    const { breaker } = setUp()
    for (let i = 0; i < 20; i++) breaker.admit()?.(i % 2 === 0 ? 'success' : 'failure')
    expect(breaker.state()).toBe('open')
  })

  it('lets three probes in while half-open and closes after two successes', () => {
    const { breaker, time, fail } = setUp()
    fail(5)
    time.pass(60_000)
    const probes = [breaker.admit(), breaker.admit(), breaker.admit()]
    expect([breaker.state(), breaker.admit()]).toEqual(['half-open', undefined])
    probes[0]?.('neutral')
    expect(breaker.admit()).toBeDefined()
    probes[1]?.('success')
    probes[2]?.('success')
    expect(breaker.state()).toBe('closed')
  })

  it('doubles its rest with each reopening, up to five minutes', () => {
    const { breaker, time, fail } = setUp()
    fail(5)
    const rests = [120_000, 240_000, 300_000, 300_000].map(() => {
      time.pass(breaker.remainingMs())
      breaker.admit()?.('failure')
      return breaker.remainingMs()
    })
    expect(rests).toEqual([120_000, 240_000, 300_000, 300_000])
  })

  it('is not closed by calls that were let through before it opened', () => {
    const { breaker, time, fail } = setUp()
    const early = [breaker.admit(), breaker.admit()]
    fail(5)
    time.pass(60_000)
    breaker.admit()
    for (const report of early) report?.('success')
    expect(breaker.state()).toBe('half-open')
  })

  it.each<[string, Partial<CircuitBreakerOptions>, string, 'open' | 'closed']>([
    ['a higher threshold', { failureThreshold: 7 }, 'ffffff', 'closed'],
    ['a lower threshold', { failureThreshold: 2 }, 'ff', 'open'],
    ['a share of a quarter', { failureRate: 0.25 }, 'sssfsssfsssfsssfsssf', 'open'],
    ['a share of everything', { failureRate: 1 }, 'sfsfsfsfsfsfsfsfsfsf', 'closed'],
    ['fewer calls', { minimumCalls: 4 }, 'sfsf', 'open'],
    ['more calls', { minimumCalls: 22 }, 'sfsfsfsfsfsfsfsfsfsf', 'closed'],
    ['a short window', { minimumCalls: 4, windowMs: 1_000 }, 'sf....sf', 'closed'],
    ['a long window', { minimumCalls: 4, windowMs: 600_000 }, 'sf....sf', 'open'],
    ['no circuit breaker', { enabled: false }, 'ffffffffffffffffffffffff', 'closed'],
  ])('keeps to %s', (_name, options, history, state) => {
    const { breaker, time } = setUp(options)
    for (const event of history) {
      if (event === '.') time.pass(30_000)
      else breaker.admit()?.(event === 'f' ? 'failure' : 'success')
    }
    expect(breaker.state()).toBe(state)
  })

  it('is forgotten when nobody has asked it for as long as it rested', () => {
    const { breaker, time, fail } = setUp()
    fail(5)
    const after = (ms: number): boolean => {
      time.pass(ms)
      return breaker.isForgotten()
    }
    expect([after(59_999), after(60_000), after(1)]).toEqual([false, false, true])
    const probe = breaker.admit()
    expect(after(120_000)).toBe(false)
    probe?.('neutral')
    expect([after(59_999), after(1), breaker.state()]).toEqual([false, true, 'half-open'])
  })

  it('stays out while it is isolated by hand', () => {
    const { breaker, time } = setUp()
    breaker.isolate()
    time.pass(1e9)
    expect([breaker.state(), breaker.admit()]).toEqual(['isolated', undefined])
    breaker.release()
    expect(breaker.state()).toBe('closed')
  })
})

describe('a retry budget', () => {
  it('pays for one retry in five calls and for a small reserve a second', () => {
    const time = clock()
    const budget = createRetryBudget({ ratio: 0.2 }, time)
    for (let i = 0; i < 100; i++) budget.deposit()
    const taken = () => Array.from({ length: 100 }, () => budget.take()).filter(Boolean).length
    expect(taken()).toBeLessThanOrEqual(31)
    time.pass(1_000)
    expect(taken()).toBe(10)
  })

  it('forgets deposits after ten seconds', () => {
    const time = clock()
    const budget = createRetryBudget({ ratio: 1 }, time)
    for (let i = 0; i < 100; i++) budget.deposit()
    time.pass(10_000)
    expect(Array.from({ length: 100 }, () => budget.take()).filter(Boolean).length).toBe(10)
  })
})

describe('a load average', () => {
  it('jumps up at once, fades with time, and takes a quick failure for slow without calling that a latency', () => {
    const time = clock()
    const load = createTargetLoad(time)
    load.begin()
    load.observe(100, false)
    load.end()
    load.begin()
    load.observe(5, true)
    load.end()
    expect([load.penalisedLatencyMs(), load.latencyMs()]).toEqual([5_000, 100])
    time.pass(10_000)
    expect([Math.round(load.penalisedLatencyMs()), load.inFlight()]).toEqual([1_839, 0])
  })
})

it.each([
  [1, 1, 100],
  [3, 0.5, 200],
  [10, 1, 2_000],
])('backs off before retry %i with draw %d by %d ms', (retry, draw, ms) => {
  expect(backoffMs(retry, { baseDelayMs: 100, maxDelayMs: 2_000 }, () => draw)).toBe(ms)
})

it('finds quantiles among the latest samples, whatever their order', () => {
  const window = createQuantileWindow()
  for (let i = 0; i < 19; i++) window.record(i)
  expect(window.quantile(0.5)).toBeUndefined()
  for (let i = 200; i > 100; i--) window.record(i)
  for (let i = 0; i < 28; i++) window.record(1_000)
  expect([window.quantile(0), window.quantile(0.5), window.quantile(0.99)]).toEqual([101, 165, 1_000])
})
