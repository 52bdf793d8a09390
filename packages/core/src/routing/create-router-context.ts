import type { Deps } from '../deps.ts'
import { chat } from '../operations/chat.ts'
import type { OnEngineEvent } from './engine-event.ts'
import type { ModelCatalog } from './model-catalog.ts'
import { createModelResolver } from './model-resolver.ts'
import type { ModelSources } from './resolve-model.ts'
import type { CountTokens } from './routed-request.ts'
import type { RouterContext } from './router-context.ts'
import { createRouterState, type RouterState } from './router-state.ts'
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
  /** `undefined` begins with none; a given one tells its own listener of changes of circuits. */
  readonly state?: RouterState | undefined
}

/** Chat is counted by the catalog, which may have a tokenizer; other operations estimate by themselves. */
function countTokensBy(catalog: ModelCatalog): CountTokens {
  // The operation is chat: then the request is a chat request.
  return (operation, request) => (operation.name === chat.name ? catalog.countTokens(request as never) : operation.countTokens(request))
}

/** State of a router that shares none. */
function ownState({ options, deps, onEvent }: RouterOptions): RouterState {
  const state = createRouterState(options, deps)
  state.listen(onEvent)
  return state
}

/** Puts together what a router needs. */
export function createRouterContext(settings: RouterOptions): RouterContext {
  const { deps, options, sources, catalog, targetFilters = [], onEvent } = settings
  const { health, slots, retries, hedges } = settings.state ?? ownState(settings)
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
    slots,
    retries,
    hedges,
  }
}
