import type { CacheKinds } from './answer.ts'
import type { CacheDeps } from './deps.ts'
import { createFlights, type Flights } from './flight/flights.ts'
import type { CacheQuestion, ResponseCacheOptions } from './response-cache-types.ts'
import { type Settings, toSettings } from './settings.ts'
import { withGuard } from './store/guarded-store.ts'
import { createMemoryStore } from './store/memory-store.ts'
import { sizeOf } from './store/size-of.ts'
import { createTieredStore, type TieredStore } from './store/tiered-store.ts'
import { createPopularity, type PopularityTable } from './upkeep/popularity.ts'

interface Totals {
  hits: number
  stale: number
  coalesced: number
  misses: number
  bypassed: number
  stored: number
  notStored: number
  coalescedNanoUsd: number
  similar: { hits: number; savedNanoUsd: number }
  warmed: { refreshed: number; skipped: number; costNanoUsd: number }
  /** Raised by every removal: what was asked before it must not be stored after it. */
  removals: number
}

export interface Parts<Kinds extends CacheKinds> {
  readonly settings: Settings<Kinds>
  readonly deps: CacheDeps
  readonly tiers: TieredStore<Kinds['whole']>
  readonly flights: Flights<Kinds>
  readonly popularity: PopularityTable<CacheQuestion<Kinds>>
  readonly totals: Totals
}

/** A question larger than this is not kept for asking it again. */
const maxQuestionBytes = 65_536

export function createParts<Kinds extends CacheKinds>(options: ResponseCacheOptions<Kinds>, deps: CacheDeps): Parts<Kinds> {
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
    flights: createFlights({
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
      similar: { hits: 0, savedNanoUsd: 0 },
      warmed: { refreshed: 0, skipped: 0, costNanoUsd: 0 },
      removals: 0,
    },
  }
}
