import type { AnswerOf, CacheKinds, FetchAnswer, FetchedAnswer } from './answer.ts'
import type { CacheContext } from './cache-context.ts'
import { isCacheableAnswer, isCacheableRequest } from './policy/cacheability.ts'
import { type CacheDirectives, noDirectives } from './policy/directives.ts'
import { evaluateEntry, expiryMs, type Usability } from './policy/freshness.ts'
import type { CacheClient, CacheRequest, CacheResult } from './response-cache-types.ts'
import { findSemanticMatch, rememberSemanticMatch } from './semantic-match.ts'
import type { FetchJob, Outcome, StoredAnswer } from './single-flight/shared-fetch.ts'
import type { CacheEntry, CacheLevel } from './store/entry.ts'

/** What a question comes to before anything is looked up. */
interface LookupPlan<Kinds extends CacheKinds> {
  readonly question: CacheRequest<Kinds>
  readonly key: string
  readonly directives: CacheDirectives
}

export function planLookup<Kinds extends CacheKinds>({ settings }: CacheContext<Kinds>, question: CacheRequest<Kinds>): LookupPlan<Kinds> {
  const { request, tenant, variant, directives = noDirectives } = question
  const owner = settings.isShared ? undefined : tenant
  return { question, directives, key: settings.keyOf(request, { tenant: owner, namespace: directives.namespace, variant }) }
}

/** Judges what a level holds, and makes the answer of it where it may be given. */
function evaluateStored<Kinds extends CacheKinds>(
  { settings, deps, popularity }: CacheContext<Kinds>,
  { key, directives }: LookupPlan<Kinds>,
  found: { readonly entry: CacheEntry<Kinds['whole']>; readonly level: CacheLevel },
): { readonly usability: Usability; readonly stored: StoredAnswer<Kinds> } {
  const { meta, value } = found.entry
  const nowMs = deps.now()
  const record = popularity.get(key)
  const usability = evaluateEntry(
    meta,
    { nowMs, requestCount: record?.requestCount ?? 1, maxAgeSeconds: directives.maxAgeSeconds },
    settings.freshness,
  )
  if (record !== undefined) {
    record.storedAtMs = meta.storedAtMs
    record.freshForMs = meta.freshForMs
    record.costNanoUsd = meta.costNanoUsd
  }
  const ageSeconds = Math.floor(Math.max(0, nowMs - meta.storedAtMs) / 1000)
  const status = usability === 'fresh' ? 'hit' : 'stale'
  return { usability, stored: { status, answer: value, level: found.level, ageSeconds, savedNanoUsd: meta.costNanoUsd } }
}

function serveStored<Kinds extends CacheKinds>({ tiers, totals }: CacheContext<Kinds>, stored: StoredAnswer<Kinds>): StoredAnswer<Kinds> {
  if (stored.level === 'semantic') {
    totals.semantic.hits++
    totals.semantic.savedNanoUsd += stored.savedNanoUsd ?? 0
  } else tiers.recordHit(stored.level, stored.savedNanoUsd ?? 0)
  if (stored.status === 'hit') totals.hits++
  else totals.stale++
  return stored
}

/** Stores an answer, if it is one that may be stored. */
function storeAnswer<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  { key, question, directives }: LookupPlan<Kinds>,
  { whole, facts }: { whole: Kinds['whole']; facts: ReturnType<FetchedAnswer<Kinds>['facts']> },
): void {
  const { settings, deps, tiers, totals, popularity } = context
  if (!directives.store || !isCacheableAnswer(facts.finishReasons)) {
    totals.notStored++
    return
  }
  const { options, freshness } = settings
  const storedAtMs = deps.now()
  const freshForMs = directives.ttlSeconds === undefined ? undefined : directives.ttlSeconds * 1000
  const { costNanoUsd, model, provider } = facts
  const user = question.user === undefined ? undefined : options.pseudonym?.(question.user)
  const expiresAtMs = expiryMs(storedAtMs, freshForMs, freshness)
  tiers.put(key, {
    value: whole,
    meta: { storedAtMs, expiresAtMs, freshForMs, costNanoUsd, model, provider, tags: question.tags ?? [], user },
  })
  totals.stored++
  rememberSemanticMatch(context, question, { key, freshForMs })
  const record = popularity.get(key)
  if (record !== undefined) Object.assign(record, { storedAtMs, freshForMs, costNanoUsd })
}

function createFetchJob<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  plan: LookupPlan<Kinds>,
  how: { fetch: FetchAnswer<Kinds>; lookup: boolean; staleIfError?: StoredAnswer<Kinds> | undefined },
): FetchJob<Kinds> {
  const { settings, tiers, totals } = context
  const removals = totals.removals
  let { staleIfError } = how
  return {
    fetch: how.fetch,
    lookup: async (signal) => {
      if (!how.lookup) return undefined
      const found = await tiers.lookup(plan.key)
      const judged = found && evaluateStored(context, plan, found)
      if (judged?.usability === 'fresh' || judged?.usability === 'stale') return judged.stored
      if (judged?.usability === 'stale-if-error') staleIfError = judged.stored
      return findSemanticMatch(context, { question: plan.question, signal }, (key, entry) => {
        const { usability, stored } = evaluateStored(context, { ...plan, key }, { entry, level: 'memory' })
        return usability === 'fresh' ? stored : undefined
      })
    },
    fallbackOnError: (error) => (settings.options.servesStaleOn?.(error) === false ? undefined : staleIfError),
    onComplete: (fold, factsOf, callers) => {
      try {
        const whole = fold()
        const facts = whole === undefined ? undefined : factsOf(whole)
        totals.coalescedNanoUsd += Math.max(0, callers - 1) * (facts?.costNanoUsd ?? 0)
        if (whole === undefined || facts === undefined || removals !== totals.removals) totals.notStored++
        else storeAnswer(context, plan, { whole, facts })
      } catch {
        // The caller's answer must not fail because it could not be stored; that it was not is counted.
        totals.notStored++
      }
    },
  }
}

/** A request that the cache has no part in. It is stopped when its own client leaves. */
async function bypass<Kinds extends CacheKinds>(
  { totals }: CacheContext<Kinds>,
  fetch: FetchAnswer<Kinds>,
  client: CacheClient,
): Promise<CacheResult<Kinds>> {
  totals.bypassed++
  const controller = new AbortController()
  const stopListening = client.onAbort((reason) => controller.abort(reason))
  const { answer } = await fetch(controller.signal)
  if (answer.type === 'whole') stopListening()
  return { status: 'bypass', answer }
}

export function refreshInBackground<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  plan: LookupPlan<Kinds>,
  fetch: FetchAnswer<Kinds>,
): Promise<void> {
  const { refresh } = context.settings.options
  const again: FetchAnswer<Kinds> = refresh === undefined ? fetch : (signal) => refresh(plan.question)(signal)
  return context.singleFlight.refresh(plan.key, createFetchJob(context, plan, { fetch: again, lookup: false }))
}

function toResult<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  plan: LookupPlan<Kinds>,
  takeWaiters: { outcome: Outcome<Kinds>; fetch: FetchAnswer<Kinds> },
): CacheResult<Kinds> {
  const { outcome, fetch } = takeWaiters
  const { totals } = context
  if (outcome.type === 'found') {
    // After a failure asking again at once would fail too.
    if (outcome.found.status === 'stale' && !outcome.isFallback) void refreshInBackground(context, plan, fetch)
    return serveStored(context, outcome.found)
  }
  const answer: AnswerOf<Kinds> = outcome.answer
  if (outcome.joined) totals.coalesced++
  else totals.misses++
  return { status: outcome.joined ? 'coalesced' : 'miss', answer }
}

async function getOnlyStored<Kinds extends CacheKinds>(context: CacheContext<Kinds>, plan: LookupPlan<Kinds>): Promise<CacheResult<Kinds>> {
  const found = plan.directives.lookup ? await context.tiers.lookup(plan.key) : undefined
  const judged = found === undefined ? undefined : evaluateStored(context, plan, found)
  if (judged?.usability === 'fresh' || judged?.usability === 'stale') return serveStored(context, judged.stored)
  context.totals.misses++
  return { status: 'unavailable' }
}

export function getOrFetch<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  question: CacheRequest<Kinds>,
  { fetch, client }: { fetch: FetchAnswer<Kinds>; client: CacheClient },
): CacheResult<Kinds> | Promise<CacheResult<Kinds>> {
  const directives = question.directives ?? noDirectives
  const isPlain = directives.isPrivate || !isCacheableRequest(question.request, context.settings.cacheability)
  if (isPlain) return directives.onlyIfCached ? { status: 'unavailable' } : bypass(context, fetch, client)
  const plan = planLookup(context, question)
  context.popularity.note(plan.key, directives.store ? question : undefined)
  const entry = directives.lookup ? context.tiers.peek(plan.key) : undefined
  const judged = entry === undefined ? undefined : evaluateStored(context, plan, { entry, level: 'memory' })
  if (judged?.usability === 'fresh') return serveStored(context, judged.stored)
  if (judged?.usability === 'stale') {
    if (!directives.onlyIfCached) void refreshInBackground(context, plan, fetch)
    return serveStored(context, judged.stored)
  }
  if (directives.onlyIfCached) return getOnlyStored(context, plan)
  const staleIfError = judged?.usability === 'stale-if-error' ? judged.stored : undefined
  const job = createFetchJob(context, plan, { fetch, lookup: directives.lookup, staleIfError })
  // Who wants a new answer can't join a call that began before the wish.
  const key = directives.lookup ? plan.key : undefined
  return context.singleFlight
    .join(key, { stream: question.stream, onLeave: client.onAbort }, job)
    .then((outcome) => toResult(context, plan, { outcome, fetch }))
}
