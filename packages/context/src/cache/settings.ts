import { sha256 } from '../digest/sha256.ts'
import type { CacheKinds } from './answer.ts'
import type { Digest } from './key/canonical-text.ts'
import { createRequestKey, neutralFields } from './key/request-key.ts'
import type { WarmingOptions } from './maintenance/warming.ts'
import { type CacheabilityPolicy, defaultCacheability } from './policy/cacheability.ts'
import type { FreshnessOptions } from './policy/freshness.ts'
import type { ResponseCacheOptions } from './response-cache-types.ts'

/** Options with their defaults. */
export interface Settings<Kinds extends CacheKinds> {
  readonly options: ResponseCacheOptions<Kinds>
  readonly keyOf: ReturnType<typeof createRequestKey>
  readonly isShared: boolean
  readonly cacheability: CacheabilityPolicy
  readonly freshness: FreshnessOptions
  readonly warming: WarmingOptions
  readonly maintenanceIntervalMs: number
}

const halfHourMs = 1_800_000
const hourMs = 3_600_000

const defaultWarming: WarmingOptions = { intervalMs: 300_000, threshold: 10, maxCostNanoUsd: 10_000_000, maxRefreshes: 50 }

function freshnessOf({ ttlMs = halfHourMs, maxTtlMs = ttlMs * 4, ...stale }: Partial<FreshnessOptions>): FreshnessOptions {
  const { staleWhileRevalidateMs = 0, staleIfErrorMs = hourMs } = stale
  return { ttlMs, maxTtlMs, staleWhileRevalidateMs, staleIfErrorMs }
}

export function toSettings<Kinds extends CacheKinds>(options: ResponseCacheOptions<Kinds>): Settings<Kinds> {
  const digest: Digest = options.digest ?? sha256
  return {
    options,
    keyOf: createRequestKey({ digest, neutralFields }),
    isShared: options.scope === 'shared',
    cacheability: { ...defaultCacheability, ...options.cacheability },
    freshness: freshnessOf(options.freshness ?? {}),
    warming: { ...defaultWarming, ...options.warming },
    maintenanceIntervalMs: options.maintenanceIntervalMs ?? 300_000,
  }
}
