import { createAbortSource } from '../call/abort-source.ts'
import { systemDeps } from '../deps.ts'
import type { BudgetAccount, BudgetRefusal, BudgetStore, Reservation } from '../limits/budget-store.ts'
import { equal, type TestFramework } from './test-framework.ts'

/** What the contract needs of a store under test. */
export interface BudgetStoreContract {
  /** Makes a store in which nothing was spent. */
  readonly create: () => BudgetStore | Promise<BudgetStore>
}

type Check = (store: BudgetStore) => Promise<void>

const account = (key: string, limitNanoUsd: number, hard = true): BudgetAccount => ({
  key,
  limitNanoUsd,
  hard,
  endsAtMs: Number.POSITIVE_INFINITY,
})
const patient = { maxMs: 5_000, abort: createAbortSource() }
const impatient = { maxMs: 1, abort: createAbortSource() }

async function reserved(store: BudgetStore, accounts: readonly BudgetAccount[], wanted: number): Promise<Reservation> {
  const result = await store.reserve(accounts, wanted, patient)
  if (result.type === 'reserved') return result
  throw new Error(`refused for ${result.account.key}: ${result.why}`)
}

async function refused(store: BudgetStore, accounts: readonly BudgetAccount[], wanted: number): Promise<BudgetRefusal> {
  const result = await store.reserve(accounts, wanted, impatient)
  if (result.type === 'refused') return result
  throw new Error(`held ${result.nanoUsd}`)
}

const checks: Readonly<Record<string, Check>> = {
  'holds what may be spent, and enters what was': async (store) => {
    const own = account('a', 100)
    const held = await reserved(store, [own], 30)
    equal(await store.read(own), { spentNanoUsd: 0, reservedNanoUsd: 30 }, 'while it runs')
    store.settle(held, 12)
    equal(await store.read(own), { spentNanoUsd: 12, reservedNanoUsd: 0 }, 'at its end')
  },
  'refuses what is not left': async (store) => {
    const own = account('a', 100)
    store.settle(await reserved(store, [own], 100), 95)
    equal((await refused(store, [own], 6)).why, 'spent', 'why')
    equal((await reserved(store, [own], 5)).nanoUsd, 5, 'held')
  },
  'holds in all accounts or in none': async (store) => {
    const [rich, poor] = [account('rich', 1_000), account('poor', 10)]
    equal((await refused(store, [rich, poor], 11)).account.key, 'poor', 'who refused')
    equal(await store.read(rich), { spentNanoUsd: 0, reservedNanoUsd: 0 }, 'the rich one')
  },
  'counts what is soft, and refuses nothing for it': async (store) => {
    const soft = account('soft', 10, false)
    store.settle(await reserved(store, [soft], 500), 400)
    equal(await store.read(soft), { spentNanoUsd: 400, reservedNanoUsd: 0 }, 'spent')
    equal((await reserved(store, [soft], 500)).nanoUsd, 500, 'held')
  },
  'lets those wait for whom others hold the money, and refuses none that fits into what is left': async (store) => {
    const own = account('a', 1_000)
    // Each may cost 300 and costs 10: no more than three run at once, and the 72nd is the first that finds fewer than 300 left.
    let spent = 0
    const run = async (): Promise<string> => {
      const result = await store.reserve([own], 300, patient)
      if (result.type === 'refused') return result.why
      equal((await store.read(own)).reservedNanoUsd <= 1_000, true, 'held no more than there is')
      await systemDeps.sleep(1)
      store.settle(result, 10)
      spent += 10
      return 'ran'
    }
    const results = await Promise.all(Array.from({ length: 150 }, run))
    equal(results.filter((result) => result === 'ran').length, 71, 'ran')
    equal([await store.read(own), spent], [{ spentNanoUsd: 710, reservedNanoUsd: 0 }, 710], 'at the end')
  },
  'refuses at once what may cost more than is left, whoever holds it': async (store) => {
    const own = account('a', 100)
    equal((await refused(store, [own], 101)).why, 'spent', 'more than there ever was')
    const held = await reserved(store, [own], 60)
    equal((await refused(store, [own], 41)).why, 'reserved', 'what another holds')
    equal(await refused(store, [own], 101), { type: 'refused', account: own, why: 'spent', neededNanoUsd: 101, leftNanoUsd: 100 }, 'why')
    store.settle(held, 90)
    equal(await store.read(own), { spentNanoUsd: 90, reservedNanoUsd: 0 }, 'what it really cost')
    equal((await refused(store, [own], 11)).leftNanoUsd, 10, 'what is left')
    store.settle(await reserved(store, [own], 10), 10)
    equal((await refused(store, [own], 0)).why, 'spent', 'once all is spent')
  },
  'stops a wait that is aborted': async (store) => {
    const own = account('a', 10)
    const held = await reserved(store, [own], 10)
    const abort = createAbortSource()
    const waiting = Promise.resolve(store.reserve([own], 5, { maxMs: 5_000, abort })).then(
      () => 'answered',
      (reason: unknown) => reason,
    )
    await systemDeps.sleep(5)
    abort.abort('gone')
    equal(await waiting, 'gone', 'the wait')
    store.settle(held, 0)
    equal(await store.read(own), { spentNanoUsd: 0, reservedNanoUsd: 0 }, 'nothing is held for it')
  },
}

/** Checks a store of budgets against its contract, with any test framework. Our own stores run it too. */
export function describeBudgetStore({ describe, it }: TestFramework, name: string, contract: BudgetStoreContract): void {
  describe(`budget store: ${name}`, () => {
    for (const [title, check] of Object.entries(checks)) it(title, async () => check(await contract.create()))
  })
}
