import type { AnswerOf, BatchOf, CacheKinds, Produce, Produced, StreamFolding } from '../answer.ts'
import type { CacheDeps } from '../deps.ts'
import type { CacheLevel } from '../store/entry.ts'
import type { SharedStream } from './shared-stream.ts'

export interface FlightOptions<Kinds extends CacheKinds> {
  readonly streams: StreamFolding<Kinds>
  /** What one stream may keep for those who join later. */
  readonly maxStreamBytes: number
  /** What all streams may keep together. */
  readonly maxAllStreamBytes: number
  /** How long others wait for a reader that does not read, once a stream is longer than what is kept. */
  readonly stallMs: number
  /** Whether an error would meet everybody who asks the same, so that trying again is of no use. */
  readonly isSharedFailure: (error: unknown) => boolean
  readonly setTimer: CacheDeps['setTimer']
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

/** The work of a flight: it may find a stored answer on the way, else it has one made. */
export interface Job<Kinds extends CacheKinds> {
  readonly find: (signal: AbortSignal) => Promise<StoredAnswer<Kinds> | undefined>
  readonly produce: Produce<Kinds>
  /** The making failed: a stored answer to give instead, if there is one. */
  readonly rescue: (error: unknown) => StoredAnswer<Kinds> | undefined
  /** The answer is complete. `fold` gives `undefined` when a stream was too long to keep or is not a whole answer. Must not throw. */
  readonly onComplete: (fold: () => Kinds['whole'] | undefined, facts: Produced<Kinds>['facts'], passengers: number) => void
}

export interface Passenger {
  /** Whether a stream is wanted, or an answer in one piece. */
  readonly stream: boolean
  /** Calls back when the client leaves; gives the un-listening back. */
  readonly onLeave: (callback: (reason: unknown) => void) => () => void
}

/** What a passenger gets: a stored answer (`rescued` when making a new one failed), or a new one (`joined` when somebody else had asked first). */
export type Landing<Kinds extends CacheKinds> =
  | { readonly type: 'found'; readonly found: StoredAnswer<Kinds>; readonly rescued: boolean }
  | { readonly type: 'answer'; readonly answer: AnswerOf<Kinds>; readonly joined: boolean }

/** One passenger waiting. */
export interface Seat<Kinds extends CacheKinds> {
  readonly passenger: Passenger
  readonly job: Job<Kinds>
  readonly resolve: (landing: Landing<Kinds>) => void
  readonly reject: (error: unknown) => void
  readonly joined: boolean
  /** Has been on a flight that failed already. */
  readonly retried: boolean
  stopListening: () => void
}

/** One question under way. */
export interface Flight<Kinds extends CacheKinds> {
  /** `undefined` for a flight that nobody may join. */
  readonly key: string | undefined
  readonly job: Job<Kinds>
  readonly controller: AbortController
  readonly seats: Set<Seat<Kinds>>
  /** Goes on without passengers: a refresh. */
  readonly background: boolean
  passengers: number
  airborne?: { readonly stream: Kinds['stream']; readonly shared: SharedStream<BatchOf<Kinds>> } | undefined
}

/** All flights under way. */
export interface Tower<Kinds extends CacheKinds> {
  readonly options: FlightOptions<Kinds>
  readonly flights: Map<string, Flight<Kinds>>
  streamBytes: number
}
