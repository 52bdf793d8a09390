/** What logging needs of the outside world; each part takes a pick of it. Core's `Deps` fits. */
export interface LoggingDeps {
  /** Unix milliseconds. The clock may be set back or forward at any time. */
  readonly now: () => number
  /** Milliseconds of a clock that nobody sets, for durations. */
  readonly monotonicNow: () => number
  /** Runs `callback` once after `ms` and returns its cancellation. Must not keep a process alive by itself. */
  readonly setTimer: (callback: () => void, ms: number) => () => void
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** A new unguessable identifier of 32 lower-case hexadecimal characters. */
  readonly newId: () => string
}

function hasUnref(timer: unknown): timer is { readonly unref: () => void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer
}

function systemTimer(callback: () => void, ms: number): () => void {
  const timer: unknown = setTimeout(callback, ms)
  // Node's timers hold the process open unless told otherwise; elsewhere the handle is a number.
  if (hasUnref(timer)) timer.unref()
  return () => {
    clearTimeout(timer as Parameters<typeof clearTimeout>[0]) // what `setTimeout` returned
  }
}

/** The real world. Wrapped rather than referenced, so that fake timers installed later still reach it. */
export const systemDeps: LoggingDeps = {
  now: () => Date.now(),
  monotonicNow: () => Math.floor(performance.now()),
  setTimer: systemTimer,
  random: () => Math.random(),
  newId: () => crypto.randomUUID().replaceAll('-', ''),
}

/** The network, unless a caller brings its own. */
export const systemFetch: typeof globalThis.fetch = (input, init) => fetch(input, init)

/** This process's number in the system. */
export const processId = (): number => process.pid

/** Whether another process of that number runs now. */
export function isOtherProcessAlive(id: number): boolean {
  if (id <= 0 || id === process.pid) return false
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' // alive, and somebody else's
  }
}
