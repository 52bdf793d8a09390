import type { Deps } from '../deps.ts'
import { createFairQueue, type FairQueue } from '../resilience/fair-queue.ts'
import { createHedgeBudget, type HedgeBudget } from '../resilience/hedge-budget.ts'
import { createKeyedCache, type KeyedCache } from '../resilience/keyed-cache.ts'
import { createRetryBudget, type RetryBudget } from '../resilience/retry-budget.ts'
import { createHealthPool, type HealthPool } from '../resilience/target-health.ts'
import type { OnEngineEvent } from './engine-event.ts'
import type { RoutingOptions } from './routing-options.ts'

type StateOptions = Pick<RoutingOptions, 'breaker' | 'slots' | 'retry' | 'hedge'>

/** What a router learns and holds while calls run. Kept by names of providers and targets, so that it can outlive a router. */
export interface RouterState {
  /** By target. */
  readonly health: HealthPool
  /** By provider. */
  readonly slots: KeyedCache<FairQueue>
  /** By provider. */
  readonly retries: KeyedCache<RetryBudget>
  readonly hedges: HedgeBudget
  /** Sets who is told of changes of circuits: the latest router over this state. */
  readonly listen: (onEvent: OnEngineEvent) => void
  /** Goes on by the settings of another router: circuits, slots and budgets keep where they stand. */
  readonly configure: (options: StateOptions) => void
  /** Keeps what is known of a provider under another name. */
  readonly renameProvider: (from: string, to: string) => void
  /** Forgets a provider that is gone. */
  readonly forgetProvider: (provider: string) => void
}

/** A target's key in its parts: the names of providers hold no slash. */
function named(key: string): { readonly provider: string; readonly model: string } {
  const slash = key.indexOf('/')
  return { provider: key.slice(0, slash), model: key.slice(slash + 1) }
}

/** Whether two settings of circuits say the same: then what a circuit has counted goes on counting. */
function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

export function createRouterState(initial: StateOptions, deps: Deps): RouterState {
  let options = initial
  let onEvent: OnEngineEvent = () => undefined
  const health = createHealthPool(
    {
      breaker: options.breaker,
      onChange: (key, from, to) => onEvent({ type: 'breaker', ...named(key), from, to, atMs: deps.now() }),
    },
    deps,
  )
  const slots = createKeyedCache(() => createFairQueue({ ...options.slots, limit: options.slots.maxConcurrent }, deps))
  const retries = createKeyedCache(() => createRetryBudget({ ratio: options.retry.budgetRatio }, deps))
  const hedges = createHedgeBudget(options.hedge.maxRatio)
  return {
    health,
    slots,
    retries,
    hedges,
    listen: (listener) => {
      onEvent = listener
    },
    configure: (next) => {
      if (!isSame(options.breaker, next.breaker)) health.configure(next.breaker)
      options = next
      for (const [, queue] of slots.entries()) queue.resize({ limit: next.slots.maxConcurrent, maxQueue: next.slots.maxQueue })
      for (const [, budget] of retries.entries()) budget.setRatio(next.retry.budgetRatio)
      hedges.setRatio(next.hedge.maxRatio)
    },
    renameProvider: (from, to) => {
      health.renameProvider(from, to)
      slots.rename(from, to)
      retries.rename(from, to)
    },
    forgetProvider: (provider) => {
      health.forgetProvider(provider)
      slots.delete(provider)
      retries.delete(provider)
    },
  }
}
