import { systemDeps } from '@proxyapi/core'
import type { ProcessLoad } from '@proxyapi/server'

/** Looking costs a few file reads, so it is done on a clock and not for each request. */
const intervalMs = 500

export interface LoadWatch {
  readonly load: () => ProcessLoad
  readonly start: () => void
  readonly close: () => void
}

/** How busy the process is: how late the watch's own timer runs, and the share of memory in use. */
export function createLoadWatch(
  memoryRatio: () => number,
  { now, setTimer }: Pick<typeof systemDeps, 'now' | 'setTimer'> = systemDeps,
): LoadWatch {
  let load: ProcessLoad = { lagMs: 0, memoryRatio: 0 }
  let lastLagMs = 0
  let cancel: (() => void) | undefined
  const sample = (dueAtMs: number): void => {
    const lagMs = Math.max(0, now() - dueAtMs)
    // The smaller of two samples in a row: one pause, such as a collection, must not shed requests.
    load = { lagMs: Math.min(lagMs, lastLagMs), memoryRatio: memoryRatio() }
    lastLagMs = lagMs
    schedule()
  }
  const schedule = (): void => {
    const dueAtMs = now() + intervalMs
    cancel = setTimer(() => sample(dueAtMs), intervalMs)
  }
  return {
    load: () => load,
    start: () => {
      if (cancel === undefined) schedule()
    },
    close: () => {
      cancel?.()
      cancel = undefined
    },
  }
}
