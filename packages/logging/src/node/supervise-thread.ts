import type { LoggingDeps } from '../deps.ts'
import { createHangWatch, type HangWatchOptions } from './hang-watch.ts'
import type { FromRecorder, ToRecorder } from './messages.ts'
import type { RecorderThread, RecorderThreadData, StartRecorderThread } from './recorder-thread.ts'

export interface SupervisorOptions extends Omit<HangWatchOptions, 'onHang'> {
  readonly startThread: StartRecorderThread
  readonly data: RecorderThreadData
  readonly onMessage: (message: FromRecorder) => void
  /** A thread has begun. */
  readonly onStarted: () => void
  /** The thread is gone or abandoned, with all it held. */
  readonly onLost: () => void
}

/**
 * Keeps a thread running: starts it, and starts another one when it has ended. A thread that hangs is abandoned and never terminated, because
 * SQLite's addon aborts the whole process when its thread is terminated while a statement runs. Another one is started only when the abandoned one
 * has ended by itself, so that there are never two at the same file.
 */
export interface Supervisor {
  /** `false` while there is no thread. */
  readonly post: (message: ToRecorder) => boolean
  readonly hold: (isHeld: boolean) => void
  /** Starts no other thread. */
  readonly release: () => void
  /** Ignores the thread from now on; it does not keep the process alive. */
  readonly abandon: () => void
}

const firstRestartMs = 100
const longestRestartMs = 30_000
/** Nobody waits for the answer: questions are numbered from 1. */
const closeUnasked: ToRecorder = { type: 'ask', id: 0, method: 'close', args: [] }

export function superviseThread(options: SupervisorOptions, deps: LoggingDeps): Supervisor {
  const { startThread, data, hangAfterMs, isBusy, onMessage, onStarted, onLost } = options
  let thread: RecorderThread | undefined
  let released = false
  let restarts = 0
  const abandon = (): void => {
    const abandoned = thread
    thread = undefined
    if (abandoned === undefined) return
    if (!released) abandoned.post(closeUnasked) // it ends by itself, should it run again
    onLost()
    abandoned.hold(false)
  }
  const watch = createHangWatch({ hangAfterMs, isBusy, onHang: abandon }, deps)
  const hear = (message: FromRecorder): void => {
    restarts = 0
    onMessage(message)
    watch.onHeard()
  }
  const startLater = (): void => {
    if (!released) deps.setTimer(start, Math.min(longestRestartMs, firstRestartMs * 2 ** restarts++))
  }
  const start = (): void => {
    if (released) return
    try {
      const started = startThread(data, {
        onMessage: (message) => {
          if (thread === started) hear(message)
        },
        onExit: () => {
          if (thread === started) {
            thread = undefined
            onLost()
          }
          startLater()
        },
      })
      thread = started
      watch.onStarted()
      onStarted()
    } catch {
      startLater() // a thread may be out of reach for a while, as memory is
    }
  }
  start()
  return {
    post: (message) => {
      if (thread === undefined) return false
      watch.onPost()
      thread.post(message)
      return true
    },
    hold: (isHeld) => thread?.hold(isHeld),
    release: () => {
      released = true
      watch.stop()
    },
    abandon,
  }
}
