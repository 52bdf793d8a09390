import { systemDeps } from '@proxyapi/core'
import type { BudgetAccount, BudgetStore, RateTake, Take } from '@proxyapi/core/limits'
import { describeBudgetStore, describeLimitStore } from '@proxyapi/core/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SharedLimits } from '../../limits/limits-capability.ts'
import { userDigest } from '../../limits/user-subject.ts'
import { hasRedisServer, type RedisServer, startRedis } from './__fixtures__/redis-server.ts'
import { createRedisLimits, type RedisLimitsOptions } from './redis-limits.ts'

const wait = { maxMs: 20_000, abort: { onAbort: () => () => undefined } }
const account = (key: string, limitNanoUsd: number): BudgetAccount => ({
  key,
  limitNanoUsd,
  hard: true,
  endsAtMs: Number.POSITIVE_INFINITY,
})
const hundredADay: Take = { type: 'rate', key: 'r', rate: { limit: 100, windowMs: 86_400_000, burst: 100 }, amount: 1 }

describe.skipIf(!hasRedisServer)('limits over a real Redis', () => {
  let server: RedisServer
  let changes: string[] = []
  const opened: SharedLimits[] = []
  const open = async (options: Partial<RedisLimitsOptions> = {}, name = 'one'): Promise<SharedLimits> => {
    const onChange = (isUp: boolean): void => void changes.push(`${name} ${isUp ? 'up' : 'down'}`)
    const made = await createRedisLimits({ url: server.url, timeoutMs: 2_000, onChange, ...options })
    opened.push(made)
    return made
  }
  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ close }) => close()))
    changes = []
  })
  afterAll(() => server.kill())

  let contract = 0
  /** A store of its own for each check, on keys of its own. */
  const freshKeys = async (): Promise<string> => {
    contract++
    return `c${contract}:`
  }
  const limitStore = async () => {
    const mark = await freshKeys()
    const { limits } = await open()
    const own = <T extends Take>(take: T): T => ({ ...take, key: mark + take.key })
    return {
      take: (takes: readonly Take[]) => limits.take(takes.map(own)),
      adjust: (one: RateTake, amount: number) => limits.adjust(own(one), amount),
      release: (takes: readonly Take[]) => limits.release(takes.map(own)),
    }
  }
  const budgetStore = async (): Promise<BudgetStore> => {
    const mark = await freshKeys()
    const { budgets } = await open()
    const own = (one: BudgetAccount): BudgetAccount => ({ ...one, key: mark + one.key })
    const plain = (one: BudgetAccount): BudgetAccount => ({ ...one, key: one.key.slice(mark.length) })
    return {
      reserve: async (accounts, wanted, patience) => {
        const result = await budgets.reserve(accounts.map(own), wanted, patience)
        return result.type === 'refused' ? { ...result, account: plain(result.account) } : result
      },
      settle: (reservation, spent) => budgets.settle(reservation, spent),
      read: (one) => budgets.read(own(one)),
    }
  }
  describeLimitStore({ describe, it }, 'over Redis', { create: limitStore, advance: (ms) => systemDeps.sleep(Math.min(ms, 300)) })
  describeBudgetStore({ describe, it }, 'over Redis', { create: budgetStore })

  it('lets exactly 100 of 500 through that come to two instances at once', async () => {
    const instances = [await open(), await open()]
    const results = await Promise.all(
      Array.from({ length: 500 }, async (_, index) => instances[index % 2]?.limits.take([{ ...hundredADay, key: 'two' }])),
    )
    expect(results.filter((result) => result?.refused === undefined).length).toBe(100)
  })

  it('spends a budget over two instances to its end and no further, and all agree what it was', async () => {
    const instances = [await open(), await open()]
    const own = account('together', 1_000_000)
    let spent = 0
    const run = async (index: number): Promise<string> => {
      const { budgets } = instances[index % 2] as SharedLimits
      const result = await budgets.reserve([own], 30_000, wait)
      if (result.type === 'refused') return result.why
      await systemDeps.sleep(index % 7)
      const paid = 5_000 + (index % 5) * 1_000
      spent += paid
      budgets.settle(result, paid)
      return 'ran'
    }
    const results = await Promise.all(Array.from({ length: 400 }, (_, index) => run(index)))
    // What an instance has sent before is done when it has its answer.
    for (const { budgets } of instances) await budgets.read(own)
    const read = await Promise.all(instances.map(({ budgets }) => budgets.read(own)))
    expect(read).toEqual([0, 1].map(() => ({ spentNanoUsd: spent, reservedNanoUsd: 0 })))
    // To the last that could be sure to pay.
    expect(spent).toBeGreaterThan(1_000_000 - 30_000)
    expect(spent).toBeLessThanOrEqual(1_000_000)
    expect(new Set(results)).toEqual(new Set(['ran', 'spent']))
  }, 30_000)

  it('knows what was spent when Redis comes back empty, and lets each spend its share meanwhile', async () => {
    const instances = [await open({ instances: 2 }, 'one'), await open({ instances: 2 }, 'two')]
    const own = account('outage', 1_000)
    const spend = async (index: number, nanoUsd: number): Promise<string> => {
      const { budgets } = instances[index] as SharedLimits
      const result = await budgets.reserve([own], nanoUsd, { ...wait, maxMs: 1 })
      if (result.type === 'refused') return result.why
      budgets.settle(result, nanoUsd)
      return 'ran'
    }
    expect([await spend(0, 300), await spend(1, 300)]).toEqual(['ran', 'ran'])
    // What an instance has sent before is done when it has its answer; then all read what all have sent.
    for (const { budgets } of [...instances, ...instances]) await budgets.read(own)
    await server.kill()
    // 400 are left, 200 for each.
    expect([
      await spend(0, 150),
      await spend(0, 50),
      await spend(0, 1),
      await spend(1, 100),
      await spend(1, 101),
      await spend(1, 100),
    ]).toEqual(['ran', 'ran', 'spent', 'ran', 'spent', 'ran'])
    expect(changes.sort()).toEqual(['one down', 'one up', 'two down', 'two up'])
    await server.restart()
    while (!instances.every(({ isReachable }) => isReachable())) await systemDeps.sleep(20)
    const read = await Promise.all(instances.map(({ budgets }) => budgets.read(own)))
    expect(read).toEqual([0, 1].map(() => ({ spentNanoUsd: 1_000, reservedNanoUsd: 0 })))
    expect([await spend(0, 1), await spend(1, 1)]).toEqual(['spent', 'spent'])
    expect(changes.filter((change) => change.endsWith('up')).length).toBe(4)
  }, 30_000)

  it('finds in the ledger what Redis and every process have lost, and counts once what either still knows', async () => {
    const own = account('ledger', 1_000)
    const spend = async ({ budgets }: SharedLimits, nanoUsd: number): Promise<string> => {
      const result = await budgets.reserve([own], nanoUsd, { ...wait, maxMs: 1 })
      if (result.type === 'refused') return result.why
      budgets.settle(result, nanoUsd)
      await budgets.read(own)
      return 'ran'
    }
    let recorded = { one: 0, two: 0 }
    const start = async (ledger: 'one' | 'two'): Promise<SharedLimits> => {
      const instance = await open({ ledger })
      instance.loadFrom?.(async () => recorded[ledger])
      return instance
    }
    const [one, two] = [await start('one'), await start('two')]
    expect([await spend(one, 300), await spend(two, 100)]).toEqual(['ran', 'ran'])
    await Promise.all([one.close(), two.close()])
    // The latest record of one was lost with its process: Redis knows more.
    recorded = { one: 250, two: 100 }
    const again = await start('one')
    expect(await again.budgets.read(own)).toEqual({ spentNanoUsd: 400, reservedNanoUsd: 0 })
    expect(await spend(again, 50)).toBe('ran')
    expect(await again.budgets.read(own)).toEqual({ spentNanoUsd: 450, reservedNanoUsd: 0 })
    await again.close()
    // Now Redis loses all of it.
    recorded = { one: 350, two: 100 }
    await server.kill()
    await server.restart()
    const [first, second] = [await start('one'), await start('two')]
    for (const { budgets } of [first, second]) await budgets.read(own)
    expect(await first.budgets.read(own)).toEqual({ spentNanoUsd: 450, reservedNanoUsd: 0 })
    expect([await spend(first, 551), await spend(second, 550)]).toEqual(['spent', 'ran'])
  }, 30_000)

  it.each([
    ['local_share', [50, 50]],
    ['fail_open', [80, 80]],
    ['fail_closed', ['storage_unavailable', 'storage_unavailable']],
  ] as const)(
    'counts as %s says while Redis is gone, and says so at once',
    async (onFailure, expected) => {
      const instances = [await open({ onFailure, instances: 2 }), await open({ onFailure, instances: 2 })]
      const ask = async ({ limits }: SharedLimits): Promise<number | string> => {
        try {
          const results = await Promise.all(Array.from({ length: 80 }, async () => limits.take([{ ...hundredADay, key: onFailure }])))
          return results.filter(({ refused }) => refused === undefined).length
        } catch (error) {
          return (error as { code: string }).code
        }
      }
      await server.kill()
      expect(await Promise.all(instances.map(ask))).toEqual(expected)
      await server.restart()
      while (!instances.every(({ isReachable }) => isReachable())) await systemDeps.sleep(20)
      expect((await Promise.all(instances.map(ask))).map(Number).reduce((sum, count) => sum + count)).toBe(100)
    },
    30_000,
  )

  it('does not hang on a Redis that is frozen', async () => {
    const one = await open({ timeoutMs: 100 })
    server.freeze()
    expect((await one.limits.take([{ ...hundredADay, key: 'frozen' }])).refused).toBeUndefined()
    expect(one.isReachable()).toBe(false)
    server.thaw()
    while (!one.isReachable()) await systemDeps.sleep(20)
    expect((await one.limits.take([{ ...hundredADay, key: 'frozen' }])).refused).toBeUndefined()
  }, 30_000)

  it('counts the places of an instance that is gone no longer than they lapse, and of one that is back once', async () => {
    const [one, other] = [await open(), await open()]
    const takes: readonly Take[] = [{ type: 'parallel', key: 'places', limit: 2 }]
    await one?.limits.take(takes)
    await one?.limits.take(takes)
    expect((await other?.limits.take(takes))?.refused).toBe(0)
    await server.kill()
    one?.limits.release(takes)
    await server.restart()
    while (!one?.isReachable() || !other?.isReachable()) await systemDeps.sleep(20)
    const results = await Promise.all(Array.from({ length: 5 }, async () => other?.limits.take(takes)))
    expect(results.filter((result) => result?.refused === undefined).length).toBe(1)
  }, 30_000)

  it('forgets an end user', async () => {
    const one = await open()
    const own = account(`user:${userDigest('alice')}:tenant:day:0`, 1_000)
    const result = await one.budgets.reserve([own], 10, wait)
    if (result.type === 'reserved') one.budgets.settle(result, 10)
    await one.budgets.read(own)
    expect([await one.eraseUser('alice'), await one.eraseUser('alice'), await one.budgets.read(own)]).toEqual([
      1,
      0,
      { spentNanoUsd: 0, reservedNanoUsd: 0 },
    ])
  })
})
