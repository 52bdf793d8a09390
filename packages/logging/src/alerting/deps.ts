/** What alerting needs of the outside world. Deps of `@proxyapi/core` fit. */
export interface AlertingDeps {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Runs `callback` once after `ms` and returns its cancellation. Never keeps a process alive by itself. */
  readonly setTimer: (callback: () => void, ms: number) => () => void
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** A new identifier. */
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
export const systemAlertingDeps: AlertingDeps = {
  now: () => Date.now(),
  setTimer: systemTimer,
  random: () => Math.random(),
  newId: () => crypto.randomUUID(),
}

/** The network, unless a caller brings its own. */
export const systemFetch: typeof globalThis.fetch = (input, init) => fetch(input, init)
