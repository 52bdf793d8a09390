import { createTimers } from './timers.ts'

/**
 * The outside world as a value: time, chance, identity, timers and network. Everything in ProxyAPI that waits, draws
 * or calls takes it as a parameter, so that a test or the simulator can stand in for the world.
 */
export interface Deps {
  readonly fetch: typeof globalThis.fetch
  /** Unix milliseconds. The clock may be set back or forward at any time: use it for what is dated, not for what lasts. */
  readonly now: () => number
  /** Milliseconds of a clock that nobody sets. Only differences mean anything: use it for durations, deadlines and whatever ends by itself. */
  readonly monotonicNow: () => number
  /** Resolves after `ms`; rejects with the signal's reason when aborted first, and leaves no listener behind. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Runs `callback` once after `ms` and returns its cancellation. Never keeps a process alive by itself. */
  readonly setTimer: (callback: () => void, ms: number) => () => void
  /** Runs `callback` in a task of its own, as soon as the current work has given way. */
  readonly defer: (callback: () => void) => void
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** A new identifier of 32 lower-case hexadecimal characters. */
  readonly newId: () => string
}

function systemSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

function hasUnref(timer: unknown): timer is { readonly unref: () => void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer
}

function armSystemTimer(callback: () => void, ms: number): () => void {
  // `setTimeout` cuts fractions off, and a timer that comes early has to be armed once more.
  const timer: unknown = setTimeout(callback, Math.ceil(ms))
  // Node's timers hold the process open unless told otherwise; in browsers the handle is a number.
  if (hasUnref(timer)) timer.unref()
  return () => {
    clearTimeout(timer as Parameters<typeof clearTimeout>[0]) // what `setTimeout` returned
  }
}

// The wall clock may be set back or forward: deadlines would then come hours late, or all at once.
const systemTimer = createTimers(armSystemTimer, () => performance.now())

declare const setImmediate: ((callback: () => void) => unknown) | undefined

function systemDefer(callback: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(callback)
  else setTimeout(callback, 0)
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const idBlock = new Uint8Array(16 * 64)
let idOffset = idBlock.length

/** Draws randomness for 64 identifiers at once: one call into the system's generator costs more than an identifier. */
function systemId(): string {
  if (idOffset === idBlock.length) {
    crypto.getRandomValues(idBlock)
    idOffset = 0
  }
  let id = ''
  for (const end = idOffset + 16; idOffset < end; idOffset++) id += hexOfByte[idBlock[idOffset] ?? 0] ?? ''
  return id
}

/** The real world. Wrapped rather than referenced, so that fake timers installed later still reach it. */
export const systemDeps: Deps = {
  fetch: (input, init) => fetch(input, init),
  now: () => Date.now(),
  // Whole milliseconds, as those of `now`.
  monotonicNow: () => Math.floor(performance.now()),
  sleep: systemSleep,
  setTimer: systemTimer,
  defer: systemDefer,
  random: () => Math.random(),
  newId: systemId,
}
