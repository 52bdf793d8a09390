import { addHappening, addTally, clearTally, createTally, type Happening, type Tally } from './tally.ts'

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
  readonly tally: Tally
}

interface Grain {
  readonly sliceMs: number
  readonly count: number
  readonly slices: (Slice | undefined)[]
}

/** What happened within a window. */
export interface WindowTally {
  readonly tally: Tally
  /** How long the window really is. */
  readonly coveredMs: number
}

export interface TallyRing {
  readonly add: (happening: Happening, nowMs: number) => void
  readonly sum: (windowMs: number, nowMs: number) => WindowTally
}

function tallyAt({ sliceMs, count, slices }: Grain, nowMs: number): Tally {
  const number = Math.floor(nowMs / sliceMs)
  const slice = slices[number % count]
  if (slice === undefined) {
    const fresh = { number, tally: createTally() }
    slices[number % count] = fresh
    return fresh.tally
  }
  if (slice.number !== number) {
    slice.number = number
    clearTally(slice.tally)
  }
  return slice.tally
}

function sumGrain({ sliceMs, slices }: Grain, windowMs: number, nowMs: number): WindowTally {
  const tally = createTally()
  const oldest = Math.floor((nowMs - windowMs) / sliceMs)
  const current = Math.floor(nowMs / sliceMs)
  for (const slice of slices) if (slice !== undefined && slice.number >= oldest && slice.number <= current) addTally(tally, slice.tally)
  return { tally, coveredMs: Math.max(windowMs, nowMs - oldest * sliceMs) }
}

export function createTallyRing(): TallyRing {
  const rings: readonly Grain[] = grains.map((grain) => ({ ...grain, slices: [] }))
  const reaching = (windowMs: number): Grain | undefined =>
    rings.find(({ sliceMs, count }) => windowMs <= sliceMs * (count - 1)) ?? rings.at(-1)
  return {
    add: (happening, nowMs) => {
      for (const ring of rings) addHappening(tallyAt(ring, nowMs), happening)
    },
    sum: (windowMs, nowMs) => {
      const ring = reaching(windowMs)
      return ring === undefined ? { tally: createTally(), coveredMs: windowMs } : sumGrain(ring, windowMs, nowMs)
    },
  }
}
