import type { ResponseCacheOptions } from '@proxyapi/context'
import type { GatewayConfig } from '../config/config-schema.ts'
import { isOutage, isSharedFailure } from './cache-failures.ts'
import { type AnswerKinds, answerFolding } from './cached-answer.ts'

const bytesPerMb = 1024 * 1024

const cacheabilities = {
  deterministic: { requests: 'deterministic', withoutTemperature: true },
  temperature_zero: { requests: 'deterministic', withoutTemperature: false },
  all: { requests: 'all', withoutTemperature: true },
} as const

type CacheConfig = Pick<GatewayConfig, 'caching' | 'warming' | 'memory'>

/** The cache's part of a configuration. Seconds and megabytes stop here. */
export function toCacheOptions({ caching, warming, memory }: CacheConfig): ResponseCacheOptions<AnswerKinds> {
  const { response_cache: own, scope } = caching
  return {
    streams: answerFolding,
    maxMemoryBytes: own.max_size_mb * bytesPerMb,
    scope: scope === 'shared' ? 'shared' : 'tenant',
    cacheability: cacheabilities[own.cacheable],
    freshness: {
      ttlMs: own.ttl * 1000,
      maxTtlMs: Math.max(own.ttl, own.max_ttl ?? own.ttl * 4) * 1000,
      staleWhileRevalidateMs: own.stale_while_revalidate * 1000,
      staleIfErrorMs: own.stale_if_error * 1000,
    },
    isSharedFailure: isSharedFailure,
    servesStaleOn: isOutage,
    warming: warming.enabled
      ? { intervalMs: warming.interval * 1000, threshold: warming.preload_threshold, maxCostNanoUsd: warming.max_cost_usd * 1e9 }
      : undefined,
    preload: warming.enabled && warming.preload_popular ? 256 : 0,
    maintenanceIntervalMs: memory.cache_cleanup_interval * 1000,
  }
}
