import type { LoggingDeps } from '../../deps.ts'

export interface IntervalTimer {
  readonly start: () => void
  /** For good. */
  readonly stop: () => void
}

/** Calls back at once and then each `intervalMs`, from the start until stopped. */
export function createIntervalTimer(callback: () => void, intervalMs: number, setTimer: LoggingDeps['setTimer']): IntervalTimer {
  let cancel: (() => void) | undefined
  const beat = (): void => {
    cancel = setTimer(beat, intervalMs)
    callback()
  }
  return {
    start: () => {
      if (cancel === undefined) beat()
    },
    stop: () => {
      cancel?.()
      cancel = () => undefined
    },
  }
}
