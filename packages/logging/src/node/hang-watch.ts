import type { LoggingDeps } from '../deps.ts'

export interface HangWatchOptions {
  /** A thread that has work and says nothing for so long hangs. */
  readonly hangAfterMs: number
  readonly isBusy: () => boolean
  readonly onHang: () => void
}

/** Notices that a thread has work and says nothing. It keeps a timer only while there is work. */
export interface HangWatch {
  /** A new thread has begun. */
  readonly onStarted: () => void
  /** A message is about to be sent to it. */
  readonly onPost: () => void
  /** A message has come from it, and its work is counted. */
  readonly onHeard: () => void
  readonly stop: () => void
}

export function createHangWatch({ hangAfterMs, isBusy, onHang }: HangWatchOptions, deps: LoggingDeps): HangWatch {
  let heardAtMs = 0
  let isIdle = true
  let cancelTimer: (() => void) | undefined
  const watch = (): void => {
    cancelTimer ??= deps.setTimer(() => {
      cancelTimer = undefined
      if (!isBusy()) return
      if (deps.monotonicNow() - heardAtMs >= hangAfterMs) onHang()
      else watch()
    }, hangAfterMs)
  }
  return {
    onStarted: () => {
      isIdle = true
    },
    onPost: () => {
      // The silence of a thread without work does not count.
      if (isIdle) heardAtMs = deps.monotonicNow()
      isIdle = false
      watch()
    },
    onHeard: () => {
      heardAtMs = deps.monotonicNow()
      isIdle = !isBusy()
    },
    stop: () => cancelTimer?.(),
  }
}
