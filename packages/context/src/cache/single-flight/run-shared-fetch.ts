import type { BatchOf, CacheKinds, FetchedAnswer } from '../answer.ts'
import { readAll, readerBatches } from './reader-batches.ts'
import type { Caller, FetchJob, InFlightMap, Outcome, SharedFetch, Waiter } from './shared-fetch.ts'
import { createSharedStream, type SharedStream, type SharedStreamOptions } from './shared-stream.ts'

/*
 * Concurrent equal questions share one answer. A sharedFetch is one question under way; callers wait for it. Whoever
 * leaves takes nobody along, but the last to leave stops the work. When the work fails, the caller who began it gets
 * the error, and so do the others where it would meet them too; else they try once more, retry together. So a failure
 * costs at most one more call, however many wait.
 */
export interface JoinOptions<Kinds extends CacheKinds> {
  readonly key: string | undefined
  readonly caller: Caller
  readonly job: FetchJob<Kinds>
  readonly retried: boolean
}

/** Joins the sharedFetch under way for a key, or begins one. */
export function join<Kinds extends CacheKinds>(inFlight: InFlightMap<Kinds>, options: JoinOptions<Kinds>): Promise<Outcome<Kinds>> {
  const { key, caller, job, retried } = options
  return new Promise((resolve, reject) => {
    const known = key === undefined ? undefined : inFlight.fetches.get(key)
    const sharedFetch = known ?? start(inFlight, { key, job, background: false })
    sharedFetch.callers++
    const waiter: Waiter<Kinds> = { caller, job, resolve, reject, joined: known !== undefined, retried, stopListening: () => undefined }
    if (sharedFetch.streaming === undefined) {
      sharedFetch.waiters.add(waiter)
      waiter.stopListening = caller.onLeave((reason) => leave(inFlight, sharedFetch, { waiter, reason }))
    } else attachToStream(inFlight, sharedFetch, waiter)
    if (known === undefined) void run(inFlight, sharedFetch)
  })
}

export function start<Kinds extends CacheKinds>(
  inFlight: InFlightMap<Kinds>,
  plan: Pick<SharedFetch<Kinds>, 'key' | 'job' | 'background'>,
): SharedFetch<Kinds> {
  const sharedFetch: SharedFetch<Kinds> = { ...plan, controller: new AbortController(), waiters: new Set(), callers: 0 }
  if (plan.key !== undefined) inFlight.fetches.set(plan.key, sharedFetch)
  return sharedFetch
}

function close<Kinds extends CacheKinds>(inFlight: InFlightMap<Kinds>, sharedFetch: SharedFetch<Kinds>): void {
  if (sharedFetch.key !== undefined && inFlight.fetches.get(sharedFetch.key) === sharedFetch) inFlight.fetches.delete(sharedFetch.key)
}

function leave<Kinds extends CacheKinds>(
  inFlight: InFlightMap<Kinds>,
  sharedFetch: SharedFetch<Kinds>,
  gone: { waiter: Waiter<Kinds>; reason: unknown },
): void {
  if (!sharedFetch.waiters.delete(gone.waiter)) return
  gone.waiter.stopListening()
  gone.waiter.reject(gone.reason)
  if (sharedFetch.waiters.size > 0 || sharedFetch.background) return
  close(inFlight, sharedFetch)
  sharedFetch.controller.abort(gone.reason)
}

/** Runs a sharedFetch to its end. Never rejects. */
export async function run<Kinds extends CacheKinds>(inFlight: InFlightMap<Kinds>, sharedFetch: SharedFetch<Kinds>): Promise<void> {
  try {
    const found = await sharedFetch.job.lookup(sharedFetch.controller.signal)
    if (found !== undefined) {
      for (const waiter of takeWaiters(inFlight, sharedFetch)) waiter.resolve({ type: 'found', found, isFallback: false })
      return
    }
    // All may have left while the slower levels were asked.
    if (sharedFetch.controller.signal.aborted) return
    const fetched = await sharedFetch.job.fetch(sharedFetch.controller.signal)
    if (fetched.answer.type === 'whole') resolveWhole(inFlight, sharedFetch, { answer: fetched.answer, facts: fetched.facts })
    else await startStream(inFlight, sharedFetch, { stream: fetched.answer, facts: fetched.facts })
  } catch (error) {
    fail(inFlight, sharedFetch, error)
  }
}

/** Ends the wait of all who sit: they are taken out and given back. */
function takeWaiters<Kinds extends CacheKinds>(inFlight: InFlightMap<Kinds>, sharedFetch: SharedFetch<Kinds>): readonly Waiter<Kinds>[] {
  close(inFlight, sharedFetch)
  const waiters = [...sharedFetch.waiters]
  sharedFetch.waiters.clear()
  for (const waiter of waiters) waiter.stopListening()
  return waiters
}

type WholeProduced<Kinds extends CacheKinds> = Pick<FetchedAnswer<Kinds>, 'facts'> & { readonly answer: Kinds['whole'] }
type StreamProduced<Kinds extends CacheKinds> = Pick<FetchedAnswer<Kinds>, 'facts'> & { readonly stream: Kinds['stream'] }

function resolveWhole<Kinds extends CacheKinds>(
  inFlight: InFlightMap<Kinds>,
  sharedFetch: SharedFetch<Kinds>,
  { answer, facts }: WholeProduced<Kinds>,
): void {
  sharedFetch.job.onComplete(() => answer, facts, sharedFetch.callers)
  for (const { joined, resolve } of takeWaiters(inFlight, sharedFetch)) resolve({ type: 'answer', answer, joined })
}

function fail<Kinds extends CacheKinds>(inFlight: InFlightMap<Kinds>, sharedFetch: SharedFetch<Kinds>, error: unknown): void {
  const isShared = inFlight.options.isSharedFailure(error)
  for (const waiter of takeWaiters(inFlight, sharedFetch)) {
    const found = waiter.job.fallbackOnError(error)
    if (found !== undefined) waiter.resolve({ type: 'found', found, isFallback: true })
    else if (!waiter.joined || waiter.retried || isShared) waiter.reject(error)
    else retry(inFlight, waiter, sharedFetch.key)
  }
}

function retry<Kinds extends CacheKinds>(inFlight: InFlightMap<Kinds>, waiter: Waiter<Kinds>, key: string | undefined): void {
  const { caller, job, resolve, reject } = waiter
  join(inFlight, { key, caller, job, retried: true }).then(resolve, reject)
}

async function startStream<Kinds extends CacheKinds>(
  inFlight: InFlightMap<Kinds>,
  sharedFetch: SharedFetch<Kinds>,
  fetched: StreamProduced<Kinds>,
): Promise<void> {
  const { stream } = fetched
  const shared = share(inFlight, sharedFetch, fetched)
  sharedFetch.streaming = { stream, shared }
  // A refresh reads by itself; where all have left meanwhile, joining and leaving is what closes the source.
  const own = sharedFetch.background || sharedFetch.waiters.size === 0 ? shared.join() : undefined
  const waiters = [...sharedFetch.waiters]
  sharedFetch.waiters.clear()
  for (const waiter of waiters) attachToStream(inFlight, sharedFetch, waiter)
  if (own === undefined) return
  if (!sharedFetch.background) own.leave(new Error('All clients have left.'))
  else while ((await own.next()).done !== true);
}

function share<Kinds extends CacheKinds>(
  inFlight: InFlightMap<Kinds>,
  sharedFetch: SharedFetch<Kinds>,
  { stream, facts }: StreamProduced<Kinds>,
): SharedStream<BatchOf<Kinds>> {
  const { streams, maxStreamBytes, maxAllStreamBytes, stallMs, setTimer } = inFlight.options
  const options: SharedStreamOptions<BatchOf<Kinds>> = {
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
    onEnd: (batches) =>
      sharedFetch.job.onComplete(() => (batches === undefined ? undefined : streams.fold(batches, stream)), facts, sharedFetch.callers),
    onClose: (whole) => {
      close(inFlight, sharedFetch)
      if (!whole) sharedFetch.controller.abort()
    },
  }
  return createSharedStream(batchesOf<Kinds>(stream), options)
}

/** The batches of a stream are of `BatchOf` by its definition; TypeScript does not see through the conditional type. */
function batchesOf<Kinds extends CacheKinds>({ batches }: Kinds['stream']): AsyncIterable<BatchOf<Kinds>> {
  return batches as AsyncIterable<BatchOf<Kinds>>
}

function attachToStream<Kinds extends CacheKinds>(
  inFlight: InFlightMap<Kinds>,
  sharedFetch: SharedFetch<Kinds>,
  waiter: Waiter<Kinds>,
): void {
  waiter.stopListening()
  const { streaming, key } = sharedFetch
  const reader = streaming?.shared.join()
  if (streaming === undefined || reader === undefined) {
    // Too late: the beginning is no longer kept. The next sharedFetch of this key takes the caller and those after it.
    close(inFlight, sharedFetch)
    retry(inFlight, waiter, key)
    return
  }
  const { onLeave } = waiter.caller
  const batches = readerBatches(reader, { onLeave, restart: (error) => restart(inFlight, waiter, { error, key }) })
  if (waiter.caller.stream) waiter.resolve({ type: 'answer', answer: { ...streaming.stream, batches }, joined: waiter.joined })
  else void collect(inFlight, waiter, { stream: streaming.stream, batches })
}

/** For a caller who wants the answer in one piece while it comes as a stream. */
async function collect<Kinds extends CacheKinds>(
  inFlight: InFlightMap<Kinds>,
  waiter: Waiter<Kinds>,
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

function restart<Kinds extends CacheKinds>(
  inFlight: InFlightMap<Kinds>,
  { caller, job, joined, retried }: Waiter<Kinds>,
  { error, key }: { error: unknown; key: string | undefined },
): Promise<AsyncIterable<BatchOf<Kinds>>> | undefined {
  if (!joined || retried || inFlight.options.isSharedFailure(error)) return undefined
  return join(inFlight, { key, caller: { ...caller, stream: true }, job, retried: true }).then((outcome) => {
    const answer = outcome.type === 'found' ? outcome.found.answer : outcome.answer
    return batchesOf<Kinds>(answer.type === 'stream' ? answer : inFlight.options.streams.replay(answer))
  })
}
