import { createTokenCounter, type SummaryCache } from '@proxyapi/context'
import { toCacheGauges } from '../capability/cache-gauges.ts'
import type { Capability, CompileContext, Feature } from '../capability/capability.ts'
import { createKept, type Kept } from '../capability/kept.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { createCondenseFilter } from './condense-filter.ts'
import { condenseRoute } from './condense-route.ts'
import { createCondensers } from './condensers.ts'
import { toSummaryCache } from './summaries.ts'
import { createTokenMemory } from './token-memory.ts'

/** The figures of the summary cache as `/v1/status` has them. */
function toStatus({ entries, bytes, maxBytes, hits, prefixHits, misses, savedBytes, evictions }: ReturnType<SummaryCache['figures']>) {
  return { entries, bytes, max_bytes: maxBytes, hits, prefix_hits: prefixHits, misses, saved_bytes: savedBytes, evictions }
}

/** The question that a worker answers by dropping what it has made of texts. */
const clearQuestion = 'condense.clear'

/** Condensation: the route, and the filter that keeps long requests within their limits. */
function createCondenseFeature(
  config: GatewayConfig,
  { deps, gateway, observers, workers }: Pick<CompileContext, 'deps' | 'gateway' | 'observers' | 'workers'>,
): Feature {
  const { condensation, caching, routing } = config
  const condensers = createCondensers(deps)
  const memory = createTokenMemory()
  const cache = toSummaryCache(caching, deps.now)
  const filter = createCondenseFilter(
    {
      enabled: condensation.enabled,
      threshold: condensation.truncation_threshold,
      preservationFloor: condensation.preservation_floor,
      maxAttempts: routing.retry.max_attempts,
    },
    { condensers, memory, engine: gateway.engine, now: deps.monotonicNow, onFailure: observers.onFailure },
  )
  const clearOwn = (): number => {
    const entries = cache?.figures().entries ?? 0
    cache?.clear()
    condensers.clear()
    return entries
  }
  const clearDerived = async (): Promise<number> => {
    const elsewhere = (await workers?.ask<number>(clearQuestion)) ?? []
    return elsewhere.reduce((sum, count) => sum + count, clearOwn())
  }
  const defaults = { maxTokens: condensation.summary_max_tokens, model: condensation.model }
  return {
    filter,
    countTokens: memory.countTokens,
    routes: [condenseRoute({ condensers, defaults, cache, shared: caching.scope === 'shared', gateway })],
    clearDerived,
    answers: { [clearQuestion]: clearOwn },
    // A summary does not say whose words it was made of.
    eraseUserData: async () => ({ summaries: await clearDerived() }),
    readGauges: () => (cache === undefined ? [] : toCacheGauges('summary_cache', cache.figures())),
    status: () => (cache === undefined ? {} : { summary_cache: toStatus(cache.figures()) }),
    start: () => {
      // A vocabulary takes a quarter of a second and 50 MB. Only a threshold makes it likely that requests are counted: most are known to fit by
      // their length, and then the first that has to be counted loads it. When loading fails, the first use reports the error.
      if (condensation.truncation_threshold !== undefined) void createTokenCounter().catch(() => undefined)
    },
  }
}

/** Condensation: a route, and a filter that keeps long requests within their limits. */
export const condenseCapability: Capability<Kept<Feature>> = {
  name: 'condense',
  open: () => createKept<Feature>(),
  compile: (config, kept, context) => {
    const { condensation, caching, routing } = config
    // What it remembers of texts and summaries stays while its settings stay.
    return kept({ condensation, caching, attempts: routing.retry.max_attempts }, context, () => createCondenseFeature(config, context))
  },
}
