import { type Deps, systemDeps } from '../deps.ts'
import type { CacheKinds } from './answer.ts'
import type { CacheContext } from './cache-context.ts'
import { createCacheContext } from './create-cache-context.ts'
import { getOrFetch, planLookup, refreshInBackground } from './get-or-fetch.ts'
import { createMaintenance, type Maintenance } from './maintenance/maintenance.ts'
import { planWarming, type WarmingResult } from './maintenance/warming.ts'
import type { CacheFigures, CacheSelector, ResponseCache, ResponseCacheOptions } from './response-cache-types.ts'
import type { EntrySelector } from './store/entry.ts'
import type { CountedEntries, RemovedEntries } from './store/tiered-store.ts'

async function warm<Kinds extends CacheKinds>(context: CacheContext<Kinds>): Promise<WarmingResult> {
  const { settings, popularity, totals, deps } = context
  const { refresh } = settings.options
  if (refresh === undefined) return { refreshed: 0, skipped: 0, costNanoUsd: 0 }
  const { due, skipped } = planWarming(popularity, { nowMs: deps.now(), freshness: settings.freshness, options: settings.warming })
  const before = totals.stored
  let costNanoUsd = 0
  // One after the other: warming must not crowd out the clients.
  for (const { request, costNanoUsd: cost } of due) {
    const fetch = refresh(request)
    if (fetch === undefined) continue
    await refreshInBackground(context, planLookup(context, request), fetch)
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

async function figures<Kinds extends CacheKinds>({ tiers, totals, singleFlight }: CacheContext<Kinds>): Promise<CacheFigures> {
  const levels = await tiers.figures()
  const { hits, stale, coalesced, misses, bypassed, semantic, stored, notStored, warmed } = totals
  const lookUps = hits + stale + coalesced + misses
  return {
    levels,
    hits,
    stale,
    coalesced,
    misses,
    bypassed,
    hitRate: lookUps === 0 ? 0 : (hits + stale + coalesced) / lookUps,
    savedNanoUsd: levels.reduce((sum, { savedNanoUsd }) => sum + savedNanoUsd, totals.coalescedNanoUsd + semantic.savedNanoUsd),
    semantic: { ...semantic },
    stored,
    notStored: notStored + tiers.droppedWrites(),
    firstWrites: tiers.firstWrites(),
    inFlight: singleFlight.inFlight(),
    warming: warmed,
  }
}

/** What is under way must not be stored after a removal, nor found by its meaning. */
function noteRemoval<Kinds extends CacheKinds>({ settings, totals, popularity }: CacheContext<Kinds>): void {
  totals.removals++
  popularity.forget()
  settings.options.semantic?.clear()
}

/** Follows removals that another process has made from a level that it shares with this one. */
function followRemovals<Kinds extends CacheKinds>(context: CacheContext<Kinds>): void {
  for (const { name, onRemoved } of context.settings.options.stores ?? []) {
    onRemoved?.((selector) => {
      noteRemoval(context)
      void context.tiers.removeElsewhere(selector, name)
      context.settings.options.onRemovedElsewhere?.(selector)
    })
  }
}

/** What levels remove by; `undefined` for a user whose entries are not known, because there are no pseudonyms. */
function toEntrySelector<Kinds extends CacheKinds>(
  { settings }: CacheContext<Kinds>,
  { user, ...selector }: CacheSelector,
): EntrySelector | undefined {
  if (user === undefined) return selector
  const { pseudonym } = settings.options
  return pseudonym && { ...selector, user: pseudonym(user) }
}

async function remove<Kinds extends CacheKinds>(context: CacheContext<Kinds>, selector: CacheSelector): Promise<RemovedEntries> {
  noteRemoval(context)
  const meant = toEntrySelector(context, selector)
  if (meant === undefined) return { memory: 0 }
  context.settings.options.onRemove?.(meant)
  return context.tiers.remove(meant)
}

function followRemoval<Kinds extends CacheKinds>(context: CacheContext<Kinds>, selector: EntrySelector): Promise<RemovedEntries> {
  noteRemoval(context)
  return context.tiers.remove(selector)
}

async function count<Kinds extends CacheKinds>(context: CacheContext<Kinds>, selector: CacheSelector): Promise<CountedEntries> {
  const meant = toEntrySelector(context, selector)
  return meant === undefined ? { memory: 0 } : context.tiers.count(meant)
}

function createCacheMaintenance<Kinds extends CacheKinds>(context: CacheContext<Kinds>): Maintenance {
  const { settings, tiers, deps } = context
  const { warming, refresh, semantic, preload = 0 } = settings.options
  const sweep = (): Promise<void> => {
    semantic?.purgeExpired()
    return tiers.sweep()
  }
  return createMaintenance(
    {
      atStart: () => tiers.preload(preload),
      tasks: [
        { everyMs: settings.maintenanceIntervalMs, work: sweep },
        ...(warming !== undefined && refresh !== undefined ? [{ everyMs: settings.warming.intervalMs, work: () => warm(context) }] : []),
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
  deps: Deps = systemDeps,
): ResponseCache<Kinds> {
  const context = createCacheContext(options, deps)
  followRemovals(context)
  const maintenance = createCacheMaintenance(context)
  return {
    start: maintenance.start,
    getOrFetch: (request, fetch, client) => getOrFetch(context, request, { fetch, client }),
    remove: (selector) => remove(context, selector),
    followRemoval: (selector) => followRemoval(context, selector),
    count: (selector) => count(context, selector),
    warm: () => warm(context),
    figures: () => figures(context),
    shrinkMemoryTo: context.tiers.shrinkMemoryTo,
    shedMemory: (share) => context.tiers.shrinkMemoryTo(context.tiers.memoryBytes() * (1 - share)),
    flush: context.tiers.flush,
    close: async () => {
      maintenance.stop()
      await context.tiers.close()
    },
  }
}
