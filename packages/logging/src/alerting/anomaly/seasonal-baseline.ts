import type { ReadSignal } from '../condition/evaluate-condition.ts'
import { type Selector, type SignalName, type SignalUnit, signalRow } from '../condition/signal-names.table.ts'
import { robustDeviation } from './robust-deviation.ts'

/** What signals usually were, as plain data, to be kept over a restart. */
export type BaselineSnapshot = readonly BaselineSample[]

/** A value of one series at one time. */
export interface BaselineSample {
  readonly key: string
  readonly atMs: number
  readonly value: number
}

export interface SeasonalBaseline {
  /** How unusual a signal is for this hour; `undefined` while too little is known. Takes note of the value. */
  readonly readAnomaly: ReadSignal
  readonly snapshot: () => BaselineSnapshot
}

export interface SeasonalBaselineOptions {
  readonly read: ReadSignal
  /** Days of history that are needed at least. Default: 3. */
  readonly minDays?: number | undefined
  readonly initial?: BaselineSnapshot | undefined
}

const dayMs = 86_400_000
const hourMs = 3_600_000
/** Twelve samples an hour over two weeks: one of a signal's hours has 168, a signal 4,032. */
const sampleMs = 300_000
const keptDays = 14
const samplesPerDay = hourMs / sampleMs
/** Half of what the least number of days can give, so that a quiet night now and then is no obstacle. */
const leastFilled = 0.5
const maxSignals = 200

/** A spread that is never worth an alert, in the unit of the signal. */
const spreadFloors: Readonly<Record<SignalUnit, number>> = { share: 0.01, ratio: 0.01, ms: 10, count: 1, usd: 0.01 }

interface Sample {
  readonly slot: number
  readonly value: number
}

/** One signal's samples by hour of the day (UTC), oldest first. */
type Hours = Map<number, Sample[]>

function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs) % 24
}

function note(hours: Hours, value: number, atMs: number): void {
  const samples = hours.get(hourOf(atMs)) ?? []
  const slot = Math.floor(atMs / sampleMs)
  const latest = samples.at(-1)
  if (latest !== undefined && latest.slot >= slot) return // a sample of these five minutes is there
  const kept = samples.filter((sample) => slot - sample.slot <= (keptDays * dayMs) / sampleMs)
  hours.set(hourOf(atMs), [...kept, { slot, value }])
}

/** Samples of this hour on earlier days; `undefined` while they are too few. */
function baselineAt(hours: Hours, atMs: number, minDays: number): readonly number[] | undefined {
  const today = Math.floor(atMs / dayMs)
  const dayOf = ({ slot }: Sample): number => Math.floor((slot * sampleMs) / dayMs)
  const earlier = (hours.get(hourOf(atMs)) ?? []).filter((sample) => dayOf(sample) < today && dayOf(sample) >= today - keptDays)
  const days = new Set(earlier.map(dayOf)).size
  const isEnough = days >= minDays && earlier.length >= minDays * samplesPerDay * leastFilled
  return isEnough ? earlier.map(({ value }) => value) : undefined
}

function keyOf(name: SignalName, selector: Selector, windowMs: number): string {
  return JSON.stringify([name, selector.provider, selector.model, selector.key, windowMs])
}

function restore(initial: BaselineSnapshot): Map<string, Hours> {
  const signals = new Map<string, Hours>()
  for (const { key, atMs, value } of initial) {
    const hours = signals.get(key) ?? new Map<number, Sample[]>()
    note(hours, value, atMs)
    if (signals.size < maxSignals) signals.set(key, hours)
  }
  return signals
}

function toSnapshot(signals: ReadonlyMap<string, Hours>): BaselineSnapshot {
  return [...signals].flatMap(([key, hours]) =>
    [...hours.values()].flatMap((samples) => samples.map(({ slot, value }) => ({ key, atMs: slot * sampleMs, value }))),
  )
}

/** Remembers what signals were at each hour of the day over the last two weeks, and says how far they lie from that now. */
export function createSeasonalBaseline(options: SeasonalBaselineOptions, now: () => number): SeasonalBaseline {
  const { read, minDays = 3, initial = [] } = options
  const signals = restore(initial)
  const hoursOf = (key: string): Hours => {
    const hours = signals.get(key) ?? new Map<number, Sample[]>()
    if (signals.size < maxSignals) signals.set(key, hours)
    return hours
  }
  return {
    readAnomaly: (name, selector, windowMs) => {
      const value = read(name, selector, windowMs)
      if (value === undefined) return undefined
      const hours = hoursOf(keyOf(name, selector, windowMs))
      const usual = baselineAt(hours, now(), minDays)
      note(hours, value, now())
      return usual === undefined ? undefined : robustDeviation(value, usual, spreadFloors[signalRow(name).unit])
    },
    snapshot: () => toSnapshot(signals),
  }
}
