import { type Deps, systemDeps } from '../deps.ts'
import { createGarbageCollector, type GarbageCollector } from './garbage-collector.ts'
import type { LeakSuspicion } from './heap-trend.ts'
import { createIntervalTimer } from './interval-timer.ts'
import { createLeakWatch, type LeakWatch } from './leak-watch.ts'
import type { Collection, MemoryEvent } from './memory-event.ts'
import { checkInterval, type MemoryManagerOptions, toThresholds } from './memory-options.ts'
import { retainedBytes, usageRatio } from './memory-reading.ts'
import type { MemoryPressure } from './pressure.ts'
import { createPressureResponder, type ShedFigures } from './pressure-responder.ts'
import { type EffectiveReading, withoutReusable } from './reusable-memory.ts'

/** A memory manager's view of its process, as of now. */
export interface MemoryFigures extends EffectiveReading, ShedFigures {
  /** Used share of the nearer limit, the heap's or the process's. */
  readonly usageRatio: number
  /** As of the last look, not of this reading. */
  readonly pressure: MemoryPressure
  readonly leak: LeakSuspicion
  readonly lastCollection: Collection | undefined
}

/** Watches the memory of a process and responds to pressure. */
export interface MemoryManager {
  /** Begins to look, at once and then at each interval. A second start changes nothing. */
  readonly start: () => void
  readonly close: () => void
  /** Cheap enough for every request. */
  readonly pressure: () => MemoryPressure
  readonly figures: () => MemoryFigures
  /** Collects garbage now; `undefined` where that can't be done by hand. Stops the process for as long as it takes. */
  readonly collect: () => Collection | undefined
}

interface ManagerContext {
  readonly read: () => EffectiveReading
  readonly garbageCollector: GarbageCollector
  readonly leaks: LeakWatch
  readonly emit: (event: MemoryEvent) => void
  readonly now: () => number
}

/** The engine may make several full collections a second; one reading in this time is enough. */
const minCollectionReadMs = 5_000

function createManagerContext(options: MemoryManagerOptions, { now }: Pick<Deps, 'now'>): ManagerContext {
  const { collectGarbage, onEvent: emit = () => undefined } = options
  const read = withoutReusable(options.read)
  const leaks = createLeakWatch(emit)
  const onCollection = (collection: Collection): void => {
    leaks.record({ atMs: collection.atMs, bytes: collection.afterBytes })
    emit({ type: 'collected', ...collection })
  }
  return { read, emit, now, leaks, garbageCollector: createGarbageCollector({ read, collectGarbage, onCollection }, now) }
}

/** Notes what survives the collections that the engine makes by itself. */
function watchEngine(watch: MemoryManagerOptions['watchCollections'], { read, leaks, now }: ManagerContext): () => void {
  let lastMs = Number.NEGATIVE_INFINITY
  const stop = watch?.(() => {
    const atMs = now()
    if (Math.abs(atMs - lastMs) < minCollectionReadMs) return
    lastMs = atMs
    leaks.record({ atMs, bytes: retainedBytes(read()) })
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
export function createMemoryManager(options: MemoryManagerOptions, deps: Pick<Deps, 'now' | 'setTimer'> = systemDeps): MemoryManager {
  const { monitoringIntervalMs = 30_000, cacheCleanupIntervalMs = 300_000, shedders = [] } = options
  const context = createManagerContext(options, deps)
  const responder = createPressureResponder({ ...context, shedders, thresholds: toThresholds(options) })
  const timers = [
    createIntervalTimer(responder.check, checkInterval('monitoringIntervalMs', monitoringIntervalMs), deps),
    createIntervalTimer(responder.purgeExpired, checkInterval('cacheCleanupIntervalMs', cacheCleanupIntervalMs), deps),
  ]
  let stopWatching: (() => void) | undefined
  return {
    start: () => {
      if (stopWatching !== undefined) return
      stopWatching = watchEngine(options.watchCollections, context)
      for (const timer of timers) timer.start()
      responder.check()
    },
    close: () => {
      for (const timer of timers) timer.stop()
      stopWatching?.()
      stopWatching = undefined
    },
    pressure: responder.pressure,
    figures: () => {
      const reading = context.read()
      const { leaks, garbageCollector } = context
      return {
        ...reading,
        usageRatio: usageRatio(reading),
        pressure: responder.pressure(),
        leak: leaks.suspicion(),
        lastCollection: garbageCollector.last(),
        ...responder.figures(),
      }
    },
    collect: () => context.garbageCollector.collect('requested'),
  }
}
