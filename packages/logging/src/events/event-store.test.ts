import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createInThreadRecorder } from '../recorder/create-in-thread-recorder.ts'
import type { Recorder } from '../recorder/recorder.ts'
import { createStoreWorld, type StoreWorld } from '../sqlite/__fixtures__/store-world.ts'
import { type EventQuery, matchesEventQuery, type NumberedEvent } from './gateway-event.ts'

let world: StoreWorld
let recorder: Recorder
const open = (): Recorder =>
  createInThreadRecorder({ file: join(world.directory, 'records.db'), secret: 'a secret of the server', audit: false }, world.deps)
beforeEach(async () => {
  world = await createStoreWorld()
  recorder = open()
})
afterEach(async () => {
  await recorder.close()
  await world.remove()
})

const opened: NumberedEvent = {
  sequence: 10,
  kind: 'circuit',
  atMs: 1_000,
  target: 'openai/gpt-4o',
  from: 'closed',
  to: 'open',
  cause: 'server',
}
const closed: NumberedEvent = {
  ...{ sequence: 20, kind: 'circuit', atMs: 2_000, target: 'openai/gpt-4o', from: 'open', to: 'closed' },
  effect: { rerouted: 3, failed: 1, extraNanoUsd: 4_500, to: ['anthropic/claude-haiku-4-5'] },
}
const loaded: NumberedEvent = { sequence: 30, kind: 'config', atMs: 3_000, target: 'configuration', to: 'a1b2' }
const other: NumberedEvent = { sequence: 40, kind: 'provider', atMs: 4_000, target: 'openai2', to: 'reachable' }
const all = [opened, closed, loaded, other]

const queries: readonly (readonly [string, EventQuery, readonly number[]])[] = [
  ['without a condition', {}, [40, 30, 20, 10]],
  ['of a kind', { kind: 'circuit' }, [20, 10]],
  ['of a target', { target: 'openai/gpt-4o' }, [20, 10]],
  ['of all targets of a provider, and of none with a longer name', { target: 'openai' }, [20, 10]],
  ['of a stretch of time', { fromMs: 2_000, toMs: 4_000 }, [30, 20]],
  ['before another', { before: 30 }, [20, 10]],
  ['after another', { after: 20 }, [40, 30]],
]

describe('events in the file of the records', () => {
  it.each(queries)('are found %s, as they are in memory', async (_what, query, wanted) => {
    await recorder.addEvents(all)
    expect((await recorder.events(query)).events.map(({ sequence }) => sequence)).toEqual(wanted)
    expect(all.filter((event) => matchesEventQuery(query, event)).map(({ sequence }) => sequence)).toEqual([...wanted].reverse())
  })

  it('come back as they were, also from the next recorder', async () => {
    await recorder.addEvents(all)
    await recorder.close()
    recorder = open()
    expect((await recorder.events({})).events).toEqual([...all].reverse())
  })

  it('come in pages', async () => {
    await recorder.addEvents(all)
    const first = await recorder.events({ limit: 3 })
    expect(first.next).toBe(20)
    expect(await recorder.events({ limit: 3, before: first.next ?? 0 })).toEqual({ events: [opened], next: null })
  })

  it('are kept once, however often they are written', async () => {
    await recorder.addEvents([opened])
    await recorder.addEvents([opened, closed])
    expect((await recorder.events({})).events).toEqual([closed, opened])
  })

  it('are 10,000 at most: the oldest go', async () => {
    const many = Array.from({ length: 10_050 }, (_, index): NumberedEvent => ({ ...opened, sequence: index + 1 }))
    await recorder.addEvents(many)
    expect((await recorder.events({ before: 52 })).events.map(({ sequence }) => sequence)).toEqual([51])
  })
})
