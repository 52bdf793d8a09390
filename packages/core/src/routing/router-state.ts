import type { Deps } from '../deps.ts'
import { createFairQueue, type FairQueue } from '../resilience/fair-queue.ts'
import { createHedgeBudget, type HedgeBudget } from '../resilience/hedge-budget.ts'
import { createKeyedCache, type KeyedCache } from '../resilience/keyed-cache.ts'
import { createRetryBudget, type RetryBudget } from '../resilience/retry-budget.ts'
import { createHealthPool, type HealthPool } from '../resilience/target-health.ts'
import type { OnEngineEvent } from './engine-event.ts'
import type { RoutingOptions } from './routing-options.ts'

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
}

/** A target's key in its parts: the names of providers hold no slash. */
function named(key: string): { readonly provider: string; readonly model: string } {
  const slash = key.indexOf('/')
  return { provider: key.slice(0, slash), model: key.slice(slash + 1) }
}

export function createRouterState(options: RoutingOptions, deps: Deps): RouterState {
  let onEvent: OnEngineEvent = () => undefined
  return {
    health: createHealthPool(
      {
        breaker: options.breaker,
        onChange: (key, from, to) => onEvent({ type: 'breaker', ...named(key), from, to, atMs: deps.now() }),
      },
      deps,
    ),
    slots: createKeyedCache(() => createFairQueue({ ...options.slots, limit: options.slots.maxConcurrent }, deps)),
    retries: createKeyedCache(() => createRetryBudget({ ratio: options.retry.budgetRatio }, deps)),
    hedges: createHedgeBudget(options.hedge.maxRatio),
    listen: (listener) => {
      onEvent = listener
    },
  }
}
