import { describe, expect, it } from 'vitest'
import { systemDeps } from '../deps.ts'
import { createDemoProvider } from '../providers/demo/create-demo-provider.ts'
import { defaultCircuitBreaker } from '../resilience/circuit-breaker.ts'
import { createHealthPool } from '../resilience/target-health.ts'
import type { EngineEvent } from '../routing/engine-event.ts'
import { createRecoveryWatch } from './recovery-watch.ts'

function setUp(reachable: () => boolean) {
  let nowMs = 0
  let probes = 0
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  const deps = {
    ...systemDeps,
    now: () => nowMs,
    random: () => 0.5,
    setTimer: (run: () => void, ms: number) => {
      const timer = { atMs: nowMs + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const pass = async (ms: number): Promise<void> => {
    for (const end = nowMs + ms; nowMs < end; ) {
      nowMs += 500
      for (const timer of [...timers]) if (timer.atMs <= nowMs && timers.delete(timer)) timer.run()
      for (let turn = 0; turn < 8; turn++) await Promise.resolve()
    }
  }
  const health = createHealthPool({ breaker: defaultCircuitBreaker }, deps)
  const { breaker } = health.of('p/m')
  const events: EngineEvent[] = []
  const provider = {
    ...createDemoProvider({ name: 'p', type: 'demo' }, deps),
    isReachable: async () => {
      probes++
      return reachable()
    },
  }
  const watch = createRecoveryWatch({ deps, health, providerOf: () => provider, onEvent: (event) => events.push(event) })
  for (let i = 0; i < 5; i++) breaker.admit()?.('failure')
  watch.onOpen('p')
  return { breaker, pass, watch, events, probes: () => probes, armed: () => timers.size }
}

describe('a recovery watch', () => {
  it('lets a provider that is back be tried before its rest is over', async () => {
    let isUp = false
    const { breaker, pass, events } = setUp(() => isUp)
    await pass(20_000)
    expect(breaker.state()).toBe('open')
    isUp = true
    await pass(15_000)
    expect(breaker.state()).toBe('half-open')
    expect(events).toMatchObject([{ reachable: false }, { reachable: true }])
  })

  it('gives no such favour to a provider that answers free questions all along', async () => {
    const { breaker, pass } = setUp(() => true)
    await pass(55_000)
    expect(breaker.state()).toBe('open')
  })

  it('asks seldom, and stops when no circuit is open any more', async () => {
    const { breaker, pass, probes, armed } = setUp(() => false)
    await pass(60_000)
    expect(probes()).toBeLessThanOrEqual(7)
    breaker.release()
    await pass(20_000)
    expect(armed()).toBe(0)
  })

  it('leaves no timer behind', () => {
    const { watch, armed } = setUp(() => false)
    watch.close()
    expect(armed()).toBe(0)
  })
})
