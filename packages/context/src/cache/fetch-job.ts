import type { AnswerFacts, CacheKinds } from './answer.ts'
import type { CacheContext, CacheJob } from './cache-context.ts'
import { evaluateStored } from './evaluate-stored.ts'
import { isCacheableAnswer } from './policy/cacheability.ts'
import { askedTtlMs, expiryMs } from './policy/freshness.ts'
import { findSemanticMatch, rememberSemanticMatch } from './semantic-match.ts'
import type { FetchAbortSource } from './single-flight/fetch-abort.ts'
import type { CompleteAnswer, StoredAnswer } from './single-flight/shared-fetch.ts'
import type { FoundEntry } from './store/tiered-store.ts'

type Found<Kinds extends CacheKinds> = StoredAnswer<Kinds> | undefined

/** Looks in the slower levels. No promise where they are known not to have the answer. */
export function lookupStored<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  job: CacheJob<Kinds>,
  abort: FetchAbortSource,
): Found<Kinds> | Promise<Found<Kinds>> {
  if (!job.isLookedUp) return undefined
  const found = context.tiers.lookup(job.plan.key)
  if (found === undefined && context.settings.options.semantic === undefined) return undefined
  return found instanceof Promise
    ? found.then((entry) => onFound(context, job, { entry, abort }))
    : onFound(context, job, { entry: found, abort })
}

function onFound<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  job: CacheJob<Kinds>,
  { entry, abort }: { readonly entry: FoundEntry<Kinds['whole']> | undefined; readonly abort: FetchAbortSource },
): Found<Kinds> | Promise<Found<Kinds>> {
  const { plan } = job
  const evaluated = entry === undefined ? undefined : evaluateStored(context, plan, entry)
  if (evaluated?.usability === 'fresh' || evaluated?.usability === 'stale') return evaluated.stored
  if (evaluated?.usability === 'stale-if-error') job.staleIfError = evaluated.stored
  if (context.settings.options.semantic === undefined) return undefined
  return findSemanticMatch(context, plan, abort.signal())
}

/** The stored answer to give instead of an error. */
export function fallbackOnError<Kinds extends CacheKinds>(
  { settings }: CacheContext<Kinds>,
  { staleIfError }: CacheJob<Kinds>,
  error: unknown,
): Found<Kinds> {
  return staleIfError !== undefined && settings.options.servesStaleOn?.(error) !== false ? staleIfError : undefined
}

/** Stores an answer, if it is one that may be stored. */
function storeAnswer<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  { plan, isLookedUp }: CacheJob<Kinds>,
  { whole, facts }: { whole: Kinds['whole']; facts: AnswerFacts },
): void {
  const { settings, deps, tiers, totals } = context
  const { directives, request, key, popularity } = plan
  if (!directives.store || !isCacheableAnswer(facts.finishReasons)) {
    totals.notStored++
    return
  }
  const storedAtMs = deps.now()
  const freshForMs = askedTtlMs(directives.ttlSeconds, settings.freshness)
  const { costNanoUsd, model, provider } = facts
  const user = request.user === undefined ? undefined : settings.options.pseudonym?.(request.user)
  const expiresAtMs = expiryMs(storedAtMs, freshForMs, settings.freshness)
  const meta = { storedAtMs, expiresAtMs, freshForMs, costNanoUsd, model, provider, tags: request.tags ?? noTags, user }
  // Without a look-up it may replace an older one in a slower level, which must not come back.
  tiers.put(key, { value: whole, meta }, isLookedUp)
  totals.stored++
  if (settings.options.semantic !== undefined) rememberSemanticMatch(context, plan, freshForMs)
  if (popularity !== undefined) {
    popularity.storedAtMs = storedAtMs
    popularity.freshForMs = freshForMs
    popularity.costNanoUsd = costNanoUsd
  }
}

const noTags: readonly string[] = []

/** Stores a complete answer and counts what was saved. An answer must not fail because it could not be stored; that it was not is counted. */
export function onComplete<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  job: CacheJob<Kinds>,
  { whole, facts: factsOf, callers }: CompleteAnswer<Kinds>,
): void {
  const { totals } = context
  try {
    const facts = whole === undefined ? undefined : factsOf(whole)
    totals.coalescedNanoUsd += Math.max(0, callers - 1) * (facts?.costNanoUsd ?? 0)
    if (whole === undefined || facts === undefined || job.removals !== totals.removals) totals.notStored++
    else storeAnswer(context, job, { whole, facts })
  } catch {
    totals.notStored++
  }
}
