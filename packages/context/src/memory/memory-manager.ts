import { type Collector, createCollector } from './collector.ts'
import { type MemoryDeps, systemMemoryDeps } from './deps.ts'
import type { LeakSuspicion } from './heap-trend.ts'
import { createLeakWatch, type LeakWatch } from './leak-watch.ts'
import type { Collection, MemoryEvent } from './memory-event.ts'
import { checkInterval, type MemoryManagerOptions, toThresholds } from './memory-options.ts'
import { retainedBytes, usageRatio } from './memory-reading.ts'
import type { MemoryPressure } from './pressure.ts'
import { createRelief, type ShedFigures } from './relief.ts'
import { type EffectiveReading, withoutReusable } from './reusable-memory.ts'
import { createTicker } from './ticker.ts'

/** A memory manager's view of its process, as of now. */
export interface MemoryFigures extends EffectiveReading, ShedFigures {
  /** Used share of the nearer limit, the heap's or the process's. */
  readonly usageRatio: number
  /** As of the last look, not of this reading. */
  readonly pressure: MemoryPressure
  readonly leak: LeakSuspicion
  readonly lastCollection: Collection | undefined
}

export interface MemoryManager {
  /** Begins to look, at once and then at each interval. A second start changes nothing. */
  readonly start: () => void
  readonly close: () => void
  /** Cheap: for whoever asks on each request. */
  readonly pressure: () => MemoryPressure
  readonly figures: () => MemoryFigures
  /** Collects garbage now; `undefined` where that can't be done by hand. Stops the process for as long as it takes. */
  readonly collect: () => Collection | undefined
}

interface Parts {
  readonly read: () => EffectiveReading
  readonly collector: Collector
  readonly leaks: LeakWatch
  readonly tell: (event: MemoryEvent) => void
  readonly now: () => number
}

/** The engine may make several full collections a second; one reading in this time is enough. */
const minCollectionReadMs = 5_000

function createParts(options: MemoryManagerOptions, { now }: MemoryDeps): Parts {
  const { collectGarbage, onEvent: tell = () => undefined } = options
  const read = withoutReusable(options.read)
  const leaks = createLeakWatch(tell)
  const onCollection = (collection: Collection): void => {
    leaks.note({ atMs: collection.atMs, bytes: collection.afterBytes })
    tell({ type: 'collected', ...collection })
  }
  return { read, tell, now, leaks, collector: createCollector({ read, collectGarbage, onCollection }, now) }
}

/** Notes what survives the collections that the engine makes by itself. */
function watchEngine(watch: MemoryManagerOptions['watchCollections'], { read, leaks, now }: Parts): () => void {
  let lastMs = Number.NEGATIVE_INFINITY
  const stop = watch?.(() => {
    const atMs = now()
    if (Math.abs(atMs - lastMs) < minCollectionReadMs) return
    lastMs = atMs
    leaks.note({ atMs, bytes: retainedBytes(read()) })
  })
  return stop ?? (() => undefined)
}

/**
 * Watches the memory of a process: collects garbage when it is short, sheds caches when it is nearly gone, and suspects
 * a leak when what survives collections keeps growing. Starts nothing until `start`.
 *
 * @throws `invalid_config` on a percentage or an interval that can't be kept.
 * @example
 * import { nodeMemory } from '@proxyapi/context/node'
 * const memory = createMemoryManager({ ...nodeMemory(), shedders: [{ name: 'cache', shed: (share) => cache.shed(share) }] })
 * memory.start()
 */
export function createMemoryManager(options: MemoryManagerOptions, deps: MemoryDeps = systemMemoryDeps): MemoryManager {
  const { monitoringIntervalMs = 30_000, cacheCleanupIntervalMs = 300_000, shedders = [] } = options
  const parts = createParts(options, deps)
  const relief = createRelief({ ...parts, shedders, thresholds: toThresholds(options) })
  const tickers = [
    createTicker(relief.check, checkInterval('monitoringIntervalMs', monitoringIntervalMs), deps),
    createTicker(relief.tidy, checkInterval('cacheCleanupIntervalMs', cacheCleanupIntervalMs), deps),
  ]
  let stopWatching: (() => void) | undefined
  return {
    start: () => {
      if (stopWatching !== undefined) return
      stopWatching = watchEngine(options.watchCollections, parts)
      for (const ticker of tickers) ticker.start()
      relief.check()
    },
    close: () => {
      for (const ticker of tickers) ticker.stop()
      stopWatching?.()
      stopWatching = undefined
    },
    pressure: relief.pressure,
    figures: () => {
      const reading = parts.read()
      const { leaks, collector } = parts
      return {
        ...reading,
        usageRatio: usageRatio(reading),
        pressure: relief.pressure(),
        leak: leaks.suspicion(),
        lastCollection: collector.last(),
        ...relief.figures(),
      }
    },
    collect: () => parts.collector.collect('requested'),
  }
}
