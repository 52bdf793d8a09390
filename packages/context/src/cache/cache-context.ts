import type { CacheKinds } from './answer.ts'
import type { ContextDeps } from './deps.ts'
import { createPopularity, type PopularityTable } from './maintenance/popularity.ts'
import type { CacheRequest, ResponseCacheOptions } from './response-cache-types.ts'
import { type Settings, toSettings } from './settings.ts'
import { createSingleFlight, type SingleFlight } from './single-flight/single-flight.ts'
import { withGuard } from './store/guarded-store.ts'
import { createMemoryStore } from './store/memory-store.ts'
import { sizeOf } from './store/size-of.ts'
import { createTieredStore, type TieredStore } from './store/tiered-store.ts'

interface Totals {
  hits: number
  stale: number
  coalesced: number
  misses: number
  bypassed: number
  stored: number
  notStored: number
  coalescedNanoUsd: number
  semantic: { hits: number; savedNanoUsd: number }
  warmed: { refreshed: number; skipped: number; costNanoUsd: number }
  /** Raised by every removal: what was asked before it must not be stored after it. */
  removals: number
}

export interface CacheContext<Kinds extends CacheKinds> {
  readonly settings: Settings<Kinds>
  readonly deps: ContextDeps
  readonly tiers: TieredStore<Kinds['whole']>
  readonly singleFlight: SingleFlight<Kinds>
  readonly popularity: PopularityTable<CacheRequest<Kinds>>
  readonly totals: Totals
}

/** A question larger than this is not kept for asking it again. */
const maxQuestionBytes = 65_536

export function createCacheContext<Kinds extends CacheKinds>(options: ResponseCacheOptions<Kinds>, deps: ContextDeps): CacheContext<Kinds> {
  const settings = toSettings(options)
  const { onStateChange, timeoutMs } = options
  const limits = { disk: 500, redis: 150, ...timeoutMs }
  const lower = (options.stores ?? []).map((store) =>
    withGuard(store, { onStateChange, timeoutMs: store.level === 'memory' ? undefined : limits[store.level] }, deps),
  )
  const memory = createMemoryStore<Kinds['whole']>({ maxBytes: options.maxMemoryBytes ?? 104_857_600, sizeOf: options.sizeOf }, deps)
  return {
    settings,
    deps,
    tiers: createTieredStore(memory, lower),
    singleFlight: createSingleFlight({
      streams: options.streams,
      maxStreamBytes: 4_194_304,
      maxAllStreamBytes: 67_108_864,
      stallMs: 10_000,
      isSharedFailure: options.isSharedFailure ?? (() => false),
      setTimer: deps.setTimer,
    }),
    popularity: createPopularity(
      {
        halfLifeMs: settings.freshness.ttlMs,
        maxKeys: 20_000,
        keepQuestionFrom: settings.warming.threshold,
        maxQuestions: 256,
        isKeepable: ({ request }) => sizeOf(request) <= maxQuestionBytes,
      },
      deps.now,
    ),
    totals: {
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
    },
  }
}
