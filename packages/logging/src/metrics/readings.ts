import type { ValuePoint } from './metric-family.ts'
import { type ReadingName, readings } from './metrics.table.ts'

/** One value that somebody else knows: a gauge, or a counter kept elsewhere. */
export interface Reading {
  readonly name: ReadingName
  /** Values of the metric's labels, by name. Default: none. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly value: number
}

/** Tells values when asked, at every scrape. */
export type ReadGauges = () => readonly Reading[] | Promise<readonly Reading[]>

const maxPointsPerMetric = 1_000

function pointOf({ name, labels, value }: Reading): ValuePoint {
  return { labels: readings[name].labels.map((label: string) => labels?.[label] ?? ''), value }
}

type Points = Map<string, Map<string, ValuePoint>>

/** Told twice under the same labels, the later value holds: a scraper refuses a series that stands there twice. */
function addReading(points: Points, reading: Reading): void {
  if (!Number.isFinite(reading.value)) return
  const ofName = points.get(reading.name) ?? new Map<string, ValuePoint>()
  points.set(reading.name, ofName)
  const point = pointOf(reading)
  const key = point.labels.join('\0')
  if (ofName.has(key) || ofName.size < maxPointsPerMetric) ofName.set(key, point)
}

/** Asks every reader. One that fails costs its own values only, and is reported. */
export async function collectReadings(
  readers: Iterable<ReadGauges>,
  onFailure: () => void,
): Promise<Readonly<Record<string, readonly ValuePoint[]>>> {
  const answers = await Promise.allSettled([...readers].map(async (read) => read()))
  const points: Points = new Map()
  for (const answer of answers) {
    if (answer.status === 'rejected') onFailure()
    else for (const reading of answer.value) addReading(points, reading)
  }
  return Object.fromEntries([...points].map(([name, ofName]) => [name, [...ofName.values()]]))
}
