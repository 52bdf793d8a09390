import type { LoggingDeps } from '../deps.ts'
import type { FromRecorder, ToRecorder } from './messages.ts'
import type { RecorderThread, RecorderThreadData, StartRecorderThread } from './recorder-thread.ts'

export interface SupervisorOptions {
  readonly startThread: StartRecorderThread
  readonly data: RecorderThreadData
  /** A thread that has work and says nothing for so long is ended. */
  readonly hangAfterMs: number
  readonly isBusy: () => boolean
  readonly onMessage: (message: FromRecorder) => void
  /** A thread has begun. */
  readonly onStarted: () => void
  /** The thread is gone, with all it held. */
  readonly onLost: () => void
}

/** Keeps a thread running: starts it, ends it when it hangs, and starts another one when it is gone. */
export interface Supervisor {
  /** `false` while there is no thread. */
  readonly post: (message: ToRecorder) => boolean
  readonly hold: (isHeld: boolean) => void
  /** Starts no other thread. */
  readonly release: () => void
  readonly terminate: () => void
}

const firstRestartMs = 100
const longestRestartMs = 30_000

export function superviseThread(options: SupervisorOptions, deps: LoggingDeps): Supervisor {
  const { startThread, data, hangAfterMs, isBusy, onMessage, onStarted, onLost } = options
  let thread: RecorderThread | undefined
  let released = false
  let restarts = 0
  let heardAtMs = 0
  let cancelWatch: (() => void) | undefined
  const watch = (): void => {
    cancelWatch ??= deps.setTimer(() => {
      cancelWatch = undefined
      if (thread === undefined || !isBusy()) return
      if (deps.now() - heardAtMs >= hangAfterMs) thread.terminate()
      watch()
    }, hangAfterMs)
  }
  const onExit = (): void => {
    thread = undefined
    onLost()
    if (!released) deps.setTimer(start, Math.min(longestRestartMs, firstRestartMs * 2 ** restarts++))
  }
  const hear = (message: FromRecorder): void => {
    heardAtMs = deps.now()
    restarts = 0
    onMessage(message)
  }
  const start = (): void => {
    if (released) return
    try {
      thread = startThread(data, { onMessage: hear, onExit })
      onStarted()
    } catch {
      onExit() // a thread may be out of reach for a while, as memory is
    }
  }
  start()
  return {
    post: (message) => {
      if (thread === undefined) return false
      if (cancelWatch === undefined) {
        heardAtMs = deps.now()
        watch()
      }
      thread.post(message)
      return true
    },
    hold: (isHeld) => thread?.hold(isHeld),
    release: () => {
      released = true
      cancelWatch?.()
    },
    terminate: () => thread?.terminate(),
  }
}
