import { ContextError } from '../errors/context-error.ts'
import type { MemoryEvent } from './memory-event.ts'
import type { MemoryReading } from './memory-reading.ts'
import type { PressureThresholds } from './pressure.ts'
import type { Shedder } from './shedding.ts'

/** What a memory manager reads, and what it may do. */
export interface MemoryManagerOptions {
  /** Where the process stands now. */
  readonly read: () => MemoryReading
  /** Collects garbage at once. Without it nothing can be collected by hand. */
  readonly collectGarbage?: (() => void) | undefined
  /** Calls back after each full collection that the engine makes by itself; returns its cancellation. */
  readonly watchCollections?: ((onCollection: () => void) => () => void) | undefined
  /** Used percentage of the limit from which memory is cleaned up. Default 85. */
  readonly maxUsagePercent?: number | undefined
  /** Used percentage from which garbage is collected. Default 80, and never above `maxUsagePercent`. */
  readonly gcThresholdPercent?: number | undefined
  /** Between two looks at the memory. Default 30 s. */
  readonly monitoringIntervalMs?: number | undefined
  /** Between two routine clean-ups, in which the shedders drop what has expired. Default 300 s. */
  readonly cacheCleanupIntervalMs?: number | undefined
  /** What can give up memory, cheapest to lose first. */
  readonly shedders?: readonly Shedder[] | undefined
  readonly onEvent?: ((event: MemoryEvent) => void) | undefined
}

/** @throws `invalid_config` when a percentage is not above 0 and up to 100. */
export function toThresholds({ maxUsagePercent = 85, gcThresholdPercent = 80 }: MemoryManagerOptions): PressureThresholds {
  const critical = toRatio('maxUsagePercent', maxUsagePercent)
  return { critical, elevated: Math.min(critical, toRatio('gcThresholdPercent', gcThresholdPercent)) }
}

function toRatio(name: string, percent: number): number {
  if (percent > 0 && percent <= 100) return percent / 100
  throw new ContextError('invalid_config', `${name} is ${percent}; allowed is a percentage above 0 and up to 100`)
}

/** @throws `invalid_config` when an interval is not a positive, finite number: a timer would spin. */
export function checkInterval(name: string, ms: number): number {
  if (ms > 0 && Number.isFinite(ms)) return ms
  throw new ContextError('invalid_config', `${name} is ${ms}; allowed is a positive number of milliseconds`)
}
