/** Collects lines, so that a busy gateway writes once for many requests. */
export interface LineBuffer {
  readonly write: (line: string) => void
  /** Writes what is held now: at the end, or when somebody waits for it. */
  readonly flush: () => void
}

/** When buffered lines are written. */
export interface LineBufferOptions {
  readonly write: (text: string) => void
  /** Runs a callback once after some milliseconds and gives its cancellation. */
  readonly setTimer: (callback: () => void, ms: number) => () => void
  /** The longest that a line waits. */
  readonly maxWaitMs?: number | undefined
  readonly maxCharacters?: number | undefined
}

/** Lines wait at most `maxWaitMs`, and never more than `maxCharacters` of them are held. */
export function createLineBuffer({ write, setTimer, maxWaitMs = 50, maxCharacters = 65_536 }: LineBufferOptions): LineBuffer {
  let held = ''
  let cancelTimer: (() => void) | undefined
  const flush = (): void => {
    cancelTimer?.()
    cancelTimer = undefined
    if (held === '') return
    const text = held
    held = ''
    write(text)
  }
  return {
    flush,
    write: (line) => {
      held += line
      if (held.length >= maxCharacters) flush()
      else cancelTimer ??= setTimer(flush, maxWaitMs)
    },
  }
}
