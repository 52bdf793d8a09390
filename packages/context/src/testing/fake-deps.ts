import type { Deps } from '../deps.ts'

/** A world whose time moves only when told, and whose chance is seeded. */
export interface FakeDeps extends Deps {
  /** Moves time and runs the timers that are due, in order; lets promises settle in between. */
  readonly advance: (ms: number) => Promise<void>
  readonly pendingTimers: () => number
}

/** Lets everything that is ready run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

/** Creates deps for tests. Time begins at `startMs`, Unix milliseconds. */
export function createFakeDeps(startMs = 1_700_000_000_000): FakeDeps {
  let nowMs = startMs
  let seed = 1
  let timers: { readonly atMs: number; readonly callback: () => void }[] = []
  return {
    now: () => nowMs,
    random: () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return seed / 2 ** 32
    },
    setTimer: (callback, ms) => {
      const timer = { atMs: nowMs + ms, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    advance: async (ms) => {
      const untilMs = nowMs + ms
      for (;;) {
        await settle()
        const [due] = timers.filter(({ atMs }) => atMs <= untilMs).sort((left, right) => left.atMs - right.atMs)
        if (due === undefined) break
        timers = timers.filter((one) => one !== due)
        nowMs = due.atMs
        due.callback()
      }
      nowMs = untilMs
    },
    pendingTimers: () => timers.length,
  }
}
