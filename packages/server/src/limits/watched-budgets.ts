import type { BudgetRefusal, BudgetStore, Reservation } from '@proxyapi/core/limits'
import type { BudgetWatch } from './budget-watch.ts'

/** The same accounts, for who uses them from another process: what they come to is told here. */
export function watchedBudgets(store: BudgetStore, { onChange }: Pick<BudgetWatch, 'onChange'>): BudgetStore {
  const seen = (result: Reservation | BudgetRefusal): Reservation | BudgetRefusal => {
    if (result.type === 'reserved') onChange(result.accounts, result.states)
    return result
  }
  return {
    reserve: (accounts, cost, wait) => {
      const result = store.reserve(accounts, cost, wait)
      return result instanceof Promise ? result.then(seen) : seen(result)
    },
    settle: (reservation, costNanoUsd) => {
      const states = store.settle(reservation, costNanoUsd)
      onChange(reservation.accounts, states)
      return states
    },
    read: (account) => store.read(account),
  }
}
