import type { Deps } from '../deps.ts'
import { chat } from '../operations/chat.ts'
import { createFairQueue } from '../resilience/fair-queue.ts'
import { createHedgeBudget } from '../resilience/hedge-budget.ts'
import { createKeyedCache } from '../resilience/keyed-cache.ts'
import { createRetryBudget } from '../resilience/retry-budget.ts'
import { createHealthPool, type HealthPool } from '../resilience/target-health.ts'
import type { OnEngineEvent } from './engine-event.ts'
import type { ModelCatalog } from './model-catalog.ts'
import { createModelResolver } from './model-resolver.ts'
import type { ModelSources } from './resolve-model.ts'
import type { CountTokens } from './routed-request.ts'
import type { RouterContext } from './router-context.ts'
import type { RoutingOptions } from './routing-options.ts'
import { createStrategies } from './strategies/create-strategies.ts'
import type { TargetFilter } from './target-filter.ts'

export interface RouterOptions {
  readonly deps: Deps
  readonly options: RoutingOptions
  readonly sources: ModelSources
  readonly catalog: ModelCatalog
  readonly targetFilters?: readonly TargetFilter[] | undefined
  readonly onEvent: OnEngineEvent
}

/** A target's key, told apart again: providers' names hold no slash. */
function named(key: string): { readonly provider: string; readonly model: string } {
  const slash = key.indexOf('/')
  return { provider: key.slice(0, slash), model: key.slice(slash + 1) }
}

function healthOf({ options, deps, onEvent }: RouterOptions): HealthPool {
  return createHealthPool(
    {
      breaker: options.breaker,
      onChange: (key, from, to) => onEvent({ type: 'breaker', ...named(key), from, to, atMs: deps.now() }),
    },
    deps,
  )
}

/** Chat is counted by the catalog, which may have a tokenizer; other operations estimate by themselves. */
function countTokensBy(catalog: ModelCatalog): CountTokens {
  // The operation is chat: then the request is a chat request.
  return (operation, request) => (operation.name === chat.name ? catalog.countTokens(request as never) : operation.countTokens(request))
}

/** Puts together what a router needs, with fresh state. */
export function createRouterContext(settings: RouterOptions): RouterContext {
  const { deps, options, sources, catalog, targetFilters = [], onEvent } = settings
  const health = healthOf(settings)
  return {
    deps,
    options,
    catalog,
    health,
    targetFilters,
    countTokens: countTokensBy(catalog),
    onEvent,
    resolver: createModelResolver(sources, options),
    strategies: createStrategies({
      random: deps.random,
      loadOf: ({ key }) => health.of(key).load,
      estimateNanoUsd: catalog.estimateNanoUsd,
    }),
    slots: createKeyedCache(() => createFairQueue({ ...options.slots, limit: options.slots.maxConcurrent }, deps)),
    retries: createKeyedCache(() => createRetryBudget({ ratio: options.retry.budgetRatio }, deps)),
    hedges: createHedgeBudget(options.hedge.maxRatio),
  }
}
