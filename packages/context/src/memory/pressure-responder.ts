import type { GarbageCollector } from './garbage-collector.ts'
import type { MemoryEvent } from './memory-event.ts'
import { bytesAbove, type MemoryReading, usageRatio } from './memory-reading.ts'
import { type MemoryPressure, onUsage, type PressureThresholds, pressureMargin } from './pressure.ts'
import { planShare, purgeAllExpired, type Shed, type Shedder, shedInOrder } from './shedding.ts'

/** What relieves pressure, and how it is told. */
export interface PressureResponderDeps {
  readonly shedders: readonly Shedder[]
  readonly thresholds: PressureThresholds
  readonly read: () => MemoryReading
  readonly garbageCollector: GarbageCollector
  readonly emit: (event: MemoryEvent) => void
  readonly now: () => number
}

/** Determines the pressure and responds to it. */
export interface PressureResponder {
  readonly check: () => void
  readonly purgeExpired: () => void
  readonly pressure: () => MemoryPressure
  readonly figures: () => ShedFigures
}

export interface ShedFigures {
  /** The latest clean-ups, oldest first; at most 20. */
  readonly sheds: readonly (Shed & { readonly atMs: number })[]
  /** Freed by all clean-ups since the start. */
  readonly shedBytes: number
}

const maxKeptSheds = 20

/** Keeps the latest sheds and their sum, and tells of those that freed something. */
function createShedLog({ emit, now }: PressureResponderDeps) {
  let latest: ShedFigures['sheds'] = []
  let shedBytes = 0
  return {
    add: (sheds: readonly Shed[]): number => {
      const freed = sheds.reduce((sum, { freedBytes }) => sum + freedBytes, 0)
      const worthTelling = sheds.filter(({ freedBytes }) => freedBytes > 0)
      shedBytes += freed
      latest = [...latest, ...worthTelling.map((shed) => ({ ...shed, atMs: now() }))].slice(-maxKeptSheds)
      for (const shed of worthTelling) emit({ type: 'shed', ...shed })
      return freed
    },
    figures: () => ({ sheds: latest, shedBytes }),
  }
}

/** The pressure, and what is done about it: collect, then look again, then shed, then collect what was shed. */
export function createPressureResponder(context: PressureResponderDeps): PressureResponder {
  const { shedders, thresholds, read, garbageCollector, emit } = context
  const log = createShedLog(context)
  const onFailure = (name: string, error: unknown): void => emit({ type: 'shed-failed', name, error })
  let pressure: MemoryPressure = 'normal'
  let emergencies = 0

  const settle = (reading: MemoryReading): void => {
    const from = pressure
    const ratio = usageRatio(reading)
    pressure = onUsage(from, ratio, thresholds)
    if (pressure !== from) emit({ type: 'pressure-changed', from, to: pressure, usageRatio: ratio })
  }
  /** Garbage alone is no pressure: where the reading is high, what is left after a collection counts. */
  const settledReading = (): MemoryReading => {
    const first = read()
    const apparent = onUsage(pressure, usageRatio(first), thresholds)
    if (apparent === 'normal' || !garbageCollector.isDue(apparent)) return first
    return garbageCollector.collect('pressure') === undefined ? first : read()
  }
  const shedCaches = (reading: MemoryReading): void => {
    emergencies++
    const needBytes = bytesAbove(reading, thresholds.critical - pressureMargin)
    const freed = log.add(shedInOrder({ shedders, needBytes, share: planShare(emergencies), onFailure }))
    // What was shed is garbage by now, and memory only once it is collected.
    if (freed > 0 && garbageCollector.collect('clean-up') !== undefined) settle(read())
  }
  return {
    check: () => {
      const reading = settledReading()
      settle(reading)
      if (pressure === 'critical') shedCaches(reading)
      else emergencies = 0
    },
    purgeExpired: () => void log.add(purgeAllExpired({ shedders, onFailure })),
    pressure: () => pressure,
    figures: log.figures,
  }
}
