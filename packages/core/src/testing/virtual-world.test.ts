import { describe, expect, it } from 'vitest'
import { createVirtualWorld } from './virtual-world.ts'

describe('a virtual world', () => {
  it('skips hours of waiting', async () => {
    const world = createVirtualWorld({ seed: 1, startMs: 0 })
    const seen: number[] = []
    const wait = async (): Promise<void> => {
      for (let hour = 0; hour < 3; hour++) {
        await world.deps.sleep(3_600_000)
        seen.push(world.now())
      }
    }
    const waited = wait()
    await world.run()
    await waited
    expect(seen).toEqual([3_600_000, 7_200_000, 10_800_000])
  })

  it('advances only when every promise that could settle has settled', async () => {
    const world = createVirtualWorld({ seed: 1, startMs: 0 })
    const seen: string[] = []
    world.deps.setTimer(() => seen.push(`timer at ${world.now()}`), 1)
    const chain = async (): Promise<void> => {
      for (let step = 0; step < 1_000; step++) await Promise.resolve()
      seen.push(`chain at ${world.now()}`)
      await world.deps.sleep(1)
      seen.push(`sleeper at ${world.now()}`)
    }
    void chain()
    await world.run()
    expect(seen).toEqual(['chain at 0', 'timer at 1', 'sleeper at 1'])
  })

  it('stops at the given time, and continues from there', async () => {
    const world = createVirtualWorld({ seed: 1, startMs: 0 })
    const seen: number[] = []
    for (const ms of [10, 20]) world.deps.setTimer(() => seen.push(world.now()), ms)
    await world.run(15)
    expect([seen, world.now(), world.armed().length]).toEqual([[10], 15, 1])
    await world.run()
    expect([seen, world.now(), world.armed().length]).toEqual([[10, 20], 20, 0])
  })

  it('has whole milliseconds, and fires no timer early', async () => {
    const world = createVirtualWorld({ seed: 1, startMs: 0 })
    const seen: number[] = []
    for (const ms of [0.2, 1, 1.5, -3]) world.deps.setTimer(() => seen.push(world.now()), ms)
    await world.run()
    expect(seen).toEqual([0, 1, 1, 2])
  })

  it('rejects a sleep whose signal aborts, with its reason, and removes its timer', async () => {
    const world = createVirtualWorld({ seed: 1 })
    const controller = new AbortController()
    const slept = world.deps.sleep(1_000, controller.signal).catch((reason: unknown) => reason)
    world.schedule(10, () => controller.abort('enough'))
    await world.run()
    expect([await slept, world.now() - world.startMs, world.armed()]).toEqual(['enough', 10, []])
    await expect(world.deps.sleep(1, controller.signal)).rejects.toBe('enough')
  })

  it('counts the timers of its deps that are still running, not its own events', () => {
    const world = createVirtualWorld({ seed: 1, startMs: 0 })
    const cancel = world.deps.setTimer(() => undefined, 5)
    world.deps.setTimer(() => undefined, 7)
    world.schedule(9, () => undefined)
    cancel()
    expect(world.armed()).toEqual([{ atMs: 7, armedAtMs: 0 }])
  })

  it('draws random numbers and ids from the seed, each source independently', () => {
    const draws = (seed: number) => {
      const { deps, random } = createVirtualWorld({ seed })
      random('other')()
      return [deps.newId(), deps.random(), random('mine')()]
    }
    expect(draws(1)).toEqual(draws(1))
    expect(draws(1)).not.toEqual(draws(2))
    expect(draws(1)[0]).toMatch(/^[0-9a-f]{32}$/)
  })

  it('has no network', async () => {
    await expect(createVirtualWorld({ seed: 1 }).deps.fetch('http://anywhere')).rejects.toThrow('no network')
  })

  it('rejects with the error of a timer', async () => {
    const world = createVirtualWorld({ seed: 1 })
    world.deps.setTimer(() => {
      throw new Error('from a timer')
    }, 1)
    await expect(world.run()).rejects.toThrow('from a timer')
  })
})
