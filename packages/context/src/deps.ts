/** The outside world as this package needs it. Core's `Deps` fits. */
export interface Deps {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Runs `callback` once after `ms` and returns a function that cancels it. Should not keep a process alive by itself. */
  readonly setTimer: (callback: () => void, ms: number) => () => void
  /** Uniform in [0, 1). */
  readonly random: () => number
}

function hasUnref(timer: unknown): timer is { readonly unref: () => void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer
}

function systemTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms)
  // Node's timers hold the process open unless told otherwise; in browsers the handle is a number.
  if (hasUnref(timer)) timer.unref()
  return () => {
    clearTimeout(timer)
  }
}

/** The real world. Wrapped rather than referenced, so that fake timers installed later still reach it. */
export const systemDeps: Deps = { now: () => Date.now(), setTimer: systemTimer, random: () => Math.random() }
