import type { Awaitable } from '../call/operation.ts'
import type { Rate, Standing } from './rate-bucket.ts'

/** Units of a rate. */
export interface RateTake {
  readonly type: 'rate'
  /** Whose rate it is. */
  readonly key: string
  readonly rate: Rate
  readonly amount: number
}

/** One place among those that may be held at one time. */
export interface ParallelTake {
  readonly type: 'parallel'
  readonly key: string
  readonly limit: number
}

/** Something that is taken of a limit. */
export type Take = RateTake | ParallelTake

/** What became of takes that were asked for together. */
export interface TakeResult {
  /** The place in the list of the one that nothing could be taken of; `undefined` when all were taken. */
  readonly refused?: number | undefined
  /** How long until the refused one might pass; 0 where that can't be told. */
  readonly retryAfterMs: number
  /** What is left, in the order of the list. */
  readonly standings: readonly Standing[]
}

/** Whether takes have been given: all of them, or none. */
export interface LimitStore {
  /**
   * Takes all or nothing, in one step for all who share the store. A refusal costs nothing. The promise is there only where the store is
   * elsewhere; it rejects only where nothing can be counted and nothing is to pass uncounted.
   */
  take(takes: readonly Take[]): Awaitable<TakeResult>
  /** Takes more units, or gives some back, whatever is left: what was taken by an estimate is settled so. Never fails. */
  adjust(take: RateTake, amount: number): void
  /** Gives back the places of takes that passed. Never fails. */
  release(takes: readonly Take[]): void
}
