import { planShare, type Shed, shedInOrder, tidyAll } from './clean-up.ts'
import { type Collector, createCollector } from './collector.ts'
import { type MemoryDeps, systemMemoryDeps } from './deps.ts'
import type { LeakSuspicion } from './heap-trend.ts'
import { createLeakWatch, type LeakWatch } from './leak-watch.ts'
import type { Collection, MemoryEvent } from './memory-event.ts'
import { checkInterval, type MemoryManagerOptions, toThresholds } from './memory-options.ts'
import { bytesAbove, type MemoryReading, retainedBytes, usageRatio } from './memory-reading.ts'
import { type MemoryPressure, onUsage, type PressureThresholds, pressureMargin } from './pressure.ts'
import { createTicker } from './ticker.ts'

/** A memory manager's view of its process, as of now. */
export interface MemoryFigures extends MemoryReading {
  /** Used share of the nearer limit, the heap's or the process's. */
  readonly usageRatio: number
  /** As of the last look, not of this reading. */
  readonly pressure: MemoryPressure
  readonly leak: LeakSuspicion
  readonly lastCollection: Collection | undefined
  /** The latest clean-ups, oldest first; at most 20. */
  readonly sheds: readonly (Shed & { readonly atMs: number })[]
  /** Freed by all clean-ups since the start. */
  readonly shedBytes: number
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
  readonly read: () => MemoryReading
  readonly collector: Collector
  readonly leaks: LeakWatch
  readonly tell: (event: MemoryEvent) => void
  readonly now: () => number
}

/** The engine may make several full collections a second; one reading in this time is enough. */
const minCollectionReadMs = 5_000
const maxKeptSheds = 20

/** Keeps the latest sheds and their sum, and tells of those that freed something. */
function createShedLog({ tell, now }: Parts) {
  let latest: MemoryFigures['sheds'] = []
  let shedBytes = 0
  return {
    add: (sheds: readonly Shed[]): number => {
      const freed = sheds.reduce((sum, { freedBytes }) => sum + freedBytes, 0)
      const worthTelling = sheds.filter(({ freedBytes }) => freedBytes > 0)
      shedBytes += freed
      latest = [...latest, ...worthTelling.map((shed) => ({ ...shed, atMs: now() }))].slice(-maxKeptSheds)
      for (const shed of worthTelling) tell({ type: 'shed', ...shed })
      return freed
    },
    figures: () => ({ sheds: latest, shedBytes }),
  }
}

function createParts(options: MemoryManagerOptions, { now }: MemoryDeps): Parts {
  const { read, collectGarbage, onEvent: tell = () => undefined } = options
  const leaks = createLeakWatch(tell)
  const onCollection = (collection: Collection): void => {
    leaks.note({ atMs: collection.atMs, bytes: collection.afterBytes })
    tell({ type: 'collected', ...collection })
  }
  return { read, tell, now, leaks, collector: createCollector({ read, collectGarbage, onCollection }, now) }
}

/** The pressure, and what is done about it: collect, then look again, then shed, then collect what was shed. */
function createRelief(shedders: NonNullable<MemoryManagerOptions['shedders']>, thresholds: PressureThresholds, parts: Parts) {
  const { read, collector, tell } = parts
  const log = createShedLog(parts)
  const onFailure = (name: string, error: unknown): void => tell({ type: 'shed-failed', name, error })
  let pressure: MemoryPressure = 'normal'
  let emergencies = 0

  const settle = (reading: MemoryReading): void => {
    const from = pressure
    const ratio = usageRatio(reading)
    pressure = onUsage(from, ratio, thresholds)
    if (pressure !== from) tell({ type: 'pressure-changed', from, to: pressure, usageRatio: ratio })
  }
  /** Garbage alone is no pressure: where the reading is high, what is left after a collection counts. */
  const settledReading = (): MemoryReading => {
    const first = read()
    const apparent = onUsage(pressure, usageRatio(first), thresholds)
    if (apparent === 'normal' || !collector.isDue(apparent)) return first
    return collector.collect('pressure') === undefined ? first : read()
  }
  const cleanUp = (reading: MemoryReading): void => {
    emergencies++
    const needBytes = bytesAbove(reading, thresholds.critical - pressureMargin)
    const freed = log.add(shedInOrder({ shedders, needBytes, share: planShare(emergencies), onFailure }))
    // What was shed is garbage by now, and memory only once it is collected.
    if (freed > 0 && collector.collect('clean-up') !== undefined) settle(read())
  }
  return {
    check: () => {
      const reading = settledReading()
      settle(reading)
      if (pressure === 'critical') cleanUp(reading)
      else emergencies = 0
    },
    tidy: () => void log.add(tidyAll({ shedders, onFailure })),
    pressure: () => pressure,
    figures: log.figures,
  }
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
  const relief = createRelief(shedders, toThresholds(options), parts)
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
