import type { ResponseCacheOptions } from '@proxyapi/context'
import { createResponseCache, type Shedder } from '@proxyapi/context'
import { nodeDigest } from '@proxyapi/context/node'
import type { ChatHandler, Deps, Engine, Receipt, RouteOverrides } from '@proxyapi/core'
import type { GatewayConfig } from '../config/config-schema.ts'
import type { Capability } from '../gateway/capability.ts'
import type { CallContext } from '../observation/ended-request.ts'
import { createCacheFilter } from './cache-filter.ts'
import { toCacheOptions } from './cache-options.ts'
import { addCacheRoutes } from './cache-routes.ts'
import type { ChatKinds } from './cached-answer.ts'
import { fetchInBackground } from './produce-answer.ts'
import { createSemanticLevel, type SemanticLevel } from './semantic-level.ts'

/** What the program around the gateway gives the cache. Without it the cache keeps answers in memory alone. */
export type CacheDeps = Pick<ResponseCacheOptions<ChatKinds>, 'stores' | 'pseudonym' | 'onStateChange'>

export interface CacheCapabilityOptions {
  readonly config: Pick<GatewayConfig, 'caching' | 'warming' | 'memory'>
  readonly world?: CacheDeps | undefined
  readonly deps: Deps
  /** Called with the receipts of calls that the cache makes by itself: they cost too. */
  readonly onReceipt: (receipt: Receipt, context: CallContext) => void
  /** Embeds questions, where answers are found by their meaning. */
  readonly embed: Engine['embed']
}

/** The parts with their optional level, and with receipts of the calls for answers. */
interface CacheContext extends Omit<CacheCapabilityOptions, 'onReceipt'> {
  readonly onReceipt: (receipt: Receipt) => void
  readonly semantic: SemanticLevel | undefined
}

function toContext(parts: CacheCapabilityOptions): CacheContext {
  const onEmbedded = (receipt: Receipt): void => parts.onReceipt(receipt, { operation: 'embeddings' })
  return {
    ...parts,
    semantic: createSemanticLevel({ ...parts, onReceipt: onEmbedded }),
    onReceipt: (receipt) => parts.onReceipt(receipt, { operation: 'chat' }),
  }
}

export interface CacheCapability extends Capability {
  /** What gives up memory when the process runs short of it. */
  readonly shedders: readonly Shedder[]
}

function createCache({ config, world, deps, onReceipt, semantic }: CacheContext, next: () => ChatHandler) {
  return createResponseCache<ChatKinds>(
    {
      ...toCacheOptions(config),
      ...world,
      digest: nodeDigest,
      semantic: semantic?.matcher,
      refresh: ({ request, variant }) => {
        // The filter makes the question, and its variant is the caller's overrides.
        const overrides = variant as RouteOverrides | undefined
        return fetchInBackground(request, { overrides, onSettled: onReceipt }, { next: next(), deps })
      },
    },
    deps,
  )
}

/** The response cache of a gateway: a filter before the router, its routes and its upkeep. */
export function createCacheCapability(parts: CacheCapabilityOptions): CacheCapability {
  if (!parts.config.caching.enabled) return { addRoutes: (app) => addCacheRoutes(app, {}), shedders: [] }
  let router: ChatHandler | undefined
  const context = toContext(parts)
  const { semantic } = context
  const cache = createCache(context, () => {
    if (router === undefined) throw new Error('The cache was asked before its gateway was whole.')
    return router
  })
  const filter = createCacheFilter(cache, context)
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
