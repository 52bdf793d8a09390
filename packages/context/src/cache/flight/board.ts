import type { BatchOf, CacheKinds, Produced } from '../answer.ts'
import type { Flight, Job, Landing, Passenger, Seat, Tower } from './flight.ts'
import { readAll, readerBatches } from './reader-batches.ts'
import { createSharedStream, type SharedStream, type SharedStreamOptions } from './shared-stream.ts'

/*
 * Concurrent equal questions share one answer. A flight is one question under way; passengers wait for it. Whoever
 * leaves takes nobody along, but the last to leave stops the work. When the work fails, the passenger who began it gets
 * the error, and so do the others where it would meet them too; else they try once more, again together. So a failure
 * costs at most one more call, however many wait.
 */
export interface Boarding<Kinds extends CacheKinds> {
  readonly key: string | undefined
  readonly passenger: Passenger
  readonly job: Job<Kinds>
  readonly retried: boolean
}

/** Joins the flight under way for a key, or begins one. */
export function board<Kinds extends CacheKinds>(tower: Tower<Kinds>, boarding: Boarding<Kinds>): Promise<Landing<Kinds>> {
  const { key, passenger, job, retried } = boarding
  return new Promise((resolve, reject) => {
    const known = key === undefined ? undefined : tower.flights.get(key)
    const flight = known ?? begin(tower, { key, job, background: false })
    flight.passengers++
    const seat: Seat<Kinds> = { passenger, job, resolve, reject, joined: known !== undefined, retried, stopListening: () => undefined }
    if (flight.airborne === undefined) {
      flight.seats.add(seat)
      seat.stopListening = passenger.onLeave((reason) => leave(tower, flight, { seat, reason }))
    } else seatInStream(tower, flight, seat)
    if (known === undefined) void fly(tower, flight)
  })
}

export function begin<Kinds extends CacheKinds>(
  tower: Tower<Kinds>,
  plan: Pick<Flight<Kinds>, 'key' | 'job' | 'background'>,
): Flight<Kinds> {
  const flight: Flight<Kinds> = { ...plan, controller: new AbortController(), seats: new Set(), passengers: 0 }
  if (plan.key !== undefined) tower.flights.set(plan.key, flight)
  return flight
}

function close<Kinds extends CacheKinds>(tower: Tower<Kinds>, flight: Flight<Kinds>): void {
  if (flight.key !== undefined && tower.flights.get(flight.key) === flight) tower.flights.delete(flight.key)
}

function leave<Kinds extends CacheKinds>(tower: Tower<Kinds>, flight: Flight<Kinds>, gone: { seat: Seat<Kinds>; reason: unknown }): void {
  if (!flight.seats.delete(gone.seat)) return
  gone.seat.stopListening()
  gone.seat.reject(gone.reason)
  if (flight.seats.size > 0 || flight.background) return
  close(tower, flight)
  flight.controller.abort(gone.reason)
}

/** Runs a flight to its end. Never rejects. */
export async function fly<Kinds extends CacheKinds>(tower: Tower<Kinds>, flight: Flight<Kinds>): Promise<void> {
  try {
    const found = await flight.job.find(flight.controller.signal)
    if (found !== undefined) {
      for (const seat of landed(tower, flight)) seat.resolve({ type: 'found', found, rescued: false })
      return
    }
    // All may have left while the slower levels were asked.
    if (flight.controller.signal.aborted) return
    const produced = await flight.job.produce(flight.controller.signal)
    if (produced.answer.type === 'whole') landWhole(tower, flight, { answer: produced.answer, facts: produced.facts })
    else await takeOff(tower, flight, { stream: produced.answer, facts: produced.facts })
  } catch (error) {
    crash(tower, flight, error)
  }
}

/** Ends the wait of all who sit: they are taken out and given back. */
function landed<Kinds extends CacheKinds>(tower: Tower<Kinds>, flight: Flight<Kinds>): readonly Seat<Kinds>[] {
  close(tower, flight)
  const seats = [...flight.seats]
  flight.seats.clear()
  for (const seat of seats) seat.stopListening()
  return seats
}

type WholeProduced<Kinds extends CacheKinds> = Pick<Produced<Kinds>, 'facts'> & { readonly answer: Kinds['whole'] }
type StreamProduced<Kinds extends CacheKinds> = Pick<Produced<Kinds>, 'facts'> & { readonly stream: Kinds['stream'] }

function landWhole<Kinds extends CacheKinds>(tower: Tower<Kinds>, flight: Flight<Kinds>, { answer, facts }: WholeProduced<Kinds>): void {
  flight.job.onComplete(() => answer, facts, flight.passengers)
  for (const { joined, resolve } of landed(tower, flight)) resolve({ type: 'answer', answer, joined })
}

function crash<Kinds extends CacheKinds>(tower: Tower<Kinds>, flight: Flight<Kinds>, error: unknown): void {
  const hopeless = tower.options.isSharedFailure(error)
  for (const seat of landed(tower, flight)) {
    const found = seat.job.rescue(error)
    if (found !== undefined) seat.resolve({ type: 'found', found, rescued: true })
    else if (!seat.joined || seat.retried || hopeless) seat.reject(error)
    else again(tower, seat, flight.key)
  }
}

function again<Kinds extends CacheKinds>(tower: Tower<Kinds>, seat: Seat<Kinds>, key: string | undefined): void {
  const { passenger, job, resolve, reject } = seat
  board(tower, { key, passenger, job, retried: true }).then(resolve, reject)
}

async function takeOff<Kinds extends CacheKinds>(
  tower: Tower<Kinds>,
  flight: Flight<Kinds>,
  produced: StreamProduced<Kinds>,
): Promise<void> {
  const { stream } = produced
  const shared = share(tower, flight, produced)
  flight.airborne = { stream, shared }
  // A refresh reads by itself; where all have left meanwhile, joining and leaving is what closes the source.
  const own = flight.background || flight.seats.size === 0 ? shared.join() : undefined
  const seats = [...flight.seats]
  flight.seats.clear()
  for (const seat of seats) seatInStream(tower, flight, seat)
  if (own === undefined) return
  if (!flight.background) own.leave(new Error('All clients have left.'))
  else while ((await own.next()).done !== true);
}

function share<Kinds extends CacheKinds>(
  tower: Tower<Kinds>,
  flight: Flight<Kinds>,
  { stream, facts }: StreamProduced<Kinds>,
): SharedStream<BatchOf<Kinds>> {
  const { streams, maxStreamBytes, maxAllStreamBytes, stallMs, setTimer } = tower.options
  const options: SharedStreamOptions<BatchOf<Kinds>> = {
    sizeOf: streams.sizeOf,
    maxBytes: maxStreamBytes,
    stallMs,
    setTimer,
    reserve: (bytes) => {
      const fits = tower.streamBytes + bytes <= maxAllStreamBytes
      if (fits) tower.streamBytes += bytes
      return fits
    },
    release: (bytes) => {
      tower.streamBytes -= bytes
    },
    onEnd: (batches) =>
      flight.job.onComplete(() => (batches === undefined ? undefined : streams.fold(batches, stream)), facts, flight.passengers),
    onClose: (whole) => {
      close(tower, flight)
      if (!whole) flight.controller.abort()
    },
  }
  return createSharedStream(batchesOf<Kinds>(stream), options)
}

/** The batches of a stream are of `BatchOf` by its definition; TypeScript does not see through the conditional type. */
function batchesOf<Kinds extends CacheKinds>({ batches }: Kinds['stream']): AsyncIterable<BatchOf<Kinds>> {
  return batches as AsyncIterable<BatchOf<Kinds>>
}

function seatInStream<Kinds extends CacheKinds>(tower: Tower<Kinds>, flight: Flight<Kinds>, seat: Seat<Kinds>): void {
  seat.stopListening()
  const { airborne, key } = flight
  const reader = airborne?.shared.join()
  if (airborne === undefined || reader === undefined) {
    // Too late: the beginning is no longer kept. The next flight of this key takes the passenger and those after it.
    close(tower, flight)
    again(tower, seat, key)
    return
  }
  const { onLeave } = seat.passenger
  const batches = readerBatches(reader, { onLeave, restart: (error) => restart(tower, seat, { error, key }) })
  if (seat.passenger.stream) seat.resolve({ type: 'answer', answer: { ...airborne.stream, batches }, joined: seat.joined })
  else void gather(tower, seat, { stream: airborne.stream, batches })
}

/** For a passenger who wants the answer in one piece while it comes as a stream. */
async function gather<Kinds extends CacheKinds>(
  tower: Tower<Kinds>,
  seat: Seat<Kinds>,
  { stream, batches }: { stream: Kinds['stream']; batches: AsyncIterable<BatchOf<Kinds>> },
): Promise<void> {
  try {
    const answer = tower.options.streams.fold(await readAll(batches), stream)
    if (answer !== undefined) seat.resolve({ type: 'answer', answer, joined: seat.joined })
    else if (seat.joined && !seat.retried) again(tower, seat, undefined)
    else seat.reject(new Error('The stream ended, and is not a whole answer.'))
  } catch (error) {
    seat.reject(error)
  }
}

function restart<Kinds extends CacheKinds>(
  tower: Tower<Kinds>,
  { passenger, job, joined, retried }: Seat<Kinds>,
  { error, key }: { error: unknown; key: string | undefined },
): Promise<AsyncIterable<BatchOf<Kinds>>> | undefined {
  if (!joined || retried || tower.options.isSharedFailure(error)) return undefined
  return board(tower, { key, passenger: { ...passenger, stream: true }, job, retried: true }).then((landing) => {
    const answer = landing.type === 'found' ? landing.found.answer : landing.answer
    return batchesOf<Kinds>(answer.type === 'stream' ? answer : tower.options.streams.replay(answer))
  })
}
