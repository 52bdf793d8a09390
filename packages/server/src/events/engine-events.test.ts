import type { EngineEvent, Receipt } from '@proxyapi/core'
import type { GatewayEvent } from '@proxyapi/logging/node'
import { beforeEach, describe, expect, it } from 'vitest'
import { createEngineEvents, type EngineEvents } from './engine-events.ts'

let nowMs = 0
let timers: { readonly atMs: number; readonly run: () => void }[] = []
let told: GatewayEvent[] = []
let events: EngineEvents
beforeEach(() => {
  nowMs = 1_000
  timers = []
  told = []
  const setTimer = (run: () => void, ms: number): (() => void) => {
    const timer = { atMs: nowMs + ms, run }
    timers.push(timer)
    return () => {
      timers = timers.filter((other) => other !== timer)
    }
  }
  events = createEngineEvents((event) => told.push(event), { now: () => nowMs, setTimer })
  events.start()
})

function pass(ms: number): void {
  nowMs += ms
  const due = timers.filter(({ atMs }) => atMs <= nowMs)
  timers = timers.filter(({ atMs }) => atMs > nowMs)
  for (const { run } of due) run()
}

const at = { provider: 'openai', model: 'gpt-4o' }
type Breaker = Extract<EngineEvent, { readonly type: 'breaker' }>
const breaker = (from: Breaker['from'], to: Breaker['to']): EngineEvent => ({ type: 'breaker', ...at, atMs: nowMs, from, to })
const cooldown = (ms: number): EngineEvent => ({ type: 'cooldown', ...at, atMs: nowMs, ms, failure: 'rate_limit' })
const shed = (): EngineEvent => ({ type: 'shed', reason: 'queue-full', tenant: 'a', atMs: nowMs })

const failed = { ...at, startedAtMs: 0, reason: 'first', outcome: 'server', costNanoUsd: 40 } as const
const answered = { provider: 'demo', model: 'echo', startedAtMs: 0, reason: 'fallback', outcome: 'success', costNanoUsd: 9 } as const

function receipt(fields: Partial<Receipt>): Receipt {
  return {
    ...{ id: 'a', operation: 'chat', requestedModel: 'm', stream: false, outcome: 'complete', attempts: [], costNanoUsd: 0 },
    ...{ wastedNanoUsd: 0, dropped: [], tags: [], startedAtMs: 0, endedAtMs: 1 },
    ...fields,
  }
}
const rerouted = receipt({ attempts: [failed, answered], winner: 1, provider: 'demo', model: 'echo' })

describe('the events of an engine', () => {
  it('tell of a circuit that opens and closes, and what that meant for requests', () => {
    events.onEvent(breaker('closed', 'open'))
    events.onReceipt(rerouted)
    events.onReceipt(receipt({ attempts: [failed], outcome: 'error' }))
    const leftOut = [{ ...at, why: 'circuit_open' }] as const
    events.onReceipt(receipt({ attempts: [answered], winner: 0, provider: 'demo', model: 'echo', route: { strategy: 'order', leftOut } }))
    events.onEvent(breaker('open', 'half-open'))
    events.onEvent(breaker('half-open', 'closed'))
    expect(told.map(({ kind, target, from, to }) => [kind, target, from, to])).toEqual([
      ['circuit', 'openai/gpt-4o', 'closed', 'open'],
      ['circuit', 'openai/gpt-4o', 'open', 'half-open'],
      ['circuit', 'openai/gpt-4o', 'half-open', 'closed'],
    ])
    expect(told[2]?.effect).toEqual({ rerouted: 2, failed: 1, extraNanoUsd: 80, to: ['demo/echo'] })
  })

  it('count nothing of a target that is in no trouble', () => {
    events.onReceipt(rerouted)
    events.onEvent(breaker('closed', 'open'))
    events.onEvent(breaker('open', 'closed'))
    expect(told[1]?.effect).toEqual({ rerouted: 0, failed: 0, extraNanoUsd: 0, to: [] })
  })

  it('tell of a rest once, however often it is prolonged, and of its end', () => {
    events.onEvent(cooldown(1_000))
    pass(500)
    events.onEvent(cooldown(2_000))
    events.onReceipt(rerouted)
    pass(600)
    expect(told).toEqual([{ kind: 'rest', atMs: 1_000, target: 'openai/gpt-4o', from: 'available', to: 'resting', cause: 'rate_limit' }])
    pass(1_400)
    expect(told[1]).toEqual({
      ...{ kind: 'rest', atMs: 3_500, target: 'openai/gpt-4o', from: 'resting', to: 'available' },
      effect: { rerouted: 1, failed: 0, extraNanoUsd: 40, to: ['demo/echo'] },
    })
  })

  it('tell when shedding begins, and when it has been over for a while how many were turned away', () => {
    for (let count = 0; count < 500; count++) events.onEvent(shed())
    pass(9_000)
    events.onEvent(shed())
    pass(5_000)
    expect(told).toHaveLength(1)
    pass(6_000)
    expect(told.map(({ from, to, cause, effect }) => [from, to, cause, effect?.failed])).toEqual([
      ['admitting', 'shedding', 'queue-full', undefined],
      ['shedding', 'admitting', 'queue-full', 501],
    ])
  })

  it('set no timer before they are started, and tell an end with the next beginning', () => {
    const quiet = createEngineEvents((event) => told.push(event), { now: () => nowMs, setTimer: () => expect.unreachable() })
    quiet.onEvent(cooldown(1_000))
    pass(2_000)
    quiet.onEvent(cooldown(1_000))
    expect(told.map(({ to }) => to)).toEqual(['resting', 'available', 'resting'])
  })

  it('leave no timer behind when they are closed', () => {
    events.onEvent(cooldown(1_000))
    events.onEvent(shed())
    events.close()
    expect(timers).toEqual([])
  })
})
