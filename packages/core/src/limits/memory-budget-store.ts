import type { Awaitable } from '../call/operation.ts'
import type { Deps } from '../deps.ts'
import type { BudgetAccount, BudgetRefusal, BudgetState, BudgetStore, BudgetWait, Reservation } from './budget-store.ts'
import { createRecentMap, type RecentMap } from './recent-map.ts'

/*
 * Accounts in this process. Invariants: what is held is the sum of the reservations that were not settled, each of which holds all that its attempt
 * can cost; an account never has more held and spent than its limit, but for what attempts cost beyond the dearest that was foreseen. Who has to wait does so in a queue of the account that has too little, and
 * each settlement serves the head of the queues that it touches: as many steps as requests go on, and one more.
 */

interface Waiter {
  readonly accounts: readonly BudgetAccount[]
  readonly nanoUsd: number
  readonly settle: (result: Reservation | BudgetRefusal) => void
  readonly stopWaiting: () => void
}

interface Account {
  spent: number
  reserved: number
  readonly waiters: Set<Waiter>
}

/** Reads what was spent before this process began, or before it forgot an account. Must not reject. */
export type LoadSpent = (account: BudgetAccount) => Promise<number> | number

/** How much a store in this process remembers. */
export interface MemoryBudgetStoreOptions {
  /** Accounts that are remembered; of more, the least recently used that hold nothing are forgotten. Default: 100,000. */
  readonly maxAccounts?: number | undefined
  /** Asked once for each account. Default: nothing was spent. */
  readonly loadSpent?: LoadSpent | undefined
}

const defaultMaxAccounts = 100_000

/** Why an account holds nothing for an attempt; `undefined` when it does. */
function refusalOf({ spent, reserved }: Account, { limitNanoUsd, hard }: BudgetAccount, nanoUsd: number): BudgetRefusal['why'] | undefined {
  if (!hard) return undefined
  // What is spent to the end is spent, even for attempts that cost nothing that is known.
  if (spent >= limitNanoUsd || nanoUsd > limitNanoUsd - spent) return 'spent'
  return nanoUsd > limitNanoUsd - spent - reserved ? 'reserved' : undefined
}

class InProcessAccounts implements BudgetStore {
  private readonly accounts: RecentMap<Account>
  private readonly loading = new Map<string, Promise<void>>()
  private readonly loadSpent: LoadSpent | undefined
  private readonly deps: Pick<Deps, 'setTimer'>

  constructor({ maxAccounts = defaultMaxAccounts, loadSpent }: MemoryBudgetStoreOptions, deps: Pick<Deps, 'setTimer'>) {
    this.accounts = createRecentMap<Account>(maxAccounts, ({ reserved, waiters }) => reserved === 0 && waiters.size === 0)
    this.loadSpent = loadSpent
    this.deps = deps
  }

  reserve(accounts: readonly BudgetAccount[], nanoUsd: number, wait: BudgetWait): Awaitable<Reservation | BudgetRefusal> {
    const loading = this.load(accounts)
    return loading === undefined ? this.enter(accounts, nanoUsd, wait) : loading.then(() => this.enter(accounts, nanoUsd, wait))
  }

  settle({ accounts, nanoUsd }: Reservation, costNanoUsd: number): readonly BudgetState[] {
    const states = accounts.map(({ key }) => {
      const account = this.of(key)
      account.reserved = Math.max(0, account.reserved - nanoUsd)
      account.spent += costNanoUsd
      return { spentNanoUsd: account.spent, reservedNanoUsd: account.reserved }
    })
    for (const { key } of accounts) this.serve(key)
    return states
  }

  read(account: BudgetAccount): Awaitable<BudgetState> {
    const state = (): BudgetState => {
      const { spent, reserved } = this.of(account.key)
      return { spentNanoUsd: spent, reservedNanoUsd: reserved }
    }
    const loading = this.load([account])
    return loading === undefined ? state() : loading.then(state)
  }

  private of(key: string): Account {
    const known = this.accounts.get(key)
    if (known !== undefined) return known
    const made: Account = { spent: 0, reserved: 0, waiters: new Set() }
    this.accounts.set(key, made)
    return made
  }

  /** Has every account at hand; the promise is there only when one has to be loaded. */
  private load(accounts: readonly BudgetAccount[]): Promise<unknown> | undefined {
    const { loadSpent } = this
    if (loadSpent === undefined) return undefined
    let pending: Promise<void>[] | undefined
    for (const account of accounts) {
      if (this.accounts.get(account.key) !== undefined) continue
      const loading = this.loading.get(account.key) ?? this.loadOne(account, loadSpent)
      if (loading === undefined) continue
      pending ??= []
      pending.push(loading)
    }
    return pending && Promise.all(pending)
  }

  private loadOne(account: BudgetAccount, loadSpent: LoadSpent): Promise<void> | undefined {
    const { key } = account
    const loaded = loadSpent(account)
    if (typeof loaded === 'number') {
      this.of(key).spent += loaded
      return undefined
    }
    const loading = loaded.then((spent) => {
      this.loading.delete(key)
      this.of(key).spent += spent
    })
    this.loading.set(key, loading)
    return loading
  }

  /** Holds the money in all accounts, or finds the first that says no. */
  private hold(accounts: readonly BudgetAccount[], nanoUsd: number): Reservation | BudgetRefusal {
    for (const account of accounts) {
      const why = refusalOf(this.of(account.key), account, nanoUsd)
      if (why !== undefined) return this.refuse(account, nanoUsd, why)
    }
    const states = accounts.map(({ key }) => {
      const account = this.of(key)
      account.reserved += nanoUsd
      return { spentNanoUsd: account.spent, reservedNanoUsd: account.reserved }
    })
    return { type: 'reserved', accounts, nanoUsd, states }
  }

  private refuse(account: BudgetAccount, neededNanoUsd: number, why: BudgetRefusal['why']): BudgetRefusal {
    const leftNanoUsd = Math.max(0, account.limitNanoUsd - this.of(account.key).spent)
    return { type: 'refused', account, why, neededNanoUsd, leftNanoUsd }
  }

  private enter(accounts: readonly BudgetAccount[], nanoUsd: number, wait: BudgetWait): Awaitable<Reservation | BudgetRefusal> {
    for (const account of accounts) {
      const { waiters } = this.of(account.key)
      // Nobody overtakes who waits, unless there is nothing to wait for.
      if (waiters.size > 0 && refusalOf(this.of(account.key), account, nanoUsd) !== 'spent')
        return this.queue(accounts, nanoUsd, { account, wait })
    }
    const result = this.hold(accounts, nanoUsd)
    if (result.type === 'reserved' || result.why === 'spent') return result
    return this.queue(accounts, nanoUsd, { account: result.account, wait })
  }

  private queue(
    accounts: readonly BudgetAccount[],
    nanoUsd: number,
    { account, wait }: { readonly account: BudgetAccount; readonly wait: BudgetWait },
  ): Promise<Reservation | BudgetRefusal> {
    return new Promise((resolve, reject) => {
      let forget: () => void = () => undefined
      let cancelTimer: () => void = () => undefined
      const waiter: Waiter = {
        accounts,
        nanoUsd,
        settle: resolve,
        stopWaiting: () => {
          cancelTimer()
          forget()
          for (const { key } of accounts) this.of(key).waiters.delete(waiter)
        },
      }
      this.of(account.key).waiters.add(waiter)
      cancelTimer = this.deps.setTimer(() => {
        waiter.stopWaiting()
        resolve(this.refuse(account, nanoUsd, 'reserved'))
      }, wait.maxMs)
      forget = wait.abort.onAbort((reason) => {
        waiter.stopWaiting()
        // Who waits behind may fit where this one did not.
        this.serve(account.key)
        reject(reason)
      })
    })
  }

  /** Lets those go on who wait for this account, in their order, as far as there is money. */
  private serve(key: string): void {
    const { waiters } = this.of(key)
    for (const waiter of waiters) {
      const result = this.hold(waiter.accounts, waiter.nanoUsd)
      if (result.type === 'refused' && result.why === 'reserved') {
        if (result.account.key === key) return
        // It has what it waited for here, and waits elsewhere now.
        waiters.delete(waiter)
        this.of(result.account.key).waiters.add(waiter)
        continue
      }
      waiter.stopWaiting()
      waiter.settle(result)
    }
  }
}

/** Creates accounts in this process: synchronous, unless money has to be waited for or an account to be loaded. */
export function createMemoryBudgetStore(options: MemoryBudgetStoreOptions, deps: Pick<Deps, 'setTimer'>): BudgetStore {
  return new InProcessAccounts(options, deps)
}
