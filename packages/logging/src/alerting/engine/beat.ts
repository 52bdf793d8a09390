import type { AlertingDeps } from '../deps.ts'

export interface Beat {
  readonly start: () => void
  /** For good. */
  readonly stop: () => void
}

/** Calls back at once and then each `intervalMs`, from the start until stopped. */
export function createBeat(callback: () => void, intervalMs: number, setTimer: AlertingDeps['setTimer']): Beat {
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
