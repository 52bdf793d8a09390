import type { Deps } from '@proxyapi/core'
import type { BudgetAccount, BudgetRefusal, BudgetState, BudgetStore, BudgetWait, LoadSpent, Reservation } from '@proxyapi/core/limits'
import { reserveScript, restateScript, settleScript } from './limit-scripts.ts'
import { type RedisLink, toScript } from './redis-link.ts'
import { lapseMs, prefix, type SharedStoreOptions, unreachable } from './shared-limit-store.ts'

/*
 * Each instance keeps what it has itself spent of an account, by its ledger, as a sum that only grows, and says that sum with every step: Redis adds up the instances'. A
 * step that is repeated, or comes late, changes nothing, and a Redis that has lost everything knows it again when all have spoken. What is held is kept by
 * instance too, and lapses when that is gone.
 */

/** What this instance knows of an account. */
interface OwnAccount {
  /** The latest of it, for its window. */
  readonly account: BudgetAccount
  spent: number
  reserved: number
  /** What all have spent, as Redis said last. */
  total: number
  /** What it had spent itself when Redis went away. */
  spentBefore: number
}

/** A budget store over Redis. */
export interface SharedBudgetStore extends BudgetStore {
  /** Says anew what this instance has spent and holds. */
  readonly restate: (link: Pick<RedisLink, 'run'>) => Promise<void>
  /** Redis went away: from now on each instance spends its share of what is left. */
  readonly onDown: () => void
  /** Where it is found what this instance had spent of an account before this process began. */
  readonly loadFrom: (loadSpent: LoadSpent) => void
  /** Forgets accounts by a part of their keys. */
  readonly forget: (part: string) => void
  readonly size: () => number
}

export const budgetScripts = { reserve: toScript(reserveScript), settle: toScript(settleScript), restate: toScript(restateScript) }
/** An account is kept for a day beyond its window; one without an end for good. */
const keptMs = 86_400_000
/** How long the first of a queue waits before it asks again, unless somebody here gives back. */
const pollMs = 50
const maxAccounts = 100_000

type Try = Reservation | BudgetRefusal

function ttlOf({ endsAtMs }: BudgetAccount, nowMs: number): number {
  return endsAtMs === Number.POSITIVE_INFINITY ? 0 : Math.max(1, endsAtMs - nowMs) + keptMs
}

class AccountsOverRedis implements SharedBudgetStore {
  private readonly options: SharedStoreOptions
  private readonly deps: Pick<Deps, 'now' | 'monotonicNow' | 'setTimer'>
  private readonly own = new Map<string, OwnAccount>()
  /** The end of the queue of those who wait for an account. */
  private readonly queues = new Map<string, Promise<unknown>>()
  private readonly wakers = new Set<() => void>()
  private readonly loading = new Map<string, Promise<void>>()
  private readonly ledger: string
  /** Without a ledger, Redis alone may know. */
  private loadSpent: LoadSpent = () => Promise.resolve(0)

  constructor(options: SharedStoreOptions, deps: Pick<Deps, 'now' | 'monotonicNow' | 'setTimer'>) {
    this.options = options
    this.deps = deps
    this.ledger = options.ledger ?? options.instance
  }

  readonly size = (): number => this.own.size

  readonly loadFrom = (loadSpent: LoadSpent): void => {
    this.loadSpent = loadSpent
  }

  readonly onDown = (): void => {
    for (const one of this.own.values()) one.spentBefore = one.spent
  }

  readonly forget = (part: string): void => {
    for (const key of [...this.own.keys()]) if (key.includes(part)) this.own.delete(key)
  }

  readonly restate = async ({ run }: Pick<RedisLink, 'run'>): Promise<void> => {
    const all = [...this.own.values()].filter(({ spent, reserved }) => spent > 0 || reserved > 0)
    for (let from = 0; from < all.length; from += 500) {
      const some = all.slice(from, from + 500)
      const nowMs = this.deps.now()
      const args = some.flatMap(({ account, spent, reserved }) => [spent, reserved, ttlOf(account, nowMs)])
      await run(
        budgetScripts.restate,
        some.map(({ account: { key } }) => prefix + key),
        [this.options.instance, lapseMs, this.ledger, ...args],
      )
    }
  }

  async reserve(accounts: readonly BudgetAccount[], nanoUsd: number, wait: BudgetWait): Promise<Try> {
    const loading = this.load(accounts)
    if (loading !== undefined) await loading
    const queued = accounts.find(({ key }) => this.queues.has(key))
    if (queued === undefined) {
      const first = await this.tryReserve(accounts, nanoUsd)
      if (first.type === 'reserved' || first.why === 'spent') return first
      return this.waitInLine(first.account, { accounts, nanoUsd, wait })
    }
    return this.waitInLine(queued, { accounts, nanoUsd, wait })
  }

  settle({ accounts, nanoUsd }: Reservation, costNanoUsd: number): readonly BudgetState[] {
    const states = accounts.map((account) => {
      const one = this.of(account)
      one.spent += costNanoUsd
      one.total += costNanoUsd
      one.reserved = Math.max(0, one.reserved - nanoUsd)
      return { spentNanoUsd: one.total, reservedNanoUsd: one.reserved }
    })
    const nowMs = this.deps.now()
    const args = accounts.flatMap((account) => [this.of(account).spent, nanoUsd, ttlOf(account, nowMs)])
    // Where it fails, the link is down: what is owned is said anew when it is up.
    this.options
      .link()
      .run(
        budgetScripts.settle,
        accounts.map(({ key }) => prefix + key),
        [this.options.instance, lapseMs, this.ledger, ...args],
      )
      .then(
        (answer) => this.note(accounts, answer),
        () => undefined,
      )
      .finally(() => this.wake())
    return states
  }

  async read(account: BudgetAccount): Promise<BudgetState> {
    await this.load([account])
    const one = this.of(account)
    const { link, instance } = this.options
    try {
      const answer = await link().run(
        budgetScripts.settle,
        [prefix + account.key],
        [instance, lapseMs, this.ledger, one.spent, 0, ttlOf(account, this.deps.now())],
      )
      this.note([account], answer)
      return { spentNanoUsd: one.total, reservedNanoUsd: Number(answer[1]) }
    } catch {
      return { spentNanoUsd: one.total, reservedNanoUsd: one.reserved }
    }
  }

  /** Has of every account what this instance had spent before; the promise is there only where one is new here. */
  private load(accounts: readonly BudgetAccount[]): Promise<unknown> | undefined {
    if (this.options.ledger === undefined) return undefined
    let pending: Promise<void>[] | undefined
    for (const account of accounts) {
      if (this.own.has(account.key)) continue
      const known = this.loading.get(account.key)
      const recorded = known === undefined ? this.loadSpent(account) : 0
      // The window began with this process or later.
      if (known === undefined && recorded === 0) continue
      pending ??= []
      pending.push(known ?? this.loadOne(account, recorded))
    }
    return pending && Promise.all(pending)
  }

  /** The ledger and Redis say the same, unless one of them has lost something. */
  private loadOne(account: BudgetAccount, recorded: Promise<number> | number): Promise<void> {
    const told = this.options
      .link()
      .command('HGET', prefix + account.key, `s:${this.ledger}`)
      .then(Number, () => 0)
    const loading = Promise.all([recorded, told]).then((sums) => {
      const before = Math.max(...sums)
      const one = this.of(account)
      one.spent += before
      one.spentBefore += before
      one.total += before
      this.loading.delete(account.key)
    })
    this.loading.set(account.key, loading)
    return loading
  }

  private of(account: BudgetAccount): OwnAccount {
    const known = this.own.get(account.key)
    if (known !== undefined) return known
    if (this.own.size >= maxAccounts) this.forgetEnded()
    const made: OwnAccount = { account, spent: 0, reserved: 0, total: 0, spentBefore: 0 }
    this.own.set(account.key, made)
    return made
  }

  /** What has ended, or of which nothing was spent here, needs no sum any more. What is left has cost money to make. */
  private forgetEnded(): void {
    const nowMs = this.deps.now()
    for (const [key, { account, spent, reserved }] of this.own)
      if (reserved === 0 && (spent === 0 || account.endsAtMs < nowMs)) this.own.delete(key)
  }

  private note(accounts: readonly BudgetAccount[], answer: readonly unknown[]): void {
    for (const [index, account] of accounts.entries()) this.of(account).total = Number(answer[2 * index])
  }

  private wake(): void {
    for (const waker of [...this.wakers]) waker()
  }

  private async tryReserve(accounts: readonly BudgetAccount[], nanoUsd: number): Promise<Try> {
    const { link, instance } = this.options
    if (!link().isUp()) return this.reserveAway(accounts, nanoUsd)
    const nowMs = this.deps.now()
    const args = accounts.flatMap((account) => [account.limitNanoUsd, account.hard ? 1 : 0, this.of(account).spent, ttlOf(account, nowMs)])
    let answer: readonly unknown[]
    try {
      answer = await link().run(
        budgetScripts.reserve,
        accounts.map(({ key }) => prefix + key),
        [instance, lapseMs, this.ledger, nanoUsd, ...args],
      )
    } catch {
      return this.reserveAway(accounts, nanoUsd)
    }
    const [refused = 0, why = 0, ...states] = answer.map(Number)
    this.note(accounts, states)
    const account = refused === 0 ? undefined : accounts[refused - 1]
    if (account !== undefined) {
      const leftNanoUsd = Math.max(0, account.limitNanoUsd - (states[2 * (refused - 1)] ?? 0))
      return { type: 'refused', account, why: why === 1 ? 'spent' : 'reserved', neededNanoUsd: nanoUsd, leftNanoUsd }
    }
    for (const one of accounts) this.of(one).reserved += nanoUsd
    return {
      type: 'reserved',
      accounts,
      nanoUsd,
      states: accounts.map((_, index) => ({ spentNanoUsd: states[2 * index] ?? 0, reservedNanoUsd: states[2 * index + 1] ?? 0 })),
    }
  }

  /** Each instance spends its part of what was left when Redis went away. */
  private reserveAway(accounts: readonly BudgetAccount[], nanoUsd: number): Try {
    const { onFailure, instances } = this.options
    if (onFailure === 'fail_closed') throw unreachable()
    for (const account of onFailure === 'fail_open' ? [] : accounts) {
      if (!account.hard) continue
      const one = this.of(account)
      const sinceNanoUsd = one.spent - one.spentBefore
      const part = Math.floor((account.limitNanoUsd - (one.total - sinceNanoUsd)) / instances)
      const leftNanoUsd = Math.max(0, part - sinceNanoUsd)
      const refused = { type: 'refused', account, neededNanoUsd: nanoUsd, leftNanoUsd } as const
      if (leftNanoUsd === 0 || nanoUsd > leftNanoUsd) return { ...refused, why: 'spent' }
      if (nanoUsd > leftNanoUsd - one.reserved) return { ...refused, why: 'reserved' }
    }
    const states = accounts.map((account) => {
      const one = this.of(account)
      one.reserved += nanoUsd
      return { spentNanoUsd: one.total, reservedNanoUsd: one.reserved }
    })
    return { type: 'reserved', accounts, nanoUsd, states }
  }

  /** Waits behind those who came before; only the first of a queue asks. */
  private async waitInLine(
    { key }: BudgetAccount,
    request: { readonly accounts: readonly BudgetAccount[]; readonly nanoUsd: number; readonly wait: BudgetWait },
  ): Promise<Try> {
    const { accounts, nanoUsd, wait } = request
    const untilMs = this.deps.monotonicNow() + wait.maxMs
    const left: { reason?: { readonly is: unknown } } = {}
    const assertThere = (): void => {
      if (left.reason !== undefined) throw left.reason.is
    }
    let stop: () => void = () => undefined
    const stopped = new Promise<void>((resolve) => {
      stop = resolve
    })
    const forget = wait.abort.onAbort((is) => {
      left.reason = { is }
      stop()
    })
    const cancelTimer = this.deps.setTimer(stop, wait.maxMs)
    const before = this.queues.get(key)
    const ask = async (): Promise<Try> => {
      if (before !== undefined) await Promise.race([before, stopped])
      for (;;) {
        assertThere()
        const result = await this.tryReserve(accounts, nanoUsd)
        if (left.reason !== undefined && result.type === 'reserved') this.settle(result, 0)
        assertThere()
        if (result.type === 'reserved' || result.why === 'spent' || this.deps.monotonicNow() >= untilMs) return result
        await Promise.race([this.pause(), stopped])
      }
    }
    const mine = ask()
    // The next in line goes on when this one is done and all before it are: who gives up in the middle lets nobody pass.
    const line = Promise.allSettled([before, mine])
    this.queues.set(key, line)
    try {
      return await mine
    } finally {
      forget()
      cancelTimer()
      void line.then(() => {
        if (this.queues.get(key) === line) this.queues.delete(key)
      })
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel()
        this.wakers.delete(done)
        resolve()
      }
      const cancel = this.deps.setTimer(done, pollMs)
      this.wakers.add(done)
    })
  }
}

/** Creates a budget store that instances share over Redis. */
export function createSharedBudgetStore(
  options: SharedStoreOptions,
  deps: Pick<Deps, 'now' | 'monotonicNow' | 'setTimer'>,
): SharedBudgetStore {
  return new AccountsOverRedis(options, deps)
}
