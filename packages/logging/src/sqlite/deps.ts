import { randomBytes } from 'node:crypto'

/** What the stores need of the world. Core's `Deps` fits. */
export interface StoreDeps {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Runs `callback` once after `ms` and returns its cancellation. Must not keep a process alive by itself. */
  readonly setTimer: (callback: () => void, ms: number) => () => void
  /** A new unguessable identifier of 32 lower-case hexadecimal characters; keys of pseudonyms are made of it. */
  readonly newId: () => string
}

/** The real world. */
export const systemStoreDeps: StoreDeps = {
  now: () => Date.now(),
  setTimer: (callback, ms) => {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  },
  newId: () => randomBytes(16).toString('hex'),
}

/** This process's number in the system. */
export const processId = (): number => process.pid

/** Whether another process of that number runs now. */
export function isOtherProcessAlive(id: number): boolean {
  if (id === process.pid) return false
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' // alive, and somebody else's
  }
}
