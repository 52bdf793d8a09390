import type { Deps } from '../deps.ts'
import { createEventQueue, type EventQueue } from './event-queue.ts'
import { createRandom, type Random } from './random.ts'
import { createYieldQueue } from './turns.ts'

export interface VirtualWorldOptions {
  /** Whatever is drawn follows from it. */
  readonly seed: number
  /** Unix milliseconds at which the world begins; `undefined` is 2030-01-01. */
  readonly startMs?: number | undefined
}

/** A timer that nobody has cancelled and whose time has not come. */
export interface ArmedTimer {
  readonly atMs: number
  readonly armedAtMs: number
}

/** A world in which time passes only when nothing is left to do. */
export interface VirtualWorld {
  readonly seed: number
  readonly startMs: number
  /** What an engine takes as its world. Its `fetch` refuses: nothing here touches a network. */
  readonly deps: Deps
  /** Unix milliseconds. */
  readonly now: () => number
  /** A source of chance of its own: draws from one do not move the others. */
  readonly random: (name: string) => Random
  /** Has something happen later, as the world's own doing: not counted by `armed`. Gives the cancellation back. */
  readonly schedule: (afterMs: number, run: () => void) => () => void
  /** Lets time pass until nothing will happen any more, or until `untilMs`. @throws what a timer's callback throws */
  readonly run: (untilMs?: number) => Promise<void>
  /** Timers and sleeps that were taken from `deps` and are still running: after the last call, a leak. */
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
  const turns = createYieldQueue()
  try {
    await turns.next()
    for (let atMs = queue.nextAtMs(); atMs !== undefined && atMs <= untilMs; atMs = queue.nextAtMs()) {
      clock.nowMs = atMs
      for (const happen of queue.takeDue(atMs)) happen()
      await turns.next()
    }
    if (Number.isFinite(untilMs)) clock.nowMs = Math.max(clock.nowMs, untilMs)
  } finally {
    turns.close()
  }
}

/**
 * A virtual clock with seeded chance. Time jumps to the next timer once every promise that could settle has settled, so that
 * hours pass in seconds and the same seed gives the same run. Whatever must be deterministic may wait for nothing but
 * promises and this world's timers.
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
  // Whole milliseconds, as Date.now() has them: what falls into the same one happens at the same instant.
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
    setTimer,
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
