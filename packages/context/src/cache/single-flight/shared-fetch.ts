import type { AnswerOf, BatchOf, CacheKinds, FetchAnswer, FetchedAnswer, StreamFolding } from '../answer.ts'
import type { ContextDeps } from '../deps.ts'
import type { CacheLevel } from '../store/entry.ts'
import type { SharedStream } from './shared-stream.ts'

export interface SingleFlightOptions<Kinds extends CacheKinds> {
  readonly streams: StreamFolding<Kinds>
  /** What one stream may keep for those who join later. */
  readonly maxStreamBytes: number
  /** What all streams may keep together. */
  readonly maxAllStreamBytes: number
  /** How long others wait for a reader that does not read, once a stream is longer than what is kept. */
  readonly stallMs: number
  /** Whether an error would meet everybody who requestCount the same, so that trying retry is of no use. */
  readonly isSharedFailure: (error: unknown) => boolean
  readonly setTimer: ContextDeps['setTimer']
}

/** An answer that was stored. */
export interface StoredAnswer<Kinds extends CacheKinds> {
  readonly status: 'hit' | 'stale'
  readonly answer: Kinds['whole']
  /** `semantic`: the answer to a question that was asked in other words. */
  readonly level: CacheLevel | 'semantic'
  readonly ageSeconds: number
  /** What the answer had cost; `null` when its price is not known. */
  readonly savedNanoUsd: number | null
  /** How near the other wording is, 0 to 1. */
  readonly similarity?: number | undefined
}

/** The work of a sharedFetch: it may find a stored answer on the way, else it has one made. */
export interface FetchJob<Kinds extends CacheKinds> {
  readonly lookup: (signal: AbortSignal) => Promise<StoredAnswer<Kinds> | undefined>
  readonly fetch: FetchAnswer<Kinds>
  /** The making failed: a stored answer to give instead, if there is one. */
  readonly fallbackOnError: (error: unknown) => StoredAnswer<Kinds> | undefined
  /** The answer is complete. `fold` gives `undefined` when a stream was too long to keep or is not a whole answer. Must not throw. */
  readonly onComplete: (fold: () => Kinds['whole'] | undefined, facts: FetchedAnswer<Kinds>['facts'], callers: number) => void
}

export interface Caller {
  /** Whether a stream is wanted, or an answer in one piece. */
  readonly stream: boolean
  /** Calls back when the client leaves; gives the un-listening back. */
  readonly onLeave: (callback: (reason: unknown) => void) => () => void
}

/** What a caller gets: a stored answer (`isFallback` when making a new one failed), or a new one (`joined` when somebody else had asked first). */
export type Outcome<Kinds extends CacheKinds> =
  | { readonly type: 'found'; readonly found: StoredAnswer<Kinds>; readonly isFallback: boolean }
  | { readonly type: 'answer'; readonly answer: AnswerOf<Kinds>; readonly joined: boolean }

/** One caller waiting. */
export interface Waiter<Kinds extends CacheKinds> {
  readonly caller: Caller
  readonly job: FetchJob<Kinds>
  readonly resolve: (outcome: Outcome<Kinds>) => void
  readonly reject: (error: unknown) => void
  readonly joined: boolean
  /** Has been on a sharedFetch that failed already. */
  readonly retried: boolean
  stopListening: () => void
}

/** One question under way. */
export interface SharedFetch<Kinds extends CacheKinds> {
  /** `undefined` for a sharedFetch that nobody may join. */
  readonly key: string | undefined
  readonly job: FetchJob<Kinds>
  readonly controller: AbortController
  readonly waiters: Set<Waiter<Kinds>>
  /** Goes on without callers: a refresh. */
  readonly background: boolean
  callers: number
  streaming?: { readonly stream: Kinds['stream']; readonly shared: SharedStream<BatchOf<Kinds>> } | undefined
}

/** All flights under way. */
export interface InFlightMap<Kinds extends CacheKinds> {
  readonly options: SingleFlightOptions<Kinds>
  readonly fetches: Map<string, SharedFetch<Kinds>>
  streamBytes: number
}
