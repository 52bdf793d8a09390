import type { CacheKinds } from './answer.ts'
import type { CacheContext, LookupPlan } from './cache-context.ts'
import { evaluateEntry, type Usability } from './policy/freshness.ts'
import type { StoredAnswer } from './single-flight/shared-fetch.ts'
import type { FoundEntry } from './store/tiered-store.ts'

/** A stored answer and what it is good for. */
export interface EvaluatedAnswer<Kinds extends CacheKinds> {
  readonly usability: Usability
  readonly stored: StoredAnswer<Kinds>
}

/** Evaluates what a level holds, and makes the answer of it. */
export function evaluateStored<Kinds extends CacheKinds>(
  { settings, deps }: CacheContext<Kinds>,
  { directives, popularity }: Pick<LookupPlan<Kinds>, 'directives' | 'popularity'>,
  { entry, level }: FoundEntry<Kinds['whole']>,
): EvaluatedAnswer<Kinds> {
  const { meta, value } = entry
  const nowMs = deps.now()
  const lookup = { nowMs, requestCount: popularity?.requestCount ?? 1, maxAgeSeconds: directives.maxAgeSeconds }
  const usability = evaluateEntry(meta, lookup, settings.freshness)
  if (popularity !== undefined) {
    popularity.storedAtMs = meta.storedAtMs
    popularity.freshForMs = meta.freshForMs
    popularity.costNanoUsd = meta.costNanoUsd
  }
  const ageSeconds = Math.floor(Math.max(0, nowMs - meta.storedAtMs) / 1000)
  const status = usability === 'fresh' ? 'hit' : 'stale'
  return { usability, stored: { status, answer: value, level, ageSeconds, savedNanoUsd: meta.costNanoUsd } }
}

/** Counts a stored answer that is given. */
export function serveStored<Kinds extends CacheKinds>(
  { tiers, totals }: CacheContext<Kinds>,
  stored: StoredAnswer<Kinds>,
): StoredAnswer<Kinds> {
  if (stored.level === 'semantic') {
    totals.semantic.hits++
    totals.semantic.savedNanoUsd += stored.savedNanoUsd ?? 0
  } else tiers.recordHit(stored.level, stored.savedNanoUsd ?? 0)
  if (stored.status === 'hit') totals.hits++
  else totals.stale++
  return stored
}
