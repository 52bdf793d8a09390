import type { BatchOf, CacheKinds, FetchedAnswer, StreamFolding } from '../answer.ts'
import { FetchAbortSource } from './fetch-abort.ts'
import { readAll, readerBatches } from './reader-batches.ts'
import type { FetchJob, InFlightMap, Outcome, SharedFetch, StoredAnswer, Waiter } from './shared-fetch.ts'
import { createSharedStream } from './shared-stream.ts'

/*
 * Concurrent equal requests share one answer. A caller that leaves does not affect the others; the last one to leave aborts the
 * fetch. When the fetch fails, the caller who started it gets the error, and so do the others where it would meet them too;
 * otherwise they try once more, together. So a failure costs at most one more fetch, however many wait. Cost of a fetch with one
 * caller: a promise where the fetch gives one.
 */

/** Joins the fetch under way for a key, or starts one. Without a key no other caller can join. */
export function join<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  key: string | undefined,
  waiter: Waiter<Kinds, Job>,
): void {
  const known = key === undefined ? undefined : inFlight.fetches.get(key)
  const fetch = known ?? open(inFlight, { key, job: waiter.job, onEnd: undefined })
  fetch.callers++
  waiter.joined = known !== undefined
  if (fetch.streaming === undefined) {
    fetch.waiters.push(waiter)
    waiter.stopListening = waiter.client.onAbort((reason) => leave(inFlight, fetch, { waiter, reason }))
  } else attachToStream(inFlight, fetch, waiter)
  if (known === undefined) run(inFlight, fetch)
}

/** Starts a fetch without callers, unless one is under way. */
export function refresh<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  key: string,
  job: Job,
): Promise<void> {
  if (inFlight.fetches.get(key) !== undefined) return Promise.resolve()
  return new Promise((onEnd) => {
    run(inFlight, open(inFlight, { key, job, onEnd }))
  })
}

function open<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  { key, job, onEnd }: Pick<SharedFetch<Kinds, Job>, 'key' | 'job' | 'onEnd'>,
): SharedFetch<Kinds, Job> {
  const fetch: SharedFetch<Kinds, Job> = {
    key,
    job,
    onEnd,
    abort: new FetchAbortSource(),
    waiters: [],
    callers: 0,
    streaming: undefined,
  }
  if (key !== undefined) inFlight.fetches.set(key, fetch)
  return fetch
}

function close<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
): void {
  if (fetch.key !== undefined && inFlight.fetches.get(fetch.key) === fetch) inFlight.fetches.delete(fetch.key)
}

function leave<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
  { waiter, reason }: { waiter: Waiter<Kinds, Job>; reason: unknown },
): void {
  const index = fetch.waiters.indexOf(waiter)
  if (index === -1) return
  fetch.waiters.splice(index, 1)
  waiter.stopListening?.()
  waiter.reject(reason)
  if (fetch.waiters.length > 0 || fetch.onEnd !== undefined) return
  close(inFlight, fetch)
  fetch.abort.abort(reason)
}

/** Runs a fetch to its end. Never throws. */
function run<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
): void {
  try {
    const found = inFlight.options.lookup(fetch.job, fetch.abort)
    if (found === undefined) startFetch(inFlight, fetch)
    else if (found instanceof Promise)
      found.then(
        (stored) => onLookup(inFlight, fetch, stored),
        (error: unknown) => fail(inFlight, fetch, error),
      )
    else onLookup(inFlight, fetch, found)
  } catch (error) {
    fail(inFlight, fetch, error)
  }
}

function onLookup<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
  found: StoredAnswer<Kinds> | undefined,
): void {
  if (found === undefined) {
    startFetch(inFlight, fetch)
    return
  }
  for (const waiter of takeWaiters(inFlight, fetch)) waiter.resolve({ type: 'found', found, isFallback: false })
  fetch.onEnd?.()
}

function startFetch<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
): void {
  // All may have left while the slower levels were asked.
  if (fetch.abort.isAborted) return
  try {
    const fetched = fetch.job.fetch(fetch.abort)
    if (fetched instanceof Promise)
      fetched.then(
        (answer) => onFetched(inFlight, fetch, answer),
        (error: unknown) => fail(inFlight, fetch, error),
      )
    else onFetched(inFlight, fetch, fetched)
  } catch (error) {
    fail(inFlight, fetch, error)
  }
}

function onFetched<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
  { answer, facts }: FetchedAnswer<Kinds>,
): void {
  if (answer.type === 'stream') {
    startStream(inFlight, fetch, { stream: answer, facts })
    return
  }
  inFlight.options.onComplete(fetch.job, { whole: answer, facts, callers: fetch.callers })
  for (const { joined, resolve } of takeWaiters(inFlight, fetch)) resolve({ type: 'answer', answer, joined })
  fetch.onEnd?.()
}

/** Ends the wait of all callers: they are taken out and returned. */
function takeWaiters<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
): readonly Waiter<Kinds, Job>[] {
  close(inFlight, fetch)
  const { waiters } = fetch
  fetch.waiters = []
  for (const waiter of waiters) waiter.stopListening?.()
  return waiters
}

function fail<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
  error: unknown,
): void {
  const isShared = inFlight.options.isSharedFailure(error)
  for (const waiter of takeWaiters(inFlight, fetch)) {
    const found = inFlight.options.fallbackOnError(waiter.job, error)
    if (found !== undefined) waiter.resolve({ type: 'found', found, isFallback: true })
    else if (!waiter.joined || waiter.retried || isShared) waiter.reject(error)
    else retry(inFlight, waiter, fetch.key)
  }
  fetch.onEnd?.()
}

function retry<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  waiter: Waiter<Kinds, Job>,
  key: string | undefined,
): void {
  join(inFlight, key, { ...waiter, retried: true, stopListening: undefined })
}

interface FetchedStream<Kinds extends CacheKinds> {
  readonly stream: Kinds['stream']
  readonly facts: FetchedAnswer<Kinds>['facts']
}

function startStream<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
  { stream, facts }: FetchedStream<Kinds>,
): void {
  const shared = share(inFlight, fetch, { stream, facts })
  fetch.streaming = { stream, shared }
  // A refresh reads by itself; where all have left meanwhile, joining and leaving is what closes the source.
  const own = fetch.onEnd !== undefined || fetch.waiters.length === 0 ? shared.join() : undefined
  const { waiters } = fetch
  fetch.waiters = []
  for (const waiter of waiters) attachToStream(inFlight, fetch, waiter)
  if (own === undefined) return
  if (fetch.onEnd === undefined) own.leave(new Error('All clients have left.'))
  else void readToEnd(own.next).then(fetch.onEnd, fetch.onEnd)
}

async function readToEnd(next: () => Promise<IteratorResult<unknown>>): Promise<void> {
  while ((await next()).done !== true);
}

function share<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
  { stream, facts }: FetchedStream<Kinds>,
) {
  const { streams, maxStreamBytes, maxAllStreamBytes, stallMs, setTimer, onComplete } = inFlight.options
  return createSharedStream(batchesOf<Kinds>(stream), {
    sizeOf: streams.sizeOf,
    maxBytes: maxStreamBytes,
    stallMs,
    setTimer,
    reserve: (bytes) => {
      const fits = inFlight.streamBytes + bytes <= maxAllStreamBytes
      if (fits) inFlight.streamBytes += bytes
      return fits
    },
    release: (bytes) => {
      inFlight.streamBytes -= bytes
    },
    onEnd: (batches) => {
      onComplete(fetch.job, { whole: batches && foldSafely<Kinds>(streams, batches, stream), facts, callers: fetch.callers })
    },
    onClose: (whole) => {
      close(inFlight, fetch)
      if (!whole) fetch.abort.abort(new Error('All clients have left.'))
    },
  })
}

/** An answer that cannot be told whole is not stored; those who read the stream have it all the same. */
function foldSafely<Kinds extends CacheKinds>(
  streams: StreamFolding<Kinds>,
  batches: readonly BatchOf<Kinds>[],
  stream: Kinds['stream'],
): Kinds['whole'] | undefined {
  try {
    return streams.fold(batches, stream)
  } catch {
    return undefined
  }
}

/** The batches of a stream are of `BatchOf` by its definition; TypeScript does not see through the conditional type. */
function batchesOf<Kinds extends CacheKinds>({ batches }: Kinds['stream']): AsyncIterable<BatchOf<Kinds>> {
  return batches as AsyncIterable<BatchOf<Kinds>>
}

function attachToStream<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  fetch: SharedFetch<Kinds, Job>,
  waiter: Waiter<Kinds, Job>,
): void {
  waiter.stopListening?.()
  const { streaming, key } = fetch
  const reader = streaming?.shared.join()
  if (streaming === undefined || reader === undefined) {
    // Too late: the beginning is no longer kept. The next fetch of this key takes the caller and those after it.
    close(inFlight, fetch)
    retry(inFlight, waiter, key)
    return
  }
  const { client, stream: wantsStream } = waiter
  const batches = readerBatches(reader, { client, restart: (error) => restart(inFlight, waiter, { error, key }) })
  if (wantsStream) waiter.resolve({ type: 'answer', answer: { ...streaming.stream, batches }, joined: waiter.joined })
  else void collect(inFlight, waiter, { stream: streaming.stream, batches })
}

/** For a caller who wants the answer in one piece while it comes as a stream. */
async function collect<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  waiter: Waiter<Kinds, Job>,
  { stream, batches }: { stream: Kinds['stream']; batches: AsyncIterable<BatchOf<Kinds>> },
): Promise<void> {
  try {
    const answer = inFlight.options.streams.fold(await readAll(batches), stream)
    if (answer !== undefined) waiter.resolve({ type: 'answer', answer, joined: waiter.joined })
    else if (waiter.joined && !waiter.retried) retry(inFlight, waiter, undefined)
    else waiter.reject(new Error('The stream ended, and is not a whole answer.'))
  } catch (error) {
    waiter.reject(error)
  }
}

function restart<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  inFlight: InFlightMap<Kinds, Job>,
  waiter: Waiter<Kinds, Job>,
  { error, key }: { error: unknown; key: string | undefined },
): Promise<AsyncIterable<BatchOf<Kinds>>> | undefined {
  if (!waiter.joined || waiter.retried || inFlight.options.isSharedFailure(error)) return undefined
  return new Promise((resolve, reject) => {
    const onOutcome = (outcome: Outcome<Kinds>): void => {
      const answer = outcome.type === 'found' ? outcome.found.answer : outcome.answer
      resolve(batchesOf<Kinds>(answer.type === 'stream' ? answer : inFlight.options.streams.replay(answer)))
    }
    join(inFlight, key, { ...waiter, stream: true, retried: true, resolve: onOutcome, reject, stopListening: undefined })
  })
}
