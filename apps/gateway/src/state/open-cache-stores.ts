import { join } from 'node:path'
import { type CacheStore, createEnvelopeCodec, type EnvelopeCodec, jsonCodec } from '@proxyapi/context'
import { createDiskStore, createRedisStore, deflateCompressor } from '@proxyapi/context/node'
import type { Logger } from '@proxyapi/logging'
import { createPseudonyms } from '@proxyapi/logging/node'
import type { CacheDeps, CachedWhole, GatewayConfig } from '@proxyapi/server'

const bytesPerMb = 1024 * 1024
/** From here on compression saves more than a page of the disk, which is worth its time; below it costs more than it saves (`bench/compression.mjs`). */
const compressFromBytes = 8192

function createAnswerEnvelope(compression: boolean): EnvelopeCodec<CachedWhole> {
  const { encode, decode } = jsonCodec<CachedWhole>()
  return createEnvelopeCodec<CachedWhole>({
    // The provider's own bytes say the same once more; they stay in memory.
    codec: { decode, encode: ({ raw: _raw, ...answer }) => encode(answer) },
    compressor: compression ? deflateCompressor : undefined,
    compressFromBytes,
  })
}

function storesOf(config: GatewayConfig, folder: string | undefined, now: () => number): readonly CacheStore<CachedWhole>[] {
  const { compression, disk_max_size_mb: diskMb } = config.caching.response_cache
  const envelope = createAnswerEnvelope(compression)
  // A second process in the same folder costs hits, not correctness: what it wrote is missed until the next sweep.
  const disk = { maxBytes: diskMb * bytesPerMb, envelope, isExclusive: config.server.workers <= 1 }
  const redis = { url: config.redis.url, maxBytes: config.redis.max_size_mb * bytesPerMb, envelope }
  return [
    ...(folder === undefined || diskMb === 0 ? [] : [createDiskStore({ path: join(folder, 'cache.db'), ...disk }, { now })]),
    ...(config.redis.url === '' ? [] : [createRedisStore(redis, { now })]),
  ]
}

export interface CacheStoreDeps {
  readonly logger: Logger
  readonly now: () => number
  /** Makes the pseudonyms of people. */
  readonly secret: string
}

/** Where the response cache of this process keeps answers besides memory: the data folder, and Redis where one is set. */
export function openCacheStores(config: GatewayConfig, folder: string | undefined, { logger, now, secret }: CacheStoreDeps): CacheDeps {
  return {
    stores: config.caching.enabled ? storesOf(config, folder, now) : [],
    pseudonym: createPseudonyms(secret, 'cache').of,
    onStateChange: ({ level, state, reason }) => {
      if (state === 'down') logger.warning('Cache level is down, going on without it', { level, reason })
      else logger.info('Cache level works again', { level })
    },
  }
}
