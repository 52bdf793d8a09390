import type { LoggingDeps } from '../../deps.ts'

export interface VirtualDeps extends LoggingDeps {
  /** Lets time pass; timers that come due run in order, each followed by what it set off. */
  readonly pass: (ms: number) => Promise<void>
  /** How far off each timer is. */
  readonly timers: () => readonly number[]
}

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** One turn of the event loop, so that promises and sockets get on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Turns until something holds; the test's time limit ends it otherwise. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn()
}

let worlds = 0

/** A world whose clock moves when told to. */
export function createVirtualDeps(startMs = 1_800_000_000_000): VirtualDeps {
  const timers = new Set<Timer>()
  let nowMs = startMs
  const world = ++worlds
  let ids = 0
  const nextDue = (untilMs: number): Timer | undefined =>
    [...timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0]
  return {
    now: () => nowMs,
    monotonicNow: () => nowMs,
    random: () => 1,
    newId: () => `id-${world}-${++ids}`,
    setTimer: (callback, ms) => {
      const timer = { dueMs: nowMs + ms, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    timers: () => [...timers].map(({ dueMs }) => dueMs - nowMs),
    pass: async (ms) => {
      const endMs = nowMs + ms
      for (let timer = nextDue(endMs); timer !== undefined; timer = nextDue(endMs)) {
        timers.delete(timer)
        nowMs = Math.max(nowMs, timer.dueMs)
        timer.callback()
        await turn()
      }
      nowMs = endMs
      await turn()
    },
  }
}
