import { describe, expect, it } from 'vitest'
import { createAbortSource } from '../call/abort-source.ts'
import { createVirtualWorld } from '../testing/virtual-world.ts'
import type { Take, TakeResult } from './limit-store.ts'
import { createMemoryLimitStore } from './memory-limit-store.ts'
import { createPacer } from './pacer.ts'

const oneASecond = { limit: 1, windowMs: 1_000, burst: 1 }
const request = (key = 'a'): readonly Take[] => [{ type: 'rate', key, rate: oneASecond, amount: 1 }]

function setUp(options = { maxWaitMs: 10_000, maxQueue: 100 }) {
  const world = createVirtualWorld({ seed: 1 })
  const store = createMemoryLimitStore({}, world.deps)
  const pacer = createPacer(store, options, world.deps)
  const passed: string[] = []
  const ask = (
    name: string,
    {
      priority = 1,
      afterMs = 1e9,
      takes = request(),
      abort = createAbortSource(),
    }: { priority?: number; afterMs?: number; takes?: readonly Take[]; abort?: ReturnType<typeof createAbortSource> } = {},
  ): void => {
    const note = ({ refused }: TakeResult): void =>
      void passed.push(`${name} ${refused === undefined ? 'passed' : 'refused'} at ${world.now() - world.startMs}`)
    const result = pacer.take(takes, { priority, deadlineAtMs: world.now() + afterMs, abort })
    if (result instanceof Promise) void result.then(note, (reason) => void passed.push(`${name} left: ${reason}`))
    else note(result)
  }
  return { world, store, pacer, passed, ask }
}

describe('a pacer', () => {
  it('lets requests wait and pass at the rate, none too early', async () => {
    const { world, passed, ask } = setUp()
    for (const name of ['1', '2', '3', '4']) ask(name)
    await world.run()
    expect(passed).toEqual(['1 passed at 0', '2 passed at 1000', '3 passed at 2000', '4 passed at 3000'])
  })

  it('serves by priority, then by deadline, then as they came', async () => {
    const { world, passed, ask } = setUp()
    ask('first')
    ask('late', { priority: 2 })
    ask('usual')
    ask('urgent', { afterMs: 9_000 })
    ask('critical', { priority: 0 })
    await world.run()
    expect(passed.map((text) => text.split(' ')[0])).toEqual(['first', 'critical', 'urgent', 'usual', 'late'])
  })

  it('lets nobody wait for others’ limits', async () => {
    const { world, passed, ask } = setUp()
    for (const name of ['1', '2']) ask(name)
    ask('other', { takes: request('b') })
    await world.run()
    expect(passed).toEqual(['1 passed at 0', 'other passed at 0', '2 passed at 1000'])
  })

  it('refuses at once what can’t pass in time, and what finds the queue full', async () => {
    const { world, passed, ask } = setUp({ maxWaitMs: 10_000, maxQueue: 2 })
    ask('1')
    ask('hasty', { afterMs: 999 })
    for (const name of ['2', '3', '4']) ask(name)
    expect(passed).toEqual(['1 passed at 0', 'hasty refused at 0', '4 refused at 0'])
    await world.run()
    expect(passed.slice(3)).toEqual(['2 passed at 1000', '3 passed at 2000'])
  })

  it('refuses who has waited as long as it may', async () => {
    const { world, passed, ask } = setUp({ maxWaitMs: 1_500, maxQueue: 9 })
    for (const name of ['1', '2', '3']) ask(name)
    await world.run()
    expect(passed).toEqual(['1 passed at 0', '2 passed at 1000', '3 refused at 1500'])
  })

  it('forgets who leaves', async () => {
    const { world, pacer, passed, ask } = setUp()
    const abort = createAbortSource()
    ask('1')
    ask('leaver', { abort })
    ask('3')
    abort.abort('bored')
    await world.run()
    expect([passed, pacer.waiting(), world.armed()]).toEqual([['1 passed at 0', 'leaver left: bored', '3 passed at 1000'], 0, []])
  })

  it('gives a place on as soon as it is free', async () => {
    const { world, store, pacer, passed, ask } = setUp()
    const takes: readonly Take[] = [{ type: 'parallel', key: 'p', limit: 1 }]
    ask('1', { takes })
    ask('2', { takes })
    store.release(takes)
    pacer.wake()
    await world.run()
    expect(passed).toEqual(['1 passed at 0', '2 passed at 0'])
  })
})
