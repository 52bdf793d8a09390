import type { Deps } from '../deps.ts'

/** Calls `tick` at an interval. */
export interface IntervalTimer {
  readonly start: () => void
  readonly stop: () => void
}

export function createIntervalTimer(tick: () => void, intervalMs: number, { setTimer }: Pick<Deps, 'setTimer'>): IntervalTimer {
  let cancel: (() => void) | undefined
  const arm = (): void => {
    cancel = setTimer(() => {
      // Armed before the work: one tick that throws must not be the last.
      arm()
      tick()
    }, intervalMs)
  }
  return {
    start: () => {
      cancel?.()
      arm()
    },
    stop: () => {
      cancel?.()
      cancel = undefined
    },
  }
}
