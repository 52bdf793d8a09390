import { systemDeps } from '@proxyapi/core'
import type { GatewayEvent, NumberedEvent } from '@proxyapi/logging/node'
import { describe, expect, it } from 'vitest'
import { createEventLog } from './event-log.ts'

const event: GatewayEvent = { kind: 'circuit', atMs: 5_000, target: 'openai/gpt-4o', from: 'closed', to: 'open' }

/** A log whose recorder takes what it is given, or fails as often as told. */
function open(failures = 0, isRecorded = true) {
  let nowMs = 5_000
  let timers: { readonly atMs: number; readonly run: () => void }[] = []
  const written: NumberedEvent[] = []
  let left = failures
  const recorder = {
    addEvents: async (events: readonly NumberedEvent[]): Promise<void> => {
      if (left-- > 0) throw new Error('full')
      written.push(...events)
    },
    events: async () => ({ events: [...written].reverse(), next: null }),
  }
  const setTimer = (run: () => void, ms: number): (() => void) => {
    const timer = { atMs: nowMs + ms, run }
    timers.push(timer)
    return () => {
      timers = timers.filter((other) => other !== timer)
    }
  }
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms
    const due = timers.filter(({ atMs }) => atMs <= nowMs)
    timers = timers.filter(({ atMs }) => atMs > nowMs)
    for (const { run } of due) run()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const mask = (text: string): string => text.replaceAll('secret', '[masked]')
  const deps = { ...systemDeps, now: () => nowMs, random: () => 0.5, setTimer }
  return { log: createEventLog({ recorder: isRecorded ? recorder : undefined, mask }, deps), pass, written }
}

describe('the log of events', () => {
  it('numbers events so that later ones have larger numbers', async () => {
    const { log } = open()
    for (let count = 0; count < 3; count++) log.add(event)
    expect((await log.read({})).events.map(({ sequence }) => sequence)).toEqual([5_000_502, 5_000_501, 5_000_500])
  })

  it('writes events together, and again when they could not be written', async () => {
    const { log, pass, written } = open(1)
    log.add(event)
    log.add(event)
    await pass(100)
    expect(written).toEqual([])
    log.add(event)
    await pass(5_000)
    expect(written.map(({ sequence }) => sequence)).toEqual([5_000_500, 5_000_501, 5_100_500])
  })

  it('hides secrets and cuts long texts', async () => {
    const { log } = open()
    log.add({ ...event, target: 'openai/secret', cause: 'x'.repeat(1_000) })
    const [first] = (await log.read({})).events
    expect([first?.target, first?.cause?.length]).toEqual(['openai/[masked]', 300])
  })

  it('takes 50 of a kind in a second and counts the others', async () => {
    const { log, pass } = open(0, false)
    for (let count = 0; count < 80; count++) log.add(event)
    log.add({ ...event, kind: 'config' })
    expect([(await log.read({ limit: 1_000 })).events.length, log.dropped()]).toEqual([51, 30])
    await pass(1_000)
    log.add(event)
    expect(log.dropped()).toBe(30)
  })

  it('remembers the latest 1,000 without a recorder', async () => {
    const { log, pass } = open(0, false)
    for (let count = 0; count < 1_050; count++) {
      log.add({ ...event, target: String(count) })
      await pass(25)
    }
    const { events, next } = await log.read({ limit: 1_000 })
    expect([events.length, events.at(-1)?.target, next]).toEqual([1_000, '50', null])
  })

  it('has ten listeners at most', () => {
    const { log } = open()
    const heard: number[] = []
    const stops = Array.from({ length: 10 }, () => log.listen(({ sequence }) => heard.push(sequence)))
    expect(log.listen(() => undefined)).toBeUndefined()
    stops[0]?.()
    expect(log.listen(() => undefined)).toBeDefined()
    log.add(event)
    expect(heard).toHaveLength(9)
  })
})
