import { type CacheStore, createResponseCache, type Digest, type LevelStateChange, type ResponseCache, sizeOf } from '@proxyapi/context'
import {
  type Call,
  type ChatFilter,
  type ChatHandler,
  type Deps,
  failurePolicyOf,
  isProviderError,
  isProxyApiError,
  type Receipt,
} from '@proxyapi/core'
import type { GatewayConfig } from '../config/config-schema.ts'
import type { Capability } from '../gateway/capability.ts'
import { createCacheFilter } from './cache-filter.ts'
import { addCacheRoutes } from './cache-routes.ts'
import { type CachedWhole, type ChatKinds, folding } from './cached-answer.ts'
import { produceDetached } from './produce-detached.ts'

/** What only Node has: slower levels, quick digests, secrets. */
export interface CacheWorld {
  /** Slower levels, in the order in which they are asked. */
  readonly stores?: readonly CacheStore<CachedWhole>[] | undefined
  readonly digest?: Digest | undefined
  /** Makes an end user's pseudonym. Without it a user's entries can't be found. */
  readonly pseudonym?: ((user: string) => string) | undefined
  readonly onStateChange?: ((change: LevelStateChange) => void) | undefined
}

export interface CacheParts {
  readonly config: Pick<GatewayConfig, 'caching' | 'warming'>
  readonly world: CacheWorld
  readonly deps: Deps
  readonly onReceipt: (receipt: Receipt) => void
}

export interface CacheCapability extends Capability {
  readonly cache: ResponseCache<ChatKinds>
}

const megabyte = 1024 * 1024
/** An answer in memory is kept as it is and once more as the body that was written of it. */
const copies = 2

/** A failure that speaks of the request would meet everybody who asks the same. */
function isSharedFailure(error: unknown): boolean {
  return isProviderError(error) && failurePolicyOf(error).nextTarget !== 'yes'
}

/** An old answer is better than none when nobody can be reached, and not when the request is wrong. */
function servesStaleOn(error: unknown): boolean {
  if (isProviderError(error)) return failurePolicyOf(error).nextTarget === 'yes'
  return isProxyApiError(error) && (error.code === 'circuit_open' || error.code === 'overloaded' || error.code === 'deadline_exceeded')
}

function toOptions({ caching, warming }: CacheParts['config']) {
  const { response_cache: own, scope } = caching
  const ttlMs = own.ttl * 1000
  return {
    maxMemoryBytes: own.max_size_mb * megabyte,
    scope: scope === 'shared' ? ('shared' as const) : ('tenant' as const),
    freshness: {
      ttlMs,
      maxTtlMs: own.max_ttl === undefined ? ttlMs * 4 : own.max_ttl * 1000,
      staleWhileRevalidateMs: own.stale_while_revalidate * 1000,
      staleIfErrorMs: own.stale_if_error * 1000,
    },
    cacheability: { requests: own.requests, withoutTemperature: own.without_temperature },
    ...(warming.enabled &&
      warming.preload_popular && {
        warming: { intervalMs: warming.interval * 1000, threshold: warming.preload_threshold, maxCostNanoUsd: warming.max_cost_usd * 1e9 },
      }),
  }
}

const notYet: ChatHandler = () => Promise.reject(new Error('The cache stands nowhere yet.'))

/** The response cache as a capability of a gateway. */
export function createCacheCapability(parts: CacheParts): CacheCapability {
  const { config, world, deps } = parts
  const detached = { deps, onReceipt: parts.onReceipt }
  // What lies beneath the cache, for work that no client waits for: known once the filter is put in its place.
  let beneath: ChatHandler | undefined
  const filter =
    (cache: ResponseCache<ChatKinds>): ChatFilter =>
    (next) => {
      beneath = next
      return createCacheFilter(cache, detached)(next)
    }
  const asClient = (tenant: string): Call['principal'] => (tenant === '' ? undefined : { id: tenant, name: 'warming', role: 'user' })
  const cache = createResponseCache<ChatKinds>(
    {
      ...toOptions(config),
      ...world,
      streams: folding,
      sizeOf: (whole) => sizeOf(whole) * copies,
      isSharedFailure,
      servesStaleOn,
      refresh: ({ request, tenant }) =>
        produceDetached(beneath ?? notYet, { request: { ...request, stream: false }, principal: asClient(tenant) }, detached),
    },
    deps,
  )
  return {
    cache,
    filter: filter(cache),
    addRoutes: (app) => addCacheRoutes(app, cache),
    start: cache.start,
    close: cache.close,
  }
}
