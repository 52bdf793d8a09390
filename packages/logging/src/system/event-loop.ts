import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Reading } from '../metrics/readings.ts'

/** How often the delay is sampled. */
const resolutionMs = 20

/** Watches the event loop. */
export interface EventLoopWatch {
  /** Delay and use since the last reading. */
  readonly read: () => readonly Reading[]
  readonly close: () => void
}

/** Nanoseconds between two samples as seconds of delay: Node counts the sampling interval in. */
function toDelaySeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3)
}

export function createEventLoopWatch(): EventLoopWatch {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  let before = performance.eventLoopUtilization()
  return {
    read: () => {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, before)
      before = now
      const [mean, p99] = delays.count === 0 ? [0, 0] : [toDelaySeconds(delays.mean), toDelaySeconds(delays.percentile(99))]
      delays.reset()
      return [
        { name: 'nodejs_eventloop_lag_mean_seconds', value: mean },
        { name: 'nodejs_eventloop_lag_p99_seconds', value: p99 },
        { name: 'nodejs_eventloop_utilization_ratio', value: utilization },
      ]
    },
    close: () => delays.disable(),
  }
}
