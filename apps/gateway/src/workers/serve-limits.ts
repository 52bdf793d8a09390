import type { BudgetAccount, BudgetState, RateTake, Reservation, Take, TakeResult } from '@proxyapi/core/limits'
import type { LimitStores } from '@proxyapi/server'
import type { ReserveAnswer, ReserveQuestion } from './limit-messages.ts'
import type { WorkerService } from './worker-pool.ts'

/** Places that a worker holds, so that they can be given back when it ends without a word. */
function createHeldPlaces() {
  const held = new Map<string, { readonly take: Take; count: number }>()
  return {
    add: (takes: readonly Take[]): void => {
      for (const take of takes) {
        if (take.type !== 'parallel') continue
        const known = held.get(take.key)
        if (known === undefined) held.set(take.key, { take, count: 1 })
        else known.count++
      }
    },
    remove: (takes: readonly Take[]): void => {
      for (const { key } of takes) {
        const known = held.get(key)
        if (known !== undefined && --known.count === 0) held.delete(key)
      }
    },
    all: (): readonly Take[] => [...held.values()].flatMap(({ take, count }) => Array.from({ length: count }, () => take)),
  }
}

function serveRates({ limits }: LimitStores): WorkerService {
  const held = createHeldPlaces()
  const entered = (takes: readonly Take[], result: TakeResult): TakeResult => {
    if (result.refused === undefined) held.add(takes)
    return result
  }
  return {
    questions: {
      'limits.take': (takes: readonly Take[]) => {
        const result = limits.take(takes)
        return result instanceof Promise ? result.then((late) => entered(takes, late)) : entered(takes, result)
      },
    },
    topics: {
      'limits.adjust': ({ take, amount }: { readonly take: RateTake; readonly amount: number }) => limits.adjust(take, amount),
      'limits.release': (takes: readonly Take[]) => {
        held.remove(takes)
        limits.release(takes)
      },
    },
    onEnded: () => limits.release(held.all()),
  }
}

function serveBudgets({ budgets }: LimitStores): WorkerService {
  const reserved = new Map<number, Reservation>()
  const waiting = new Map<number, (reason: unknown) => void>()
  let hasEnded = false
  const reserve = async ({ id, accounts, dearestNanoUsd, maxMs }: ReserveQuestion): Promise<ReserveAnswer> => {
    const onAbort = (leave: (reason: unknown) => void): (() => void) => {
      waiting.set(id, leave)
      return () => waiting.delete(id)
    }
    const result = await budgets.reserve(accounts, dearestNanoUsd, { maxMs, abort: { onAbort } })
    if (result.type === 'refused') {
      const { why, neededNanoUsd, leftNanoUsd } = result
      return { type: 'refused', account: accounts.indexOf(result.account), why, neededNanoUsd, leftNanoUsd }
    }
    if (hasEnded) budgets.settle(result, 0)
    else reserved.set(id, result)
    return { type: 'reserved', nanoUsd: result.nanoUsd, states: result.states }
  }
  const settle = (id: number, costNanoUsd: number): void => {
    const reservation = reserved.get(id)
    reserved.delete(id)
    if (reservation !== undefined) budgets.settle(reservation, costNanoUsd)
  }
  return {
    questions: {
      'budgets.reserve': reserve,
      'budgets.read': (account: BudgetAccount): BudgetState | Promise<BudgetState> => budgets.read(account),
    },
    topics: {
      'budgets.settle': ({ id, costNanoUsd }: { readonly id: number; readonly costNanoUsd: number }) => settle(id, costNanoUsd),
      'budgets.abandon': (id: number) => waiting.get(id)?.(new Error('The request has left.')),
    },
    onEnded: () => {
      hasEnded = true
      for (const leave of [...waiting.values()]) leave(new Error('The worker has ended.'))
      // What its attempts have cost nobody can tell any more: the ledger does not know them either.
      for (const id of [...reserved.keys()]) settle(id, 0)
    },
  }
}

/** Counts for a worker. What it holds is given back when it ends, however it ends. */
export function serveLimits(stores: LimitStores): WorkerService {
  const [rates, money] = [serveRates(stores), serveBudgets(stores)]
  return {
    questions: { ...rates.questions, ...money.questions },
    topics: { ...rates.topics, ...money.topics },
    onEnded: () => {
      rates.onEnded()
      money.onEnded()
    },
  }
}
