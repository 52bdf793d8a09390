import { systemDeps } from '@proxyapi/core'
import { type BudgetAccount, createMemoryBudgetStore, createMemoryLimitStore, type RateTake, type Take } from '@proxyapi/core/limits'
import { describe, expect, it } from 'vitest'
import { type Channel, createChannel } from './channel.ts'
import { createRemoteLimits } from './remote-limits.ts'
import { serveLimits } from './serve-limits.ts'

const stays = { onAbort: () => () => undefined }
const account = (limitNanoUsd: number): BudgetAccount => ({
  key: 'key:a:total:0',
  limitNanoUsd,
  hard: true,
  endsAtMs: Number.POSITIVE_INFINITY,
})

/** A primary's stores, and workers that reach them through channels whose messages are copies. */
function createWorld() {
  const stores = { limits: createMemoryLimitStore({}, systemDeps), budgets: createMemoryBudgetStore({}, systemDeps) }
  const connect = () => {
    const service = serveLimits(stores)
    const primary: Channel = createChannel((message) => queueMicrotask(() => worker.receive(structuredClone(message))), service)
    const worker: Channel = createChannel((message) => queueMicrotask(() => primary.receive(structuredClone(message))), {
      questions: {},
      topics: {},
    })
    return { ...createRemoteLimits(() => worker), end: service.onEnded }
  }
  return { stores, connect }
}

describe('limits that a primary counts', () => {
  const rate: RateTake = { type: 'rate', key: 'a', amount: 1, rate: { limit: 100, windowMs: 86_400_000, burst: 100 } }

  it('are exact however many ask at once', async () => {
    const { connect } = createWorld()
    const workers = [connect(), connect(), connect(), connect()]
    const results = await Promise.all(Array.from({ length: 500 }, (_, index) => workers[index % 4]?.limits.take([rate])))
    expect(results.filter((result) => result?.refused === undefined)).toHaveLength(100)
  })

  it('give back the places of a worker that has ended', async () => {
    const { connect } = createWorld()
    const [one, other] = [connect(), connect()]
    const place: Take = { type: 'parallel', key: 'p', limit: 2 }
    await one.limits.take([place])
    await other.limits.take([place])
    expect((await other.limits.take([place])).refused).toBe(0)
    one.end()
    expect((await other.limits.take([place])).refused).toBeUndefined()
  })
})

describe('budgets that a primary counts', () => {
  it('hold for all workers together, and end with what was spent', async () => {
    const { stores, connect } = createWorld()
    const workers = [connect(), connect(), connect(), connect()]
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const { budgets } = workers[index % 4] ?? connect()
        const result = await budgets.reserve([account(1_000)], 30, { maxMs: 5_000, abort: stays })
        if (result.type === 'reserved') budgets.settle(result, 20)
        return result.type
      }),
    )
    const spent = 20 * outcomes.filter((type) => type === 'reserved').length
    expect(spent).toBeLessThanOrEqual(1_000)
    expect(spent).toBeGreaterThan(1_000 - 30 - 20)
    await workers[0]?.budgets.read(account(1_000))
    expect(await stores.budgets.read(account(1_000))).toEqual({ spentNanoUsd: spent, reservedNanoUsd: 0 })
  })

  it('give back what an ended worker held, and let those go on who wait for it', async () => {
    const { stores, connect } = createWorld()
    const [one, other] = [connect(), connect()]
    await one.budgets.reserve([account(100)], 100, { maxMs: 0, abort: stays })
    const waiting = other.budgets.reserve([account(100)], 60, { maxMs: 5_000, abort: stays })
    await other.budgets.read(account(100))
    one.end()
    expect(await waiting).toMatchObject({ type: 'reserved', nanoUsd: 60 })
    expect(await stores.budgets.read(account(100))).toEqual({ spentNanoUsd: 0, reservedNanoUsd: 60 })
  })

  it('hold nothing for a request that has left while it waited', async () => {
    const { stores, connect } = createWorld()
    const [one, other] = [connect(), connect()]
    const held = await one.budgets.reserve([account(100)], 100, { maxMs: 0, abort: stays })
    let leave: (reason: unknown) => void = () => undefined
    const abort = {
      onAbort: (callback: (reason: unknown) => void) => {
        leave = callback
        return () => undefined
      },
    }
    const waiting = other.budgets.reserve([account(100)], 60, { maxMs: 5_000, abort })
    await other.budgets.read(account(100))
    leave(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    if (held.type === 'reserved') one.budgets.settle(held, 10)
    await one.budgets.read(account(100))
    expect(await stores.budgets.read(account(100))).toEqual({ spentNanoUsd: 10, reservedNanoUsd: 0 })
  })
})
