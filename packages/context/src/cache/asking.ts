import type { AnswerOf, CacheKinds, Produce, Produced } from './answer.ts'
import type { Job, Landing, StoredAnswer } from './flight/flight.ts'
import type { Parts } from './parts.ts'
import { isCacheableAnswer, isCacheableRequest } from './policy/cacheability.ts'
import { type CacheDirectives, noDirectives } from './policy/directives.ts'
import { expiryMs, judgeEntry, type Usability } from './policy/freshness.ts'
import type { CacheClient, CacheQuestion, CacheResult } from './response-cache-types.ts'
import { findSimilar, rememberSimilar } from './similar.ts'
import type { CacheEntry, CacheLevel } from './store/entry.ts'

/** What a question comes to before anything is looked up. */
interface Plan<Kinds extends CacheKinds> {
  readonly question: CacheQuestion<Kinds>
  readonly key: string
  readonly directives: CacheDirectives
}

export function planOf<Kinds extends CacheKinds>({ settings }: Parts<Kinds>, question: CacheQuestion<Kinds>): Plan<Kinds> {
  const { request, tenant, variant, directives = noDirectives } = question
  const owner = settings.isShared ? undefined : tenant
  return { question, directives, key: settings.keyOf(request, { tenant: owner, namespace: directives.namespace, variant }) }
}

/** Judges what a level holds, and makes the answer of it where it may be given. */
function judge<Kinds extends CacheKinds>(
  { settings, deps, popularity }: Parts<Kinds>,
  { key, directives }: Plan<Kinds>,
  found: { readonly entry: CacheEntry<Kinds['whole']>; readonly level: CacheLevel },
): { readonly usability: Usability; readonly stored: StoredAnswer<Kinds> } {
  const { meta, value } = found.entry
  const nowMs = deps.now()
  const record = popularity.get(key)
  const usability = judgeEntry(meta, { nowMs, asks: record?.asks ?? 1, maxAgeSeconds: directives.maxAgeSeconds }, settings.freshness)
  if (record !== undefined) {
    record.storedAtMs = meta.storedAtMs
    record.freshForMs = meta.freshForMs
    record.costNanoUsd = meta.costNanoUsd
  }
  const ageSeconds = Math.floor(Math.max(0, nowMs - meta.storedAtMs) / 1000)
  const status = usability === 'fresh' ? 'hit' : 'stale'
  return { usability, stored: { status, answer: value, level: found.level, ageSeconds, savedNanoUsd: meta.costNanoUsd } }
}

function giveStored<Kinds extends CacheKinds>({ tiers, totals }: Parts<Kinds>, stored: StoredAnswer<Kinds>): StoredAnswer<Kinds> {
  if (stored.level === 'semantic') {
    totals.similar.hits++
    totals.similar.savedNanoUsd += stored.savedNanoUsd ?? 0
  } else tiers.credit(stored.level, stored.savedNanoUsd ?? 0)
  if (stored.status === 'hit') totals.hits++
  else totals.stale++
  return stored
}

/** Stores an answer, if it is one that may be stored. */
function keep<Kinds extends CacheKinds>(
  parts: Parts<Kinds>,
  { key, question, directives }: Plan<Kinds>,
  { whole, facts }: { whole: Kinds['whole']; facts: ReturnType<Produced<Kinds>['facts']> },
): void {
  const { settings, deps, tiers, totals, popularity } = parts
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
  rememberSimilar(parts, question, { key, freshForMs })
  const record = popularity.get(key)
  if (record !== undefined) Object.assign(record, { storedAtMs, freshForMs, costNanoUsd })
}

function jobOf<Kinds extends CacheKinds>(
  parts: Parts<Kinds>,
  plan: Plan<Kinds>,
  how: { produce: Produce<Kinds>; lookup: boolean; spare?: StoredAnswer<Kinds> | undefined },
): Job<Kinds> {
  const { settings, tiers, totals } = parts
  const removals = totals.removals
  let { spare } = how
  return {
    produce: how.produce,
    find: async (signal) => {
      if (!how.lookup) return undefined
      const found = await tiers.find(plan.key)
      const judged = found && judge(parts, plan, found)
      if (judged?.usability === 'fresh' || judged?.usability === 'stale') return judged.stored
      if (judged?.usability === 'spare') spare = judged.stored
      return findSimilar(parts, { question: plan.question, signal }, (key, entry) => {
        const { usability, stored } = judge(parts, { ...plan, key }, { entry, level: 'memory' })
        return usability === 'fresh' ? stored : undefined
      })
    },
    rescue: (error) => (settings.options.servesStaleOn?.(error) === false ? undefined : spare),
    onComplete: (fold, factsOf, passengers) => {
      try {
        const whole = fold()
        const facts = whole === undefined ? undefined : factsOf(whole)
        totals.coalescedNanoUsd += Math.max(0, passengers - 1) * (facts?.costNanoUsd ?? 0)
        if (whole === undefined || facts === undefined || removals !== totals.removals) totals.notStored++
        else keep(parts, plan, { whole, facts })
      } catch {
        // The caller's answer must not fail because it could not be stored; that it was not is counted.
        totals.notStored++
      }
    },
  }
}

/** A request that the cache has no part in. It is stopped when its own client leaves. */
async function bypass<Kinds extends CacheKinds>(
  { totals }: Parts<Kinds>,
  produce: Produce<Kinds>,
  client: CacheClient,
): Promise<CacheResult<Kinds>> {
  totals.bypassed++
  const controller = new AbortController()
  const stopListening = client.onAbort((reason) => controller.abort(reason))
  const { answer } = await produce(controller.signal)
  if (answer.type === 'whole') stopListening()
  return { status: 'bypass', answer }
}

export function refreshLater<Kinds extends CacheKinds>(parts: Parts<Kinds>, plan: Plan<Kinds>, produce: Produce<Kinds>): Promise<void> {
  const { refresh } = parts.settings.options
  const again: Produce<Kinds> = refresh === undefined ? produce : (signal) => refresh(plan.question)(signal)
  return parts.flights.refresh(plan.key, jobOf(parts, plan, { produce: again, lookup: false }))
}

function onLanding<Kinds extends CacheKinds>(
  parts: Parts<Kinds>,
  plan: Plan<Kinds>,
  landed: { landing: Landing<Kinds>; produce: Produce<Kinds> },
): CacheResult<Kinds> {
  const { landing, produce } = landed
  const { totals } = parts
  if (landing.type === 'found') {
    // After a failure asking again at once would fail too.
    if (landing.found.status === 'stale' && !landing.rescued) void refreshLater(parts, plan, produce)
    return giveStored(parts, landing.found)
  }
  const answer: AnswerOf<Kinds> = landing.answer
  if (landing.joined) totals.coalesced++
  else totals.misses++
  return { status: landing.joined ? 'coalesced' : 'miss', answer }
}

async function onlyStored<Kinds extends CacheKinds>(parts: Parts<Kinds>, plan: Plan<Kinds>): Promise<CacheResult<Kinds>> {
  const found = plan.directives.lookup ? await parts.tiers.find(plan.key) : undefined
  const judged = found === undefined ? undefined : judge(parts, plan, found)
  if (judged?.usability === 'fresh' || judged?.usability === 'stale') return giveStored(parts, judged.stored)
  parts.totals.misses++
  return { status: 'unavailable' }
}

export function ask<Kinds extends CacheKinds>(
  parts: Parts<Kinds>,
  question: CacheQuestion<Kinds>,
  { produce, client }: { produce: Produce<Kinds>; client: CacheClient },
): CacheResult<Kinds> | Promise<CacheResult<Kinds>> {
  const directives = question.directives ?? noDirectives
  const isPlain = directives.isPrivate || !isCacheableRequest(question.request, parts.settings.cacheability)
  if (isPlain) return directives.onlyIfCached ? { status: 'unavailable' } : bypass(parts, produce, client)
  const plan = planOf(parts, question)
  parts.popularity.note(plan.key, directives.store ? question : undefined)
  const entry = directives.lookup ? parts.tiers.peek(plan.key) : undefined
  const judged = entry === undefined ? undefined : judge(parts, plan, { entry, level: 'memory' })
  if (judged?.usability === 'fresh') return giveStored(parts, judged.stored)
  if (judged?.usability === 'stale') {
    if (!directives.onlyIfCached) void refreshLater(parts, plan, produce)
    return giveStored(parts, judged.stored)
  }
  if (directives.onlyIfCached) return onlyStored(parts, plan)
  const spare = judged?.usability === 'spare' ? judged.stored : undefined
  const job = jobOf(parts, plan, { produce, lookup: directives.lookup, spare })
  // Who wants a new answer can't join a call that began before the wish.
  const key = directives.lookup ? plan.key : undefined
  return parts.flights
    .board(key, { stream: question.stream, onLeave: client.onAbort }, job)
    .then((landing) => onLanding(parts, plan, { landing, produce }))
}
