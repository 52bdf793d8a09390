import type { Call } from '../call/call.ts'
import type { Filter } from '../call/operation.ts'
import type { Deps } from '../deps.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { createBudgetFilter } from '../limits/budget-filter.ts'
import type { BudgetAccount, BudgetRefusal, BudgetStore, Reservation } from '../limits/budget-store.ts'
import { createLimitFilter } from '../limits/limit-filter.ts'
import type { Take } from '../limits/limit-store.ts'
import { createMemoryBudgetStore } from '../limits/memory-budget-store.ts'
import { createMemoryLimitStore } from '../limits/memory-limit-store.ts'
import { createPacer, createTaker } from '../limits/pacer.ts'
import type { Rate } from '../limits/rate-bucket.ts'
import type { TargetFilter } from '../routing/target-filter.ts'

/** Limits and a budget that all callers of a simulation share. */
export interface SimulatedAllowance {
  /** Billionths of a dollar that all attempts together may cost. A token of input costs 1,000 of them, one of output 3,000. */
  readonly budgetNanoUsd: number
  readonly requests: Rate
  /** Requests under way at one time. */
  readonly parallel: number
  /** Whether requests wait for their turn. */
  readonly queues: boolean
}

/** What a run shows of its limits. */
export interface AllowanceReport extends SimulatedAllowance {
  readonly spentNanoUsd: number
  /** What is still held at the end. */
  readonly reservedNanoUsd: number
  /** What attempts cost beyond the dearest that was foreseen. */
  readonly beyondNanoUsd: number
  /** Of each refusal for want of money: what was needed, and what was not spent. */
  readonly refusals: readonly { readonly neededNanoUsd: number; readonly leftNanoUsd: number }[]
  /** When requests were let through, Unix milliseconds, rising. */
  readonly passedAtMs: readonly number[]
  /** The most requests under way at one time, and those that never gave their place back. */
  readonly mostParallel: number
  readonly stillParallel: number
}

/** Limits and a budget at work. */
export interface SimulatedLimits {
  readonly filter: Filter
  readonly targetFilter: TargetFilter
  readonly report: () => AllowanceReport
}

const account = (limitNanoUsd: number): BudgetAccount => ({
  key: 'everybody',
  limitNanoUsd,
  hard: true,
  endsAtMs: Number.POSITIVE_INFINITY,
})
const maxWaitMs = 5_000

/** Notes what attempts cost beyond what they asked to be held, whatever was held. */
function watchStore(store: BudgetStore, onBeyond: (nanoUsd: number) => void): BudgetStore {
  const asked = new WeakMap<object, number>()
  const note = (result: Reservation | BudgetRefusal, nanoUsd: number): Reservation | BudgetRefusal => {
    asked.set(result, nanoUsd)
    return result
  }
  return {
    reserve: (accounts, nanoUsd, wait) => {
      const result = store.reserve(accounts, nanoUsd, wait)
      return result instanceof Promise ? result.then((late) => note(late, nanoUsd)) : note(result, nanoUsd)
    },
    read: (one) => store.read(one),
    settle: (reservation, cost) => {
      onBeyond(Math.max(0, cost - (asked.get(reservation) ?? 0)))
      return store.settle(reservation, cost)
    },
  }
}

function createBudget({ budgetNanoUsd }: SimulatedAllowance, deps: Deps) {
  const own = account(budgetNanoUsd)
  const store = createMemoryBudgetStore({}, deps)
  const refusals: { readonly neededNanoUsd: number; readonly leftNanoUsd: number }[] = []
  let beyondNanoUsd = 0
  const state = () => {
    const read = store.read(own)
    if (read instanceof Promise) throw new Error('A store in memory answers at once.')
    return read
  }
  const targetFilter = createBudgetFilter(
    {
      store: watchStore(store, (nanoUsd) => {
        beyondNanoUsd += nanoUsd
      }),
      accountsOf: () => [own],
      onRefused: ({ why, neededNanoUsd }) => {
        if (why === 'spent') refusals.push({ neededNanoUsd, leftNanoUsd: budgetNanoUsd - state().spentNanoUsd })
      },
    },
    deps,
  )
  return { targetFilter, report: () => ({ ...state(), beyondNanoUsd, refusals }) }
}

function createRates({ requests, parallel, queues }: SimulatedAllowance, deps: Deps) {
  const store = createMemoryLimitStore({}, deps)
  const takes: readonly Take[] = [
    { type: 'rate', key: 'requests', rate: requests, amount: 1 },
    { type: 'parallel', key: 'places', limit: parallel },
  ]
  const passedAtMs: number[] = []
  const under = new Set<Call>()
  let mostParallel = 0
  const filter = createLimitFilter({
    store,
    taker: queues ? createPacer(store, { maxWaitMs, maxQueue: 50 }, deps) : createTaker(store),
    takesOf: () => takes,
    countsTokens: () => false,
    priorityOf: () => 1,
    toError: ({ key }, { retryAfterMs }) => new ProxyApiError({ code: 'rate_limit_exceeded', message: key, retryAfterMs }),
    onResult: (call, _takes, { refused }) => {
      if (refused !== undefined) return
      passedAtMs.push(deps.now())
      under.add(call)
      // Registered before the filter's own, and so released after it.
      call.hold(() => under.delete(call))
      mostParallel = Math.max(mostParallel, under.size)
    },
  })
  const stillHeld = (): number =>
    parallel - (store.take([{ type: 'parallel', key: 'places', limit: parallel + 1 }]).standings[0]?.remaining ?? 0)
  return { filter, report: () => ({ passedAtMs, mostParallel, stillParallel: stillHeld() }) }
}

/** Puts limits and a budget around a simulated engine, and notes what the invariants ask. */
export function createSimulatedLimits(allowance: SimulatedAllowance, deps: Deps): SimulatedLimits {
  const budget = createBudget(allowance, deps)
  const rates = createRates(allowance, deps)
  return {
    filter: rates.filter,
    targetFilter: budget.targetFilter,
    report: () => ({ ...allowance, ...budget.report(), ...rates.report() }),
  }
}
