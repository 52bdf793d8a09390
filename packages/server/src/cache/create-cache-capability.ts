import type { ResponseCacheOptions } from '@proxyapi/context'
import { createResponseCache } from '@proxyapi/context'
import { nodeDigest } from '@proxyapi/context/node'
import type { Deps, Engine, Receipt, RouteOverrides } from '@proxyapi/core'
import { createReceiptQueue, type ReceiptQueue } from '@proxyapi/core/serving'
import type { Announcer } from '../announcements/announcer.ts'
import type { Feature } from '../capability/capability.ts'
import type { Workers } from '../capability/workers.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { createCacheFilter } from './cache-filter.ts'
import { cacheAnswers, cacheOfAll } from './cache-of-all.ts'
import { toCacheOptions } from './cache-options.ts'
import { cacheRoutes, includesDerived } from './cache-routes.ts'
import type { AnswerKinds } from './cached-answer.ts'
import { type CachedOperations, createCachedOperations } from './cached-operations.ts'
import { fetchInBackground } from './fetch-answer.ts'
import { readCacheGauges } from './read-cache-gauges.ts'
import { createSemanticLevel, type SemanticLevel } from './semantic-level.ts'

/** What the program around the gateway gives the cache. Without it the cache keeps answers in memory alone. */
export type CacheDeps = Pick<ResponseCacheOptions<AnswerKinds>, 'stores' | 'pseudonym' | 'onStateChange'>

export interface CacheCapabilityOptions {
  readonly config: Pick<GatewayConfig, 'caching' | 'warming' | 'memory'>
  readonly world?: CacheDeps | undefined
  readonly deps: Deps
  /** Told of calls that the cache makes by itself: they cost too. */
  readonly onReceipt: (receipt: Receipt) => void
  /** Embeds questions, where answers are found by their meaning. */
  readonly embed: Engine['embed']
  /** Drops what other capabilities have made of requests' texts, and gives how much that was. */
  readonly clearDerived: () => Promise<number>
  /** Tells other processes of removals, and hears of theirs. */
  readonly announcer: Announcer
  /** Where this process is the primary of several. */
  readonly workers?: Workers | undefined
}

/** The parts with their optional level, and with receipts of the calls for answers. */
interface CacheContext extends Omit<CacheCapabilityOptions, 'onReceipt'> {
  readonly onReceipt: (receipt: Receipt) => void
  readonly semantic: SemanticLevel | undefined
  readonly receipts: ReceiptQueue
  readonly operations: CachedOperations
}

function toContext(parts: CacheCapabilityOptions): CacheContext {
  const onEmbedded = (receipt: Receipt): void => parts.onReceipt(receipt)
  return {
    ...parts,
    receipts: createReceiptQueue(parts.deps),
    operations: createCachedOperations(),
    semantic: createSemanticLevel({ ...parts, onReceipt: onEmbedded }),
    onReceipt: (receipt) => parts.onReceipt(receipt),
  }
}

/** Whether a level tells removals by itself: to all who share it, and reliably. */
function isSharedWithOthers({ stores = [] }: CacheDeps): boolean {
  return stores.some(({ onRemoved }) => onRemoved !== undefined)
}

function createCache(context: CacheContext) {
  const { config, world, deps, onReceipt, semantic, receipts, operations, clearDerived, announcer } = context
  return createResponseCache<AnswerKinds>(
    {
      ...toCacheOptions(config),
      ...world,
      digest: nodeDigest,
      onRemove: (selector) => {
        if (world === undefined || !isSharedWithOthers(world)) announcer.publish('cache.removed', selector)
      },
      onRemovedElsewhere: (selector) => {
        if (includesDerived(selector)) void clearDerived()
      },
      semantic: semantic?.matcher,
      refresh: ({ operation, request, variant }) => {
        // The filter makes the question, and its variant is the caller's overrides.
        const overrides = variant as RouteOverrides | undefined
        const cached = operations.of(operation)
        return cached && fetchInBackground(cached, request, { options: { overrides, onSettled: onReceipt }, deps, receipts })
      },
    },
    deps,
  )
}

/** The response cache of a gateway: a filter before the router, its routes and its upkeep. */
export function createCacheFeature(parts: CacheCapabilityOptions): Feature {
  if (!parts.config.caching.enabled) return { routes: cacheRoutes({}) }
  const context = toContext(parts)
  const { semantic } = context
  const cache = createCache(context)
  const whole = cacheOfAll(cache, semantic, parts.workers)
  const unsubscribe = parts.announcer.subscribe('cache.removed', (selector) => {
    // A level that is down is emptied before it is used again.
    void cache.followRemoval(selector).catch(() => undefined)
    if (includesDerived(selector)) void parts.clearDerived()
  })
  return {
    filter: createCacheFilter(cache, context),
    routes: cacheRoutes({ cache: whole, clearDerived: parts.clearDerived }),
    answers: cacheAnswers(cache, semantic),
    exportUserData: async (user) => ({ cache_entries: await whole.count({ user }) }),
    eraseUserData: async (user) => {
      const removed = await whole.remove({ user })
      return { cache_entries: Math.max(0, ...Object.values(removed).map((count) => count ?? 0)) }
    },
    readGauges: async () => readCacheGauges(await cache.figures(), semantic?.figures()),
    shedders: [{ name: 'response cache', shed: cache.shedMemory }, ...(semantic === undefined ? [] : [semantic.shedder])],
    start: cache.start,
    close: async () => {
      unsubscribe()
      await cache.close()
    },
  }
}
