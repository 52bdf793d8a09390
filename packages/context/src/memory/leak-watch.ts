import { addHeapPoint, type HeapPoint, judgeLeak, type LeakSuspicion } from './heap-trend.ts'
import type { MemoryEvent } from './memory-event.ts'

/** Remembers what survived collections and says when a leak becomes likely, or no longer is. */
export interface LeakWatch {
  readonly record: (point: HeapPoint) => void
  readonly suspicion: () => LeakSuspicion
}

export function createLeakWatch(onEvent: (event: MemoryEvent) => void): LeakWatch {
  let points: readonly HeapPoint[] = []
  let latest = judgeLeak(points)
  return {
    record: (point) => {
      const added = addHeapPoint(points, point)
      if (added === points) return
      points = added
      const before = latest
      latest = judgeLeak(points)
      if (latest.suspected !== before.suspected) onEvent({ type: latest.suspected ? 'leak-suspected' : 'leak-cleared', ...latest })
    },
    suspicion: () => latest,
  }
}
