import { describe, expect, it } from 'vitest'
import type { MemoryEvent } from './memory-event.ts'
import { createMemoryManager } from './memory-manager.ts'
import type { MemoryManagerOptions } from './memory-options.ts'

/** Timers that fire when the test says that time has passed, in their order. */
function fakeClock() {
  let nowMs = 1_000_000
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>()
  return {
    now: () => nowMs,
    setTimer: (callback: () => void, ms: number) => {
      const timer = { atMs: nowMs + ms, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    pass: (ms: number) => {
      const untilMs = nowMs + ms
      for (;;) {
        const next = [...timers].toSorted((a, b) => a.atMs - b.atMs)[0]
        if (next === undefined || next.atMs > untilMs) break
        timers.delete(next)
        nowMs = next.atMs
        next.callback()
      }
      nowMs = untilMs
    },
    pending: () => timers.size,
  }
}

/** A process of 1,000 bytes: what lives, what two caches hold, and garbage, which a collection takes. */
function fakeProcess(overrides: Partial<MemoryManagerOptions> = {}, { keepsFreed = false } = {}) {
  const clock = fakeClock()
  const held = { live: 100, answers: 0, summaries: 0, garbage: 0 }
  const events: MemoryEvent[] = []
  const calls: string[] = []
  const drop = (name: 'answers' | 'summaries', share: number): number => {
    calls.push(`${name} ${share}`)
    const freed = Math.ceil(held[name] * share)
    held[name] -= freed
    held.garbage += freed
    return freed
  }
  const used = () => held.live + held.answers + held.summaries + held.garbage
  let most = 0
  /** An allocator that keeps what is freed never lets the resident set shrink. */
  const resident = () => {
    most = Math.max(keepsFreed ? most : 0, used())
    return most
  }
  const manager = createMemoryManager(
    {
      read: () => ({
        heapUsedBytes: used(),
        heapTotalBytes: used(),
        heapLimitBytes: 1e9,
        externalBytes: 0,
        rssBytes: resident(),
        usedBytes: resident(),
        limitBytes: 1_000,
        limitSource: 'cgroup-v2',
      }),
      collectGarbage: () => {
        calls.push('collect')
        held.garbage = 0
        clock.pass(5)
      },
      monitoringIntervalMs: 30_000,
      cacheCleanupIntervalMs: 300_000,
      shedders: [
        { name: 'answers', shed: (share) => drop('answers', share), purgeExpired: () => drop('answers', 0.1) },
        { name: 'summaries', shed: (share) => drop('summaries', share) },
      ],
      onEvent: (event) => events.push(event),
      ...overrides,
    },
    clock,
  )
  const told = (type: MemoryEvent['type']) => events.filter((event) => event.type === type)
  return { clock, held, events, calls, manager, told }
}

describe('a memory manager under pressure', () => {
  it('does nothing while there is room', () => {
    const { clock, calls, events, manager } = fakeProcess()
    manager.start()
    clock.pass(299_000)
    expect([calls, events, manager.pressure()]).toEqual([[], [], 'normal'])
  })

  it('collects garbage past the first threshold, and says nothing when that was all', () => {
    const { clock, held, calls, events, manager } = fakeProcess()
    manager.start()
    held.garbage = 720
    clock.pass(30_000)
    expect(calls).toEqual(['collect'])
    expect(events).toEqual([
      { type: 'collected', reason: 'pressure', atMs: 1_030_000, beforeBytes: 820, afterBytes: 100, freedBytes: 720, durationMs: 5 },
    ])
    expect(manager.pressure()).toBe('normal')
  })

  it('collects less and less often while collections bring nothing', () => {
    const { clock, held, told, manager } = fakeProcess()
    held.live = 810
    manager.start()
    clock.pass(3_600_000)
    const times = told('collected').map((event) => ('atMs' in event ? event.atMs - 1_000_000 : 0))
    expect(times.length).toBeLessThan(9)
    expect(times[1]).toBeGreaterThanOrEqual(120_000)
    expect(manager.pressure()).toBe('elevated')
  })

  it('collects again before it sheds, though it collected a moment ago', () => {
    const { clock, held, calls, manager } = fakeProcess()
    held.live = 810
    manager.start()
    held.garbage = 100
    clock.pass(30_000)
    expect([calls, manager.pressure()]).toEqual([['collect', 'collect'], 'elevated'])
  })

  it('sheds the first shedder first, then collects, and is content when that was enough', () => {
    const { clock, held, calls, events, manager } = fakeProcess()
    manager.start()
    Object.assign(held, { answers: 500, summaries: 300 })
    clock.pass(30_000)
    expect(calls).toEqual(['collect', 'answers 0.25', 'collect'])
    expect(held).toEqual({ live: 100, answers: 375, summaries: 300, garbage: 0 })
    expect(events.map(({ type }) => type)).toEqual(['collected', 'pressure-changed', 'shed', 'collected', 'pressure-changed'])
    expect(manager.pressure()).toBe('elevated')
  })

  it('goes on to the next shedder, and to larger shares, while it is not enough', () => {
    const { clock, held, calls, manager } = fakeProcess()
    Object.assign(held, { live: 840, answers: 80, summaries: 80 })
    manager.start()
    clock.pass(65_000)
    const sheds = calls.filter((call) => call !== 'collect')
    expect(sheds).toEqual(['answers 0.25', 'summaries 0.25', 'answers 0.5', 'summaries 0.5', 'answers 1', 'summaries 1'])
    expect([held.answers, held.summaries, manager.pressure()]).toEqual([0, 0, 'critical'])
  })

  it('is content with memory that is free again, though the allocator keeps it', () => {
    const { clock, held, calls, manager } = fakeProcess({}, { keepsFreed: true })
    Object.assign(held, { answers: 700, summaries: 100 })
    manager.start()
    expect(calls).toEqual(['collect', 'answers 0.25', 'collect'])
    clock.pass(120_000)
    expect([calls.length, manager.pressure()]).toEqual([3, 'normal'])
    expect(manager.figures()).toMatchObject({ rssBytes: 900, usedBytes: 725, reusableBytes: 175 })
  })

  it('starts with a small share again after a calm time', () => {
    const { clock, held, calls, manager } = fakeProcess()
    Object.assign(held, { answers: 900 })
    manager.start()
    held.live = 100
    clock.pass(30_000)
    Object.assign(held, { live: 100, answers: 100 })
    clock.pass(60_000)
    held.answers = 900
    clock.pass(30_000)
    expect(calls.filter((call) => call.startsWith('answers')).at(-1)).toBe('answers 0.25')
  })

  it('goes on when a shedder fails, and tells which', () => {
    const error = new Error('locked')
    const shed = () => {
      throw error
    }
    const { held, told, manager } = fakeProcess({
      shedders: [
        { name: 'broken', shed },
        { name: 'whole', shed: () => 500 },
      ],
    })
    held.live = 900
    manager.start()
    expect(told('shed-failed')).toEqual([{ type: 'shed-failed', name: 'broken', error }])
    expect(told('shed')).toEqual([{ type: 'shed', name: 'whole', share: 0.25, freedBytes: 500 }])
  })

  it('sheds without collecting where garbage cannot be collected by hand', () => {
    const { held, calls, manager } = fakeProcess({ collectGarbage: undefined })
    Object.assign(held, { answers: 900 })
    manager.start()
    expect([calls, manager.collect(), manager.figures().lastCollection]).toEqual([['answers 0.25'], undefined, undefined])
  })

  it('tells of each change of pressure once', () => {
    const { clock, held, told, manager } = fakeProcess()
    manager.start()
    held.live = 820
    clock.pass(300_000)
    held.live = 100
    clock.pass(300_000)
    expect(told('pressure-changed')).toEqual([
      { type: 'pressure-changed', from: 'normal', to: 'elevated', usageRatio: 0.82 },
      { type: 'pressure-changed', from: 'elevated', to: 'normal', usageRatio: 0.1 },
    ])
  })
})

describe('a memory manager at its routine', () => {
  it('lets shedders purgeExpired at the clean-up interval', () => {
    const { clock, held, calls, manager } = fakeProcess()
    held.answers = 100
    manager.start()
    clock.pass(600_000)
    expect(calls).toEqual(['answers 0.1', 'answers 0.1'])
    expect(manager.figures()).toMatchObject({
      shedBytes: 19,
      sheds: [
        { name: 'answers', share: 0, freedBytes: 10, atMs: 1_300_000 },
        { name: 'answers', share: 0, freedBytes: 9, atMs: 1_600_000 },
      ],
    })
  })

  it('collects when asked, and answers with what that brought', () => {
    const { held, manager } = fakeProcess()
    held.garbage = 300
    const collection = { reason: 'requested', atMs: 1_000_000, beforeBytes: 400, afterBytes: 100, freedBytes: 300, durationMs: 5 }
    expect(manager.collect()).toEqual(collection)
    expect(manager.figures()).toMatchObject({ lastCollection: collection, usageRatio: 0.1, limitSource: 'cgroup-v2' })
  })

  it('remembers no more than the latest twenty clean-ups', () => {
    const { clock, held, manager } = fakeProcess()
    manager.start()
    for (let round = 0; round < 30; round++) {
      held.answers = 100
      clock.pass(300_000)
    }
    expect([manager.figures().sheds.length, manager.figures().shedBytes]).toEqual([20, 300])
  })

  it('suspects a leak from the collections that the engine makes by itself, and clears it', () => {
    let onCollection: (() => void) | undefined
    const { clock, held, told, manager } = fakeProcess({
      watchCollections: (callback) => {
        onCollection = callback
        return () => {
          onCollection = undefined
        }
      },
    })
    manager.start()
    const live = (minutes: number, bytesAt: (minute: number) => number) => {
      for (let minute = 0; minute < minutes; minute++) {
        held.live = bytesAt(minute)
        onCollection?.()
        clock.pass(60_000)
      }
    }
    // Bytes of this process are few: the least growth worth a suspicion is 8 MiB, whatever the limit.
    live(90, (minute) => minute * 1024 * 1024)
    expect(told('leak-suspected')).toHaveLength(1)
    expect(manager.figures().leak.slopeBytesPerHour).toBe(60 * 1024 * 1024)
    live(300, () => 100)
    expect([told('leak-cleared').length, manager.figures().leak.suspected]).toEqual([1, false])
    manager.close()
    expect(onCollection).toBeUndefined()
  })

  it('reads once in five seconds, however often the engine collects', () => {
    let readings = 0
    let onCollection = (): void => undefined
    const { clock, manager } = fakeProcess({
      read: () => {
        readings++
        return {
          heapUsedBytes: 1,
          heapTotalBytes: 1,
          heapLimitBytes: 100,
          externalBytes: 0,
          rssBytes: 1,
          usedBytes: 1,
          limitBytes: 100,
          limitSource: 'machine',
        }
      },
      watchCollections: (callback) => {
        onCollection = callback
        return () => undefined
      },
    })
    manager.start()
    for (let call = 0; call < 100; call++) {
      onCollection()
      clock.pass(100)
    }
    // One at the start, then at 0 and 5 seconds.
    expect(readings).toBe(3)
  })
})

describe('the life of a memory manager', () => {
  it('starts nothing before it is told to, starts once, and leaves no timer behind', () => {
    const { clock, manager } = fakeProcess()
    expect(clock.pending()).toBe(0)
    manager.start()
    manager.start()
    expect(clock.pending()).toBe(2)
    clock.pass(600_000)
    expect(clock.pending()).toBe(2)
    manager.close()
    manager.close()
    expect(clock.pending()).toBe(0)
    manager.start()
    expect(clock.pending()).toBe(2)
  })

  it.each([
    [{ maxUsagePercent: 0 }, 'maxUsagePercent is 0; allowed is a percentage above 0 and up to 100'],
    [{ gcThresholdPercent: 101 }, 'gcThresholdPercent is 101; allowed is a percentage above 0 and up to 100'],
    [{ maxUsagePercent: Number.NaN }, 'maxUsagePercent is NaN; allowed is a percentage above 0 and up to 100'],
    [{ monitoringIntervalMs: 0 }, 'monitoringIntervalMs is 0; allowed is a positive number of milliseconds'],
    [
      { cacheCleanupIntervalMs: Number.POSITIVE_INFINITY },
      'cacheCleanupIntervalMs is Infinity; allowed is a positive number of milliseconds',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => fakeProcess(options)).toThrow(expect.objectContaining({ message, code: 'invalid_config', brand: '@proxyapi/error' }))
  })

  it('takes a collection threshold above the maximum for the maximum', () => {
    const { clock, held, calls, manager } = fakeProcess({ maxUsagePercent: 50 })
    manager.start()
    held.garbage = 450
    clock.pass(30_000)
    expect(calls).toEqual(['collect'])
  })
})
