import { type CounterCell, createHistogramCell, type HistogramCell, toHistogramPoint, toValuePoint } from './cells.ts'
import { otherValue } from './label-limit.ts'
import type { MetricsSeries } from './metric-family.ts'
import { type CounterName, counters, type HistogramName, histograms } from './metrics.table.ts'

/*
 * Not OpenTelemetry's MeterProvider: the 13 recordings of a request cost 11.5 µs with its instruments and under 2 µs with these
 * cells, loading it takes 108 ms and 15 MB, and it has neither exemplars nor a way to add up workers. A test holds our text
 * against its exporter's.
 */

/** Holds every cell. Finding one costs a look-up; whoever counts often keeps the cell. */
export interface Registry {
  readonly counter: (name: CounterName, labels?: readonly string[]) => CounterCell
  readonly histogram: (name: HistogramName, labels?: readonly string[]) => HistogramCell
  readonly series: () => MetricsSeries
}

interface Cells<Cell> {
  readonly at: (labels: readonly string[]) => Cell
  readonly all: () => readonly Cell[]
}

/** The last line of defence: labels are bounded where they are made, but their product is bounded here. */
const maxCellsPerMetric = 5_000

function createCells<Cell>(create: (labels: readonly string[]) => Cell): Cells<Cell> {
  const cells = new Map<string, Cell>()
  const at = (labels: readonly string[]): Cell => {
    const key = labels.join('\0')
    const known = cells.get(key)
    if (known !== undefined) return known
    const rest = labels.map(() => otherValue)
    if (cells.size >= maxCellsPerMetric && key !== rest.join('\0')) return at(rest)
    const cell = create(labels)
    cells.set(key, cell)
    return cell
  }
  return { at, all: () => [...cells.values()] }
}

function mapValues<Name extends string, From, To>(table: Readonly<Record<Name, From>>, map: (from: From) => To): Record<Name, To> {
  // Object.entries forgets the keys' type; they are the table's own.
  return Object.fromEntries(Object.entries<From>(table).map(([name, from]) => [name, map(from)])) as Record<Name, To>
}

export function createRegistry(): Registry {
  const values = mapValues(counters, () => createCells<CounterCell>((labels) => ({ labels, value: 0 })))
  const distributions = mapValues(histograms, ({ buckets }) => createCells((labels) => createHistogramCell(labels, buckets)))
  return {
    counter: (name, labels = []) => values[name].at(labels),
    histogram: (name, labels = []) => distributions[name].at(labels),
    series: () => ({
      values: mapValues(values, (cells) => cells.all().map(toValuePoint)),
      histograms: mapValues(distributions, (cells) => cells.all().map(toHistogramPoint)),
    }),
  }
}
