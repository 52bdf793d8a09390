import type { Collection } from './memory-event.ts'
import { type MemoryReading, retainedBytes } from './memory-reading.ts'

/** Collects garbage, and spaces collections by what they bring: each one stops the whole process. */
export interface GarbageCollector {
  /** Collects at once; `undefined` where garbage can't be collected by hand. */
  readonly collect: (reason: Collection['reason']) => Collection | undefined
  /** Whether a collection because of such pressure is worth its pause again. */
  readonly isDue: (pressure: 'elevated' | 'critical') => boolean
  readonly last: () => Collection | undefined
}

export interface GarbageCollectorOptions {
  readonly read: () => MemoryReading
  readonly collectGarbage?: (() => void) | undefined
  readonly onCollection: (collection: Collection) => void
}

const minPauseMs = 60_000
const maxPauseMs = 900_000
/** How much sooner the next collection comes when the other choice is to shed what may still be of use. */
const urgency = 4
/** Less than this share of what was alive is not worth a pause. */
const fruitfulRatio = 0.02

export function createGarbageCollector(
  { read, collectGarbage, onCollection }: GarbageCollectorOptions,
  now: () => number,
): GarbageCollector {
  let last: Collection | undefined
  let pauseMs = minPauseMs
  const space = ({ freedBytes, beforeBytes }: Collection): void => {
    pauseMs = freedBytes >= fruitfulRatio * beforeBytes ? minPauseMs : Math.min(maxPauseMs, pauseMs * 2)
  }
  return {
    collect: (reason) => {
      if (collectGarbage === undefined) return undefined
      const atMs = now()
      const beforeBytes = retainedBytes(read())
      collectGarbage()
      const afterBytes = retainedBytes(read())
      const durationMs = Math.max(0, now() - atMs)
      last = { reason, atMs, beforeBytes, afterBytes, freedBytes: Math.max(0, beforeBytes - afterBytes), durationMs }
      space(last)
      onCollection(last)
      return last
    },
    isDue: (pressure) => last === undefined || Math.abs(now() - last.atMs) >= (pressure === 'critical' ? pauseMs / urgency : pauseMs),
    last: () => last,
  }
}
