import {
  addSample,
  addWindowCounters,
  clearWindowCounters,
  createWindowCounters,
  prepareSample,
  type SignalSample,
  type WindowCounters,
} from './window-counters.ts'

/*
 * The last day in slices, at three grains: five seconds, a minute, half an hour. A window is read from the finest grain that reaches as far, whole
 * slices at a time, so it is longer than asked by up to one slice (`coveredMs` tells). Memory is fixed: 183 slices, filled as traffic comes.
 */
const grains = [
  { sliceMs: 5_000, count: 73 },
  { sliceMs: 60_000, count: 61 },
  { sliceMs: 1_800_000, count: 49 },
] as const

interface Slice {
  /** Which slice of all time this is. */
  number: number
  readonly window: WindowCounters
}

interface Grain {
  readonly sliceMs: number
  readonly count: number
  readonly slices: (Slice | undefined)[]
}

/** What happened within a window. */
export interface WindowSum {
  readonly window: WindowCounters
  /** How long the window really is. */
  readonly coveredMs: number
}

export interface SlidingWindow {
  readonly add: (sample: SignalSample, nowMs: number) => void
  readonly sum: (windowMs: number, nowMs: number) => WindowSum
}

function countersAt({ sliceMs, count, slices }: Grain, nowMs: number): WindowCounters {
  const number = Math.floor(nowMs / sliceMs)
  const slice = slices[number % count]
  if (slice === undefined) {
    const fresh = { number, window: createWindowCounters() }
    slices[number % count] = fresh
    return fresh.window
  }
  if (slice.number !== number) {
    slice.number = number
    clearWindowCounters(slice.window)
  }
  return slice.window
}

function sumGrain({ sliceMs, slices }: Grain, windowMs: number, nowMs: number): WindowSum {
  const window = createWindowCounters()
  const oldest = Math.floor((nowMs - windowMs) / sliceMs)
  const current = Math.floor(nowMs / sliceMs)
  for (const slice of slices)
    if (slice !== undefined && slice.number >= oldest && slice.number <= current) addWindowCounters(window, slice.window)
  return { window, coveredMs: Math.max(windowMs, nowMs - oldest * sliceMs) }
}

export function createSlidingWindow(): SlidingWindow {
  const rings: readonly Grain[] = grains.map((grain) => ({ ...grain, slices: [] }))
  const reaching = (windowMs: number): Grain | undefined =>
    rings.find(({ sliceMs, count }) => windowMs <= sliceMs * (count - 1)) ?? rings.at(-1)
  return {
    add: (sample, nowMs) => {
      const prepared = prepareSample(sample)
      for (const ring of rings) addSample(countersAt(ring, nowMs), prepared)
    },
    sum: (windowMs, nowMs) => {
      const ring = reaching(windowMs)
      return ring === undefined ? { window: createWindowCounters(), coveredMs: windowMs } : sumGrain(ring, windowMs, nowMs)
    },
  }
}
