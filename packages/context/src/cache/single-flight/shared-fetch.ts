import type { Deps } from '../../deps.ts'
import type { AnswerOf, BatchOf, CacheClient, CacheKinds, FetchAnswer, FetchedAnswer, StreamFolding } from '../answer.ts'
import type { FetchAbortSource } from './fetch-abort.ts'
import type { FetchTable } from './fetch-table.ts'
import type { SharedStream } from './shared-stream.ts'

/** An answer that was stored. */
export interface StoredAnswer<Kinds extends CacheKinds> {
  readonly status: 'hit' | 'stale'
  readonly answer: Kinds['whole']
  /** The level's name: `memory`, a store's, or `semantic` for the answer to a request in other words. */
  readonly level: string
  readonly ageSeconds: number
  /** What the answer had cost; `null` when its price is not known. */
  readonly savedNanoUsd: number | null
  /** How near the other wording is, 0 to 1. */
  readonly similarity?: number | undefined
}

/** What one caller asks for: how to get it, and what to fall back to. */
export interface FetchJob<Kinds extends CacheKinds> {
  readonly fetch: FetchAnswer<Kinds>
  /** A stored answer that is given only where no new one can be had. */
  staleIfError: StoredAnswer<Kinds> | undefined
}

/** What is done for each job. The same functions serve all: a request needs no closures of its own. */
export interface SingleFlightOptions<Kinds extends CacheKinds, Job extends FetchJob<Kinds>> {
  readonly streams: StreamFolding<Kinds>
  /** What one stream may keep for those who join later. */
  readonly maxStreamBytes: number
  /** What all streams may keep together. */
  readonly maxAllStreamBytes: number
  /** How long others wait for a reader that does not read, once a stream is longer than what is kept. */
  readonly stallMs: number
  /** Whether an error would meet everybody who asks the same, so that trying again is of no use. */
  readonly isSharedFailure: (error: unknown) => boolean
  /** Looks for a stored answer before a new one is fetched. No promise where it is known at once. */
  readonly lookup: (job: Job, abort: FetchAbortSource) => StoredAnswer<Kinds> | undefined | Promise<StoredAnswer<Kinds> | undefined>
  /** The fetch failed: the stored answer to give instead, if there is one. */
  readonly fallbackOnError: (job: Job, error: unknown) => StoredAnswer<Kinds> | undefined
  /** The answer is complete. Must not throw. */
  readonly onComplete: (job: Job, complete: CompleteAnswer<Kinds>) => void
  readonly setTimer: Deps['setTimer']
}

/** A complete answer, and how many callers it was for. */
export interface CompleteAnswer<Kinds extends CacheKinds> {
  /** `undefined` when a stream was too long to keep or is not a whole answer. */
  readonly whole: Kinds['whole'] | undefined
  readonly facts: FetchedAnswer<Kinds>['facts']
  readonly callers: number
}

/** What a caller gets: a stored answer (`isFallback` when fetching a new one failed), or a new one (`joined` when somebody else had asked first). */
export type Outcome<Kinds extends CacheKinds> =
  | { readonly type: 'found'; readonly found: StoredAnswer<Kinds>; readonly isFallback: boolean }
  | { readonly type: 'answer'; readonly answer: AnswerOf<Kinds>; readonly joined: boolean }

/** One caller waiting. */
export interface Waiter<Kinds extends CacheKinds, Job extends FetchJob<Kinds>> {
  readonly job: Job
  /** Whether a stream is wanted, or an answer in one piece. */
  readonly stream: boolean
  readonly client: CacheClient
  /** Somebody else had asked first. */
  joined: boolean
  /** Has waited for a fetch that failed already. */
  readonly retried: boolean
  readonly resolve: (outcome: Outcome<Kinds>) => void
  readonly reject: (error: unknown) => void
  stopListening: (() => void) | undefined
}

/** One fetch under way, and who waits for it. */
export interface SharedFetch<Kinds extends CacheKinds, Job extends FetchJob<Kinds>> {
  /** `undefined` for a fetch that no other caller may join. */
  readonly key: string | undefined
  readonly job: Job
  readonly abort: FetchAbortSource
  waiters: Waiter<Kinds, Job>[]
  /** Goes on without callers: a refresh. Called when it has ended, however it did. */
  readonly onEnd: (() => void) | undefined
  callers: number
  streaming: { readonly stream: Kinds['stream']; readonly shared: SharedStream<BatchOf<Kinds>> } | undefined
}

/** All fetches under way. */
export interface InFlightMap<Kinds extends CacheKinds, Job extends FetchJob<Kinds>> {
  readonly options: SingleFlightOptions<Kinds, Job>
  readonly fetches: FetchTable<SharedFetch<Kinds, Job>>
  streamBytes: number
}
