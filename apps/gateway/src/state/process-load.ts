import { cpuUsage } from 'node:process'
import { systemDeps } from '@proxyapi/core'
import type { ProcessLoad } from '@proxyapi/server'

/** Reading costs a few file reads, so it is done on a clock and not for each request. */
const intervalMs = 500
/** A process that has just started loads code and opens files: its timers run late without any requests. */
const startupMs = 10_000

export interface LoadWatch {
  readonly load: () => ProcessLoad
  readonly start: () => void
  readonly close: () => void
}

export interface LoadWatchDeps extends Pick<typeof systemDeps, 'monotonicNow' | 'setTimer'> {
  /** Milliseconds that the process has spent on processors. */
  readonly cpuMs: () => number
}

const systemLoadDeps: LoadWatchDeps = {
  monotonicNow: systemDeps.monotonicNow,
  setTimer: systemDeps.setTimer,
  cpuMs: () => {
    const { user, system } = cpuUsage()
    return (user + system) / 1_000
  },
}

/** How busy the process is: how late the watch's own timer runs, and the share of memory in use. */
export function createLoadWatch(
  memoryRatio: () => number,
  { monotonicNow: now, setTimer, cpuMs }: LoadWatchDeps = systemLoadDeps,
): LoadWatch {
  let load: ProcessLoad = { lagMs: 0, memoryRatio: 0 }
  let lastLagMs = 0
  let lastCpuMs = 0
  let startedAtMs = 0
  let cancel: (() => void) | undefined
  const sample = (dueAtMs: number): void => {
    const nowMs = now()
    const usedMs = cpuMs() - lastCpuMs
    // A delay without work is not load: the machine stood still.
    const lagMs = nowMs - startedAtMs < startupMs ? 0 : Math.max(0, Math.min(nowMs - dueAtMs, usedMs))
    // The smaller of two samples in a row: one pause, such as a collection, must not shed requests.
    load = { lagMs: Math.min(lagMs, lastLagMs), memoryRatio: memoryRatio() }
    lastLagMs = lagMs
    schedule()
  }
  const schedule = (): void => {
    const dueAtMs = now() + intervalMs
    lastCpuMs = cpuMs()
    cancel = setTimer(() => sample(dueAtMs), intervalMs)
  }
  return {
    load: () => load,
    start: () => {
      if (cancel !== undefined) return
      startedAtMs = now()
      schedule()
    },
    close: () => {
      cancel?.()
      cancel = undefined
    },
  }
}
