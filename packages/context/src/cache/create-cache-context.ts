import type { Deps } from '../deps.ts'
import type { CacheKinds } from './answer.ts'
import type { CacheContext, CacheJob, Totals } from './cache-context.ts'
import { fallbackOnError, lookupStored, onComplete } from './fetch-job.ts'
import { createPopularity } from './maintenance/popularity.ts'
import type { ResponseCacheOptions } from './response-cache-types.ts'
import { toSettings } from './settings.ts'
import { createSingleFlight } from './single-flight/single-flight.ts'
import { withGuard } from './store/guarded-store.ts'
import { createMemoryStore } from './store/memory-store.ts'
import { sizeOf } from './store/size-of.ts'
import { createTieredStore, type TieredStore } from './store/tiered-store.ts'

/** A request larger than this is not kept for fetching it again. */
const maxRequestBytes = 65_536

function createTotals(): Totals {
  return {
    hits: 0,
    stale: 0,
    coalesced: 0,
    misses: 0,
    bypassed: 0,
    stored: 0,
    notStored: 0,
    coalescedNanoUsd: 0,
    semantic: { hits: 0, savedNanoUsd: 0 },
    warmed: { refreshed: 0, skipped: 0, costNanoUsd: 0 },
    removals: 0,
  }
}

function createTiers<Kinds extends CacheKinds>(options: ResponseCacheOptions<Kinds>, deps: Deps): TieredStore<Kinds['whole']> {
  const lower = (options.stores ?? []).map((store) => withGuard(store, { onStateChange: options.onStateChange }, deps))
  const memory = createMemoryStore<Kinds['whole']>({ maxBytes: options.maxMemoryBytes ?? 104_857_600, sizeOf: options.sizeOf }, deps)
  return createTieredStore({ memory, stores: lower, firstWrites: options.firstWrites }, deps)
}

export function createCacheContext<Kinds extends CacheKinds>(options: ResponseCacheOptions<Kinds>, deps: Deps): CacheContext<Kinds> {
  const settings = toSettings(options)
  const context: CacheContext<Kinds> = {
    settings,
    deps,
    tiers: createTiers(options, deps),
    singleFlight: createSingleFlight<Kinds, CacheJob<Kinds>>({
      streams: options.streams,
      maxStreamBytes: 4_194_304,
      maxAllStreamBytes: 67_108_864,
      stallMs: 10_000,
      isSharedFailure: options.isSharedFailure ?? (() => false),
      lookup: (job, abort) => lookupStored(context, job, abort),
      fallbackOnError: (job, error) => fallbackOnError(context, job, error),
      onComplete: (job, complete) => onComplete(context, job, complete),
      setTimer: deps.setTimer,
    }),
    popularity: createPopularity(
      {
        halfLifeMs: settings.freshness.ttlMs,
        maxKeys: 20_000,
        keepRequestFrom: settings.warming.threshold,
        maxRequests: 256,
        isKeepable: ({ request }) => sizeOf(request) <= maxRequestBytes,
      },
      deps.now,
    ),
    totals: createTotals(),
  }
  return context
}
