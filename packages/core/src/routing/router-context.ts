import type { Deps } from '../deps.ts'
import type { FairQueue } from '../resilience/fair-queue.ts'
import type { HedgeBudget } from '../resilience/hedge-budget.ts'
import type { KeyedCache } from '../resilience/keyed-cache.ts'
import type { RetryBudget } from '../resilience/retry-budget.ts'
import type { HealthPool } from '../resilience/target-health.ts'
import type { EngineEvent } from './engine-event.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { ModelResolver } from './model-resolver.ts'
import type { CountTokens } from './routed-request.ts'
import type { RoutingOptions } from './routing-options.ts'
import type { Strategy } from './strategies/strategy.ts'
import type { StrategyName } from './strategies/strategy-name.ts'
import type { TargetFilter } from './target-filter.ts'

/** What the parts of a router share: state that outlives a request, and rules. */
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
  /** Put around each attempt, the first named outermost. */
  readonly targetFilters: readonly TargetFilter[]
  readonly countTokens: CountTokens
  readonly onEvent: (event: EngineEvent) => void
}
