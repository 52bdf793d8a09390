import type { CacheClient, CacheKinds, FetchAnswer, FetchedAnswer } from './answer.ts'
import type { CacheContext, CacheJob, LookupPlan } from './cache-context.ts'
import { evaluateStored, serveStored } from './evaluate-stored.ts'
import { isCacheableRequest } from './policy/cacheability.ts'
import { noDirectives } from './policy/directives.ts'
import type { CacheRequest, CacheResult } from './response-cache-types.ts'
import { FetchAbortSource } from './single-flight/fetch-abort.ts'
import type { Outcome } from './single-flight/shared-fetch.ts'

/** Works out under which key a request is looked up. */
export function planLookup<Kinds extends CacheKinds>({ settings }: CacheContext<Kinds>, request: CacheRequest<Kinds>): LookupPlan<Kinds> {
  const { operation, source, tenant, variant, directives = noDirectives } = request
  const key = settings.keyOf(source === undefined ? request.request : source.body, {
    operation,
    dialect: source?.dialect,
    tenant: settings.isShared ? undefined : tenant,
    namespace: directives.namespace,
    variant,
  })
  return { request, directives, key, popularity: undefined }
}

/** A request that the cache has no part in. It is stopped when its own client leaves. */
function bypass<Kinds extends CacheKinds>(
  { totals }: CacheContext<Kinds>,
  fetch: FetchAnswer<Kinds>,
  client: CacheClient,
): CacheResult<Kinds> | Promise<CacheResult<Kinds>> {
  totals.bypassed++
  const abort = new FetchAbortSource()
  const stopListening = client.onAbort((reason) => abort.abort(reason))
  const toResult = ({ answer }: FetchedAnswer<Kinds>): CacheResult<Kinds> => {
    if (answer.type === 'whole') stopListening()
    return { status: 'bypass', answer }
  }
  const fetched = fetch(abort)
  return fetched instanceof Promise ? fetched.then(toResult) : toResult(fetched)
}

/** Fetches a new answer without a client. */
export function refreshInBackground<Kinds extends CacheKinds>(
  { settings, singleFlight, totals, popularity }: CacheContext<Kinds>,
  plan: LookupPlan<Kinds>,
  fetch: FetchAnswer<Kinds>,
): Promise<void> {
  const { refresh } = settings.options
  plan.popularity ??= popularity.get(plan.key)
  const job: CacheJob<Kinds> = {
    fetch: refresh?.(plan.request) ?? fetch,
    plan,
    isLookedUp: false,
    staleIfError: undefined,
    removals: totals.removals,
  }
  return singleFlight.refresh(plan.key, job)
}

function toResult<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  job: CacheJob<Kinds>,
  outcome: Outcome<Kinds>,
): CacheResult<Kinds> {
  if (outcome.type === 'found') {
    // After a failure, fetching again at once would fail too.
    if (outcome.found.status === 'stale' && !outcome.isFallback) void refreshInBackground(context, job.plan, job.fetch)
    return serveStored(context, outcome.found)
  }
  const { joined, answer } = outcome
  if (joined) context.totals.coalesced++
  else context.totals.misses++
  return { status: joined ? 'coalesced' : 'miss', answer }
}

/** Answers `only-if-cached` from the slower levels. */
async function getOnlyStored<Kinds extends CacheKinds>(context: CacheContext<Kinds>, plan: LookupPlan<Kinds>): Promise<CacheResult<Kinds>> {
  const found = plan.directives.lookup ? await context.tiers.lookup(plan.key) : undefined
  const evaluated = found === undefined ? undefined : evaluateStored(context, plan, found)
  if (evaluated?.usability === 'fresh' || evaluated?.usability === 'stale') return serveStored(context, evaluated.stored)
  context.totals.misses++
  return { status: 'unavailable' }
}

function join<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  job: CacheJob<Kinds>,
  client: CacheClient,
): Promise<CacheResult<Kinds>> {
  const { request, directives, key } = job.plan
  return new Promise((resolve, reject) => {
    // A client that wants a new answer can't join a fetch that began before it asked.
    context.singleFlight.join(directives.lookup ? key : undefined, {
      job,
      stream: request.stream,
      client,
      joined: false,
      retried: false,
      resolve: (outcome) => resolve(toResult(context, job, outcome)),
      reject,
      stopListening: undefined,
    })
  })
}

/** Answers a request from memory at once, from a slower level, from a fetch under way, or by `fetch`. */
export function getOrFetch<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  request: CacheRequest<Kinds>,
  { fetch, client }: { fetch: FetchAnswer<Kinds>; client: CacheClient },
): CacheResult<Kinds> | Promise<CacheResult<Kinds>> {
  const { settings, popularity, tiers, totals } = context
  const directives = request.directives ?? noDirectives
  if (directives.isPrivate || !isCacheableRequest(request, settings.cacheability))
    return directives.onlyIfCached ? { status: 'unavailable' } : bypass(context, fetch, client)
  const plan = planLookup(context, request)
  plan.popularity = popularity.record(plan.key, directives.store ? request : undefined)
  const entry = directives.lookup ? tiers.peek(plan.key) : undefined
  const evaluated = entry === undefined ? undefined : evaluateStored(context, plan, { entry, level: 'memory' })
  if (evaluated?.usability === 'fresh') return serveStored(context, evaluated.stored)
  if (evaluated?.usability === 'stale') {
    if (!directives.onlyIfCached) void refreshInBackground(context, plan, fetch)
    return serveStored(context, evaluated.stored)
  }
  if (directives.onlyIfCached) return getOnlyStored(context, plan)
  const staleIfError = evaluated?.usability === 'stale-if-error' ? evaluated.stored : undefined
  return join(context, { fetch, plan, isLookedUp: directives.lookup, staleIfError, removals: totals.removals }, client)
}
