import { createTokenCounter } from '@proxyapi/context'
import type { Deps } from '@proxyapi/core'
import type { Capability } from '../capability/capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import type { Runtime } from '../gateway/runtime.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { createCondenseFilter } from './condense-filter.ts'
import { condenseRoute } from './condense-route.ts'
import { createCondensers } from './condensers.ts'
import { toSummaryCache } from './summaries.ts'
import { createTokenMemory, type TokenMemory } from './token-memory.ts'
import { createYieldQueue } from './yield-queue.ts'

const path = '/api/condense'

export interface CondenseCapability extends Capability, Pick<TokenMemory, 'countTokens'> {}

/** Condensation: the route, and the filter that keeps long requests within their limits. `runtime` is asked once requests come. */
export function createCondenseCapability(config: GatewayConfig, deps: Deps, runtime: () => Runtime): CondenseCapability {
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
    { condensers, memory, engine: () => runtime().engine },
  )
  const defaults = { maxTokens: condensation.summary_max_tokens, model: condensation.model }
  return {
    filter,
    countTokens: memory.countTokens,
    addRoutes(app) {
      app.post(path, condenseRoute({ condensers, defaults, cache, shared: caching.scope === 'shared', runtime }))
      app.all(path, refuseMethod('POST'))
    },
    status: () => (cache === undefined ? {} : { summary_cache: cache.figures() }),
    // Loading a vocabulary takes a quarter of a second: better now than while requests wait. Where it fails, the first use tells.
    start: () => void createTokenCounter().catch(() => undefined),
  }
}
