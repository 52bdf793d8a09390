import { setImmediate } from 'node:timers'

/** Resolves when the event loop has had a turn of its own, one caller a turn. */
export type NextTurn = () => Promise<void>

/**
 * Schedules work that runs in slices. However many conversations are condensed at once, the event loop handles everything else
 * between two slices: each of its rounds starts one waiting slice.
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
