import type { Deps } from '../deps.ts'
import type { EngineEvent } from './engine-event.ts'
import type { ChatFilter } from '../call/operation.ts'
import type { KeyedCache } from '../resilience/keyed-cache.ts'
import type { FairQueue } from '../resilience/fair-queue.ts'
import type { HedgeBudget } from '../resilience/hedge-budget.ts'
import type { RetryBudget } from '../resilience/retry-budget.ts'
import type { HealthPool } from '../resilience/target-health.ts'
import type { ModelResolver } from './model-resolver.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { RoutingOptions } from './routing-options.ts'
import type { Strategy } from './strategies/strategy.ts'
import type { StrategyName } from './strategies/strategy-name.ts'
import type { Target } from './target.ts'

/** What the parts of a router share. */
export interface RouterContext {
  readonly deps: Deps
  readonly options: RoutingOptions
  readonly resolver: ModelResolver
  readonly catalog: ModelCatalog
  readonly strategies: Readonly<Record<StrategyName, Strategy>>
  /** By target. */
  readonly health: HealthPool
  /** By provider. */
  readonly slots: KeyedCache<FairQueue>
  /** By provider. */
  readonly retries: KeyedCache<RetryBudget>
  readonly hedges: HedgeBudget
  /** Put between the router and a target's provider: fault injection. */
  readonly targetFilter?: ((target: Target) => ChatFilter) | undefined
  readonly onEvent: (event: EngineEvent) => void
}
