import { planShare, type Shed, type Shedder, shedInOrder, tidyAll } from './clean-up.ts'
import type { Collector } from './collector.ts'
import type { MemoryEvent } from './memory-event.ts'
import { bytesAbove, type MemoryReading, usageRatio } from './memory-reading.ts'
import { type MemoryPressure, onUsage, type PressureThresholds, pressureMargin } from './pressure.ts'

/** What relieves pressure, and how it is told. */
export interface ReliefParts {
  readonly shedders: readonly Shedder[]
  readonly thresholds: PressureThresholds
  readonly read: () => MemoryReading
  readonly collector: Collector
  readonly tell: (event: MemoryEvent) => void
  readonly now: () => number
}

/** Judges the pressure and does something about it. */
export interface Relief {
  readonly check: () => void
  readonly tidy: () => void
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
function createShedLog({ tell, now }: ReliefParts) {
  let latest: ShedFigures['sheds'] = []
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

/** The pressure, and what is done about it: collect, then look again, then shed, then collect what was shed. */
export function createRelief(parts: ReliefParts): Relief {
  const { shedders, thresholds, read, collector, tell } = parts
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
