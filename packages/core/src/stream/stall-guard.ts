import type { Deps } from '../deps.ts'

/** Watches over one thing that must go on: whoever does not call in time has its `onStall` called, once. */
export interface StallGuard {
  /** Something came: the next must come within `ms`. */
  readonly expect: (ms: number, onStall: () => void) => void
  /** Stops the clock while it is not the watched one who is waited for; `resume` goes on with what was left. */
  readonly pause: () => void
  readonly resume: () => void
  readonly stop: () => void
}

/**
 * Re-arming a timer for every event would cost more than the event. Progress only moves a deadline; the one timer, when
 * it fires early, sleeps on until that deadline.
 */
export function createStallGuard(deps: Deps): StallGuard {
  let deadlineMs = Number.POSITIVE_INFINITY
  let timerAtMs = Number.POSITIVE_INFINITY
  let leftMs = Number.POSITIVE_INFINITY
  let cancelTimer: (() => void) | undefined
  let stalled: () => void = () => undefined

  const arm = (nowMs: number): void => {
    timerAtMs = deadlineMs
    cancelTimer = deps.setTimer(onTimer, Math.max(0, deadlineMs - nowMs))
  }
  const onTimer = (): void => {
    cancelTimer = undefined
    if (deadlineMs === Number.POSITIVE_INFINITY) return
    const nowMs = deps.monotonicNow()
    if (nowMs < deadlineMs) arm(nowMs)
    else stalled()
  }
  const watchFor = (ms: number): void => {
    const nowMs = deps.monotonicNow()
    deadlineMs = nowMs + ms
    if (cancelTimer !== undefined && timerAtMs <= deadlineMs) return
    cancelTimer?.()
    arm(nowMs)
  }
  return {
    expect: (ms, onStall) => {
      stalled = onStall
      watchFor(ms)
    },
    // The timer runs on: it finds nothing to do when it fires meanwhile.
    pause: () => {
      leftMs = deadlineMs - deps.monotonicNow()
      deadlineMs = Number.POSITIVE_INFINITY
    },
    resume: () => {
      if (leftMs !== Number.POSITIVE_INFINITY) watchFor(leftMs)
    },
    stop: () => {
      leftMs = Number.POSITIVE_INFINITY
      deadlineMs = Number.POSITIVE_INFINITY
      cancelTimer?.()
      cancelTimer = undefined
    },
  }
}
