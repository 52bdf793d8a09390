import type { CacheKinds } from './answer.ts'
import { ask, planOf, refreshLater } from './asking.ts'
import { type CacheDeps, systemCacheDeps } from './deps.ts'
import { createParts, type Parts } from './parts.ts'
import type { CacheFigures, CacheSelector, ResponseCache, ResponseCacheOptions } from './response-cache-types.ts'
import type { RemovedEntries } from './store/tiered-store.ts'
import { createUpkeep, type Upkeep } from './upkeep/upkeep.ts'
import { planWarming, type WarmingResult } from './upkeep/warming.ts'

async function warm<Kinds extends CacheKinds>(parts: Parts<Kinds>): Promise<WarmingResult> {
  const { settings, popularity, totals, deps } = parts
  const { refresh } = settings.options
  if (refresh === undefined) return { refreshed: 0, skipped: 0, costNanoUsd: 0 }
  const { due, skipped } = planWarming(popularity, { nowMs: deps.now(), freshness: settings.freshness, options: settings.warming })
  const before = totals.stored
  let costNanoUsd = 0
  // One after the other: warming must not crowd out the clients.
  for (const { question, costNanoUsd: cost } of due) {
    await refreshLater(parts, planOf(parts, question), (signal) => refresh(question)(signal))
    costNanoUsd += cost
  }
  const result = { refreshed: Math.min(due.length, totals.stored - before), skipped, costNanoUsd }
  totals.warmed = {
    refreshed: totals.warmed.refreshed + result.refreshed,
    skipped: totals.warmed.skipped + skipped,
    costNanoUsd: totals.warmed.costNanoUsd + costNanoUsd,
  }
  return result
}

async function figures<Kinds extends CacheKinds>({ tiers, totals, flights }: Parts<Kinds>): Promise<CacheFigures> {
  const levels = await tiers.figures()
  const { hits, stale, coalesced, misses, bypassed, similar, stored, notStored, warmed } = totals
  const lookUps = hits + stale + coalesced + misses
  return {
    levels,
    hits,
    stale,
    coalesced,
    misses,
    bypassed,
    hitRate: lookUps === 0 ? 0 : (hits + stale + coalesced) / lookUps,
    savedNanoUsd: levels.reduce((sum, { savedNanoUsd }) => sum + savedNanoUsd, totals.coalescedNanoUsd + similar.savedNanoUsd),
    similar: { ...similar },
    stored,
    notStored: notStored + tiers.droppedWrites(),
    underWay: flights.underWay(),
    warming: warmed,
  }
}

async function remove<Kinds extends CacheKinds>(
  { settings, tiers, totals, popularity }: Parts<Kinds>,
  { user, ...selector }: CacheSelector,
): Promise<RemovedEntries> {
  totals.removals++
  popularity.forget()
  settings.options.similar?.clear()
  if (user === undefined) return tiers.remove(selector)
  const { pseudonym } = settings.options
  // Without pseudonyms no entry is known to be anybody's, so none can be found.
  return pseudonym === undefined ? { memory: 0 } : tiers.remove({ ...selector, user: pseudonym(user) })
}

function upkeepOf<Kinds extends CacheKinds>(parts: Parts<Kinds>): Upkeep {
  const { settings, tiers, deps } = parts
  const { warming, refresh, similar, preload = 0 } = settings.options
  const sweep = (): Promise<void> => {
    similar?.tidy()
    return tiers.sweep()
  }
  return createUpkeep(
    {
      atStart: () => tiers.preload(preload),
      rounds: [
        { everyMs: settings.maintenanceIntervalMs, work: sweep },
        ...(warming !== undefined && refresh !== undefined ? [{ everyMs: settings.warming.intervalMs, work: () => warm(parts) }] : []),
      ],
    },
    deps,
  )
}

/**
 * Creates the cache for answers. It never makes a request fail: what goes wrong inside is a miss. It starts nothing; see
 * `start`.
 */
export function createResponseCache<Kinds extends CacheKinds>(
  options: ResponseCacheOptions<Kinds>,
  deps: CacheDeps = systemCacheDeps,
): ResponseCache<Kinds> {
  const parts = createParts(options, deps)
  const upkeep = upkeepOf(parts)
  return {
    start: upkeep.start,
    ask: (question, produce, client) => ask(parts, question, { produce, client }),
    remove: (selector) => remove(parts, selector),
    warm: () => warm(parts),
    figures: () => figures(parts),
    shrinkMemoryTo: parts.tiers.shrinkMemoryTo,
    shedMemory: (share) => parts.tiers.shrinkMemoryTo(parts.tiers.memoryBytes() * (1 - share)),
    flush: parts.tiers.flush,
    close: async () => {
      upkeep.stop()
      await parts.tiers.close()
    },
  }
}
