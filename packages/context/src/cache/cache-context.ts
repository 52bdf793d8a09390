import type { Deps } from '../deps.ts'
import type { CacheKinds } from './answer.ts'
import type { Popularity, PopularityTable } from './maintenance/popularity.ts'
import type { CacheDirectives } from './policy/directives.ts'
import type { CacheRequest } from './response-cache-types.ts'
import type { Settings } from './settings.ts'
import type { FetchJob } from './single-flight/shared-fetch.ts'
import type { SingleFlight } from './single-flight/single-flight.ts'
import type { TieredStore } from './store/tiered-store.ts'

/** What the cache has done since it was created. */
export interface Totals {
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

/** What a request comes to before anything is looked up. */
export interface LookupPlan<Kinds extends CacheKinds> {
  readonly request: CacheRequest<Kinds>
  readonly key: string
  readonly directives: CacheDirectives
  /** What is known of the key's popularity. */
  popularity: Popularity<CacheRequest<Kinds>> | undefined
}

/** A request that needs more than the memory level. */
export interface CacheJob<Kinds extends CacheKinds> extends FetchJob<Kinds> {
  readonly plan: LookupPlan<Kinds>
  /** Whether the slower levels are asked first. */
  readonly isLookedUp: boolean
  /** As in `Totals`, when the request came. */
  readonly removals: number
}

/** All that a cache consists of. */
export interface CacheContext<Kinds extends CacheKinds> {
  readonly settings: Settings<Kinds>
  readonly deps: Deps
  readonly tiers: TieredStore<Kinds['whole']>
  readonly singleFlight: SingleFlight<Kinds, CacheJob<Kinds>>
  readonly popularity: PopularityTable<CacheRequest<Kinds>>
  readonly totals: Totals
}
