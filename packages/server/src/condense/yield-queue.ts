import { setImmediate } from 'node:timers'

/** Resolves when the event loop has had a turn of its own, one caller a turn. */
export type NextTurn = () => Promise<void>

/**
 * Turns for work that runs in slices. However many conversations are condensed at once, the event loop looks after everything else
 * between any two slices: each of its rounds wakes one of those who wait.
 */
export function createYieldQueue(): NextTurn {
  const waiting: (() => void)[] = []
  const wakeOne = (): void => {
    waiting.shift()?.()
    if (waiting.length > 0) setImmediate(wakeOne)
  }
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      if (waiting.length === 1) setImmediate(wakeOne)
    })
}
