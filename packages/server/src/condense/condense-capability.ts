import { createTokenCounter } from '@proxyapi/context'
import type { Deps } from '@proxyapi/core'
import type { Capability, CurrentGateway, Feature } from '../capability/capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { createCondenseFilter } from './condense-filter.ts'
import { condenseRoute } from './condense-route.ts'
import { createCondensers } from './condensers.ts'
import { toSummaryCache } from './summaries.ts'
import { createTokenMemory } from './token-memory.ts'
import { createYieldQueue } from './yield-queue.ts'

/** Condensation: the route, and the filter that keeps long requests within their limits. */
function createCondenseFeature(config: GatewayConfig, deps: Deps, gateway: CurrentGateway): Feature {
  const { condensation, caching, routing } = config
  const condensers = createCondensers({ now: deps.now, yieldNow: createYieldQueue() })
  const memory = createTokenMemory()
  const cache = toSummaryCache(caching, deps.now)
  const filter = createCondenseFilter(
    {
      enabled: condensation.enabled,
      threshold: condensation.truncation_threshold,
      preservationFloor: condensation.preservation_floor,
      maxAttempts: routing.retry.max_attempts,
    },
    { condensers, memory, engine: gateway.engine },
  )
  const defaults = { maxTokens: condensation.summary_max_tokens, model: condensation.model }
  return {
    filter,
    countTokens: memory.countTokens,
    routes: [condenseRoute({ condensers, defaults, cache, shared: caching.scope === 'shared', gateway })],
    status: () => (cache === undefined ? {} : { summary_cache: cache.figures() }),
    // Loading a vocabulary takes a quarter of a second, so it is done before requests come. When it fails, the first use reports the error.
    start: () => void createTokenCounter().catch(() => undefined),
  }
}

/** Condensation: a route, and a filter that keeps long requests within their limits. */
export const condenseCapability: Capability = {
  name: 'condense',
  open: () => undefined,
  compile: (config, _state, { deps, gateway }) => createCondenseFeature(config, deps, gateway),
}
