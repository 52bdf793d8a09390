import type { ProviderReport, TargetReport } from '@proxyapi/core'
import type { SignalName } from '@proxyapi/logging'
import { describe, expect, it } from 'vitest'
import { createEngineGauges } from './engine-gauges.ts'

const target = (model: string, circuit: TargetReport['circuit'], inFlight = 0): TargetReport => ({
  model,
  circuit,
  inFlight,
  isForgotten: false,
  opensInMs: 0,
  cooldownMs: 0,
  latencyMs: 0,
})
const report = (name: string, status: ProviderReport['status'], targets: readonly TargetReport[]): ProviderReport => ({
  name,
  type: 'demo',
  status,
  circuit: 'closed',
  inFlight: 0,
  waiting: 0,
  targets,
})
const reports = [
  report('one', 'degraded', [target('a', 'open'), target('b', 'closed', 2)]),
  report('two', 'unavailable', [target('a', 'isolated')]),
  report('three', 'healthy', [target('c', 'half-open', 1)]),
]
const read = createEngineGauges({
  health: () => reports,
  figures: () => ({ inFlight: 7, queued: 4 }),
  load: () => ({ lagMs: 12, memoryRatio: 0.4 }),
})

describe('the gauges of an engine', () => {
  it.each<[SignalName, object, number | undefined]>([
    ['breaker_open', {}, 2],
    ['breaker_open', { provider: 'one' }, 1],
    ['breaker_open', { provider: 'one', model: 'b' }, 0],
    ['breaker_open', { model: 'two/a' }, 1],
    ['provider_up', {}, 2],
    ['provider_up', { provider: 'two' }, 0],
    ['provider_up', { model: 'a' }, 0],
    ['provider_up', { provider: 'one', model: 'b' }, 1],
    ['in_flight', {}, 7],
    ['in_flight', { provider: 'one' }, 2],
    ['queue_depth', {}, 4],
    ['memory_usage', {}, 0.4],
    ['event_loop_lag', {}, 12],
    ['budget_used', {}, undefined],
    ['cpu_usage', {}, undefined],
  ])('read %s of %j', (name, selector, value) => {
    expect(read(name, selector, 60_000)).toBe(value)
  })

  it('know nothing of the process without its load', () => {
    const silent = createEngineGauges({ health: () => [], figures: () => ({ inFlight: 0, queued: 0 }) })
    expect([silent('memory_usage', {}, 1), silent('event_loop_lag', {}, 1)]).toEqual([undefined, undefined])
  })
})
