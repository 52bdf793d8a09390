import type { CacheKinds } from '../answer.ts'
import { join, run, start } from './run-shared-fetch.ts'
import type { Caller, FetchJob, InFlightMap, Outcome, SingleFlightOptions } from './shared-fetch.ts'

/** Single sharedFetch: concurrent equal questions share one answer, streams too. */
export interface SingleFlight<Kinds extends CacheKinds> {
  /** Joins the sharedFetch under way for `key`, or begins one. Without a key nobody can join. */
  readonly join: (key: string | undefined, caller: Caller, job: FetchJob<Kinds>) => Promise<Outcome<Kinds>>
  /** Begins a sharedFetch without callers, unless one is under way. Resolves when it has ended, however it did. */
  readonly refresh: (key: string, job: FetchJob<Kinds>) => Promise<void>
  readonly inFlight: () => number
  /** Bytes of streams that are kept for those who join later. */
  readonly streamBytes: () => number
}

export function createSingleFlight<Kinds extends CacheKinds>(options: SingleFlightOptions<Kinds>): SingleFlight<Kinds> {
  const inFlight: InFlightMap<Kinds> = { options, fetches: new Map(), streamBytes: 0 }
  return {
    join: (key, caller, job) => join(inFlight, { key, caller, job, retried: false }),
    refresh: async (key, job) => {
      if (!inFlight.fetches.has(key)) await run(inFlight, start(inFlight, { key, job, background: true }))
    },
    inFlight: () => inFlight.fetches.size,
    streamBytes: () => inFlight.streamBytes,
  }
}
