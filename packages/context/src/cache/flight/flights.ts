import type { CacheKinds } from '../answer.ts'
import { begin, board, fly } from './board.ts'
import type { FlightOptions, Job, Landing, Passenger, Tower } from './flight.ts'

/** Single flight: concurrent equal questions share one answer, streams too. */
export interface Flights<Kinds extends CacheKinds> {
  /** Joins the flight under way for `key`, or begins one. Without a key nobody can join. */
  readonly board: (key: string | undefined, passenger: Passenger, job: Job<Kinds>) => Promise<Landing<Kinds>>
  /** Begins a flight without passengers, unless one is under way. Resolves when it has ended, however it did. */
  readonly refresh: (key: string, job: Job<Kinds>) => Promise<void>
  readonly underWay: () => number
  /** Bytes of streams that are kept for those who join later. */
  readonly streamBytes: () => number
}

export function createFlights<Kinds extends CacheKinds>(options: FlightOptions<Kinds>): Flights<Kinds> {
  const tower: Tower<Kinds> = { options, flights: new Map(), streamBytes: 0 }
  return {
    board: (key, passenger, job) => board(tower, { key, passenger, job, retried: false }),
    refresh: async (key, job) => {
      if (!tower.flights.has(key)) await fly(tower, begin(tower, { key, job, background: true }))
    },
    underWay: () => tower.flights.size,
    streamBytes: () => tower.streamBytes,
  }
}
