import type { CacheKinds } from '../answer.ts'
import { createFetchTable } from './fetch-table.ts'
import { join, refresh } from './join-fetch.ts'
import type { FetchJob, InFlightMap, SingleFlightOptions, Waiter } from './shared-fetch.ts'

/** Single flight: concurrent equal requests share one answer, streams too. */
export interface SingleFlight<Kinds extends CacheKinds, Job extends FetchJob<Kinds>> {
  /** Joins the fetch under way for `key`, or starts one. Without a key no other caller can join. */
  readonly join: (key: string | undefined, waiter: Waiter<Kinds, Job>) => void
  /** Starts a fetch without callers, unless one is under way. Resolves when it has ended, however it did. */
  readonly refresh: (key: string, job: Job) => Promise<void>
  readonly inFlight: () => number
}

export function createSingleFlight<Kinds extends CacheKinds, Job extends FetchJob<Kinds>>(
  options: SingleFlightOptions<Kinds, Job>,
): SingleFlight<Kinds, Job> {
  const inFlight: InFlightMap<Kinds, Job> = { options, fetches: createFetchTable(), streamBytes: 0 }
  return {
    join: (key, waiter) => join(inFlight, key, waiter),
    refresh: (key, job) => refresh(inFlight, key, job),
    inFlight: () => inFlight.fetches.size(),
  }
}
