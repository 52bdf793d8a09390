import { createSummaryCache, type SummaryCache } from '@proxyapi/context'
import { deflateCodec } from '@proxyapi/context/node'
import type { GatewayConfig } from '../config/config-schema.ts'

const bytesPerMegabyte = 1024 * 1024

/** The summary cache as configured; `undefined` where it is switched off or has no room or no time. */
export function toSummaryCache({ enabled, summary_cache: options }: GatewayConfig['caching'], now: () => number): SummaryCache | undefined {
  const maxBytes = Math.floor(options.max_size_mb * bytesPerMegabyte)
  if (!enabled || maxBytes < 1 || options.ttl === 0) return undefined
  const codec = options.compression ? deflateCodec : undefined
  return createSummaryCache({ maxBytes, ttlMs: options.ttl * 1000, codec }, { now })
}

/** A part of the cache for one owner, one family of tokens and one writer, whose entries are separate from all others. */
export function withinScope(cache: SummaryCache, scope: readonly string[]): SummaryCache {
  const prefix = `${JSON.stringify(scope)}\n`
  return {
    ...cache,
    find: (keys) => cache.find(keys.map((key) => prefix + key)),
    set: (key, value) => cache.set(prefix + key, value),
  }
}
