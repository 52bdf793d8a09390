import type { Deps } from '../deps.ts'
import { createEventQueue, type EventQueue } from './event-queue.ts'
import { createMacrotaskQueue } from './macrotask-queue.ts'
import { createRandom, type Random } from './random.ts'

/** Where a virtual world begins. */
export interface VirtualWorldOptions {
  /** The same seed gives the same random numbers and ids. */
  readonly seed: number
  /** The time at the start, in Unix milliseconds; `undefined` is 2030-01-01. */
  readonly startMs?: number | undefined
}

/** A timer that is neither cancelled nor due. Unix milliseconds. */
export interface ArmedTimer {
  readonly atMs: number
  readonly armedAtMs: number
}

/** A virtual clock with its timers, and seeded sources of random numbers and ids. */
export interface VirtualWorld {
  readonly seed: number
  /** Unix milliseconds. */
  readonly startMs: number
  /** The `deps` for an engine. Their `fetch` rejects: there is no network. */
  readonly deps: Deps
  /** Unix milliseconds. */
  readonly now: () => number
  /** A source of random numbers by name. Draws from one source do not change the others. */
  readonly random: (name: string) => Random
  /** Runs a callback later; `armed` does not count it. Returns a function that cancels it. */
  readonly schedule: (afterMs: number, run: () => void) => () => void
  /** Advances the clock until no event is left, or to `untilMs`. @throws what a timer's callback throws */
  readonly run: (untilMs?: number) => Promise<void>
  /** The timers and sleeps of `deps` that are still armed. After the last call each of them is a leak. */
  readonly armed: () => readonly ArmedTimer[]
}

const defaultStartMs = Date.UTC(2030, 0, 1)

interface Clock {
  nowMs: number
}

function abortable(wait: (callback: () => void) => () => void, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = wait(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

function createNewId(random: Random): () => string {
  const word = (): string =>
    Math.floor(random() * 4294967296)
      .toString(16)
      .padStart(8, '0')
  return () => word() + word() + word() + word()
}

async function runQueue(queue: EventQueue, clock: Clock, untilMs: number): Promise<void> {
  const tasks = createMacrotaskQueue()
  try {
    await tasks.next()
    for (let atMs = queue.nextAtMs(); atMs !== undefined && atMs <= untilMs; atMs = queue.nextAtMs()) {
      clock.nowMs = atMs
      for (const run of queue.takeDue(atMs)) run()
      await tasks.next()
    }
    if (Number.isFinite(untilMs)) clock.nowMs = Math.max(clock.nowMs, untilMs)
  } finally {
    tasks.close()
  }
}

/**
 * Creates a virtual clock with seeded random numbers. The clock jumps to the next timer once every promise that could settle has
 * settled, so that hours pass in seconds and the same seed gives the same run. Code under test may wait only for promises and for
 * these timers.
 *
 * @example
 * const world = createVirtualWorld({ seed: 1 })
 * const slept = world.deps.sleep(3_600_000)
 * await world.run()
 * await slept
 */
export function createVirtualWorld({ seed, startMs = defaultStartMs }: VirtualWorldOptions): VirtualWorld {
  const queue = createEventQueue()
  const clock: Clock = { nowMs: startMs }
  const armed = new Set<ArmedTimer>()
  const random = (name: string): Random => createRandom(`${seed}/${name}`)
  // Times are whole milliseconds, like those of Date.now().
  const schedule = (afterMs: number, run: () => void): (() => void) => queue.add(Math.ceil(clock.nowMs + Math.max(0, afterMs)), run)

  const setTimer = (callback: () => void, ms: number): (() => void) => {
    const timer: ArmedTimer = { atMs: clock.nowMs + ms, armedAtMs: clock.nowMs }
    armed.add(timer)
    const cancel = schedule(ms, () => {
      armed.delete(timer)
      callback()
    })
    return () => {
      armed.delete(timer)
      cancel()
    }
  }
  const deps: Deps = {
    fetch: async () => {
      throw new TypeError('A virtual world has no network: give the engine a scripted transport.')
    },
    now: () => clock.nowMs,
    monotonicNow: () => clock.nowMs,
    setTimer,
    defer: (callback) => void schedule(0, callback),
    sleep: (ms, signal) => abortable((callback) => setTimer(callback, ms), signal),
    random: random('engine'),
    newId: createNewId(random('ids')),
  }
  return {
    seed,
    startMs,
    deps,
    now: deps.now,
    random,
    schedule,
    run: (untilMs = Number.POSITIVE_INFINITY) => runQueue(queue, clock, untilMs),
    armed: () => [...armed],
  }
}
