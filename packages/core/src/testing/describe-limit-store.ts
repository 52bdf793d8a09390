import type { LimitStore, Take } from '../limits/limit-store.ts'
import type { Rate } from '../limits/rate-bucket.ts'
import { equal, type TestFramework } from './test-framework.ts'

/** What the contract needs of a store under test. */
export interface LimitStoreContract {
  /** Makes a store that nothing was taken of. Several for one contract share what they hold, where the store can be shared. */
  readonly create: () => LimitStore | Promise<LimitStore>
  /** Lets so many milliseconds of the store's time pass. */
  readonly advance: (ms: number) => Promise<void>
}

/** Slow enough that nothing comes back while a test runs. */
const hundredADay: Rate = { limit: 100, windowMs: 86_400_000, burst: 100 }
const fiftyASecond: Rate = { limit: 50, windowMs: 1_000, burst: 5 }

const requests = (key: string, amount = 1, rate = hundredADay): Take => ({ type: 'rate', key, rate, amount })
const place = (key: string, limit: number): Take => ({ type: 'parallel', key, limit })

type Check = (store: LimitStore, contract: LimitStoreContract) => Promise<void>

async function count(store: LimitStore, times: number, takes: readonly Take[]): Promise<number> {
  const results = await Promise.all(Array.from({ length: times }, async () => store.take(takes)))
  return results.filter(({ refused }) => refused === undefined).length
}

const checks: Readonly<Record<string, Check>> = {
  'lets exactly as many through as the limit allows, of 500 at once': async (store) => {
    equal(await count(store, 500, [requests('a')]), 100, 'passed')
    equal(await count(store, 1, [requests('b')]), 1, 'passed of another key')
  },
  'tells what is left, and how long to wait': async (store) => {
    const first = await store.take([requests('a', 40)])
    equal({ refused: first.refused, remaining: first.standings.map(({ remaining }) => remaining) }, { remaining: [60] }, 'the first')
    const refused = await store.take([requests('a', 61)])
    equal(refused.refused, 0, 'refused')
    equal(Math.round(refused.retryAfterMs / 1_000), 864, 'seconds to wait')
  },
  'lets through again what time brings back, and no more': async (store, { advance }) => {
    equal(await count(store, 20, [requests('a', 1, fiftyASecond)]), 5, 'passed at once')
    await advance(10_000)
    equal(await count(store, 20, [requests('a', 1, fiftyASecond)]), 5, 'passed later')
  },
  'takes all or nothing': async (store) => {
    const both = [requests('full', 60), requests('scarce', 60, { ...hundredADay, burst: 60 })]
    equal((await store.take(both)).refused, undefined, 'both')
    equal((await store.take([requests('full', 30), requests('scarce', 30, { ...hundredADay, burst: 60 })])).refused, 1, 'the scarce one')
    equal((await store.take([requests('full', 40)])).refused, undefined, 'what the refusal had not taken')
  },
  'gives as many places at one time as there are': async (store) => {
    const takes = [place('a', 7)]
    equal(await count(store, 50, takes), 7, 'places')
    store.release(takes)
    equal(await count(store, 50, takes), 1, 'places after a release')
  },
  'costs nothing of a rate where there is no place': async (store) => {
    const takes = [requests('a'), place('a', 1)]
    equal(await count(store, 300, takes), 1, 'passed')
    store.release(takes)
    equal(await count(store, 99, [requests('a')]), 99, 'what was left of the rate')
  },
  'passes a request that is larger than the burst when nothing was taken': async (store) => {
    equal((await store.take([requests('a', 250)])).refused, undefined, 'a large one')
    equal((await store.take([requests('a', 1)])).refused, 0, 'the next')
  },
  'settles what was taken by an estimate': async (store) => {
    const take = { type: 'rate', key: 'a', rate: hundredADay, amount: 90 } as const
    await store.take([take])
    store.adjust(take, -80)
    equal((await store.take([requests('a', 90)])).refused, undefined, 'what was given back')
    store.adjust(take, 500)
    const owing = await store.take([requests('a')])
    equal(Math.round(owing.retryAfterMs / 86_400_000), 5, 'days until the debt is over')
  },
  'does not invent places that are given back twice': async (store) => {
    const takes = [place('a', 2)]
    await store.take(takes)
    for (let times = 0; times < 3; times++) store.release(takes)
    equal(await count(store, 5, takes), 2, 'places')
  },
}

/**
 * Checks a store of limits against its contract, with any test framework. Our own stores run it too.
 *
 * @example
 * describeLimitStore({ describe, it }, 'mine', { create: () => createMyStore(), advance })
 */
export function describeLimitStore({ describe, it }: TestFramework, name: string, contract: LimitStoreContract): void {
  describe(`limit store: ${name}`, () => {
    for (const [title, check] of Object.entries(checks)) it(title, async () => check(await contract.create(), contract))
  })
}
