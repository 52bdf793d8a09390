/** What a memory manager needs of the world. */
export interface MemoryDeps {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Runs `callback` once after `ms` and returns its cancellation. Never keeps a process alive by itself. */
  readonly setTimer: (callback: () => void, ms: number) => () => void
}

function hasUnref(timer: unknown): timer is { readonly unref: () => void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer
}

/** The real world. Wrapped rather than referenced, so that fake timers installed later still reach it. */
export const systemMemoryDeps: MemoryDeps = {
  now: () => Date.now(),
  setTimer: (callback, ms) => {
    const timer: unknown = setTimeout(callback, ms)
    // Node's timers hold the process open unless told otherwise; in browsers the handle is a number.
    if (hasUnref(timer)) timer.unref()
    return () => {
      clearTimeout(timer as Parameters<typeof clearTimeout>[0])
    }
  },
}
