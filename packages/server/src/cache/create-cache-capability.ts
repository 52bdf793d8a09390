import type { ResponseCacheOptions } from '@proxyapi/context'
import { createResponseCache, type Shedder } from '@proxyapi/context'
import { nodeDigest } from '@proxyapi/context/node'
import type { ChatHandler, Deps, Engine, Receipt, RouteOverrides } from '@proxyapi/core'
import type { GatewayConfig } from '../config/config-schema.ts'
import type { Capability } from '../gateway/capability.ts'
import type { CallContext } from '../observation/to-call-record.ts'
import { createCacheFilter } from './cache-filter.ts'
import { toCacheOptions } from './cache-options.ts'
import { addCacheRoutes } from './cache-routes.ts'
import type { ChatKinds } from './cached-answer.ts'
import { produceAlone } from './produce-answer.ts'
import { createSemanticLevel, type SemanticLevel } from './semantic-level.ts'

/** What the cache needs of whoever runs the gateway. Without it, it keeps answers in memory alone. */
export type CacheWorld = Pick<ResponseCacheOptions<ChatKinds>, 'stores' | 'pseudonym' | 'onStateChange'>

export interface CacheParts {
  readonly config: Pick<GatewayConfig, 'caching' | 'warming' | 'memory'>
  readonly world?: CacheWorld | undefined
  readonly deps: Deps
  /** Told of calls that the cache makes by itself: they cost too. */
  readonly onReceipt: (receipt: Receipt, context: CallContext) => void
  /** Embeds questions, where answers are found by their meaning. */
  readonly embed: Engine['embed']
}

/** The parts with their optional level, and with receipts of the calls for answers. */
interface Workshop extends Omit<CacheParts, 'onReceipt'> {
  readonly onReceipt: (receipt: Receipt) => void
  readonly semantic: SemanticLevel | undefined
}

function equip(parts: CacheParts): Workshop {
  const onEmbedded = (receipt: Receipt): void => parts.onReceipt(receipt, { operation: 'embeddings', isInternal: true })
  return {
    ...parts,
    semantic: createSemanticLevel({ ...parts, onReceipt: onEmbedded }),
    onReceipt: (receipt) => parts.onReceipt(receipt, { operation: 'chat', isInternal: true }),
  }
}

export interface CacheCapability extends Capability {
  /** What gives up memory when the process runs short of it. */
  readonly shedders: readonly Shedder[]
}

function createCache({ config, world, deps, onReceipt, semantic }: Workshop, next: () => ChatHandler) {
  return createResponseCache<ChatKinds>(
    {
      ...toCacheOptions(config),
      ...world,
      digest: nodeDigest,
      similar: semantic?.similar,
      refresh: ({ request, variant }) => {
        // The filter makes the question, and its variant is the caller's overrides.
        const overrides = variant as RouteOverrides | undefined
        return produceAlone(request, { overrides, onSettled: onReceipt }, { next: next(), deps })
      },
    },
    deps,
  )
}

/** The response cache of a gateway: a filter before the router, its routes and its upkeep. */
export function createCacheCapability(parts: CacheParts): CacheCapability {
  if (!parts.config.caching.enabled) return { addRoutes: (app) => addCacheRoutes(app, {}), shedders: [] }
  let router: ChatHandler | undefined
  const workshop = equip(parts)
  const { semantic } = workshop
  const cache = createCache(workshop, () => {
    if (router === undefined) throw new Error('The cache was asked before its gateway was whole.')
    return router
  })
  const filter = createCacheFilter(cache, workshop)
  return {
    filter: (next) => {
      router = next
      return filter(next)
    },
    addRoutes: (app) => addCacheRoutes(app, { cache, semantic }),
    erase: async (user) => {
      const removed = await cache.remove({ user })
      return { cache_entries: Math.max(0, ...Object.values(removed).map((count) => count ?? 0)) }
    },
    shedders: [{ name: 'response cache', shed: cache.shedMemory }, ...(semantic === undefined ? [] : [semantic.shedder])],
    start: cache.start,
    close: cache.close,
  }
}
