import { isCacheHit } from '../record/call-record.ts'
import { toLatencyBucket } from '../record/latency-histogram.ts'
import type { SqlValue } from '../sqlite/connection.ts'
import { dimensions, sumColumns } from './usage.sql.ts'
import type { UsageEntry } from './usage-entry.ts'

export const hourMs = 3_600_000

export function toHour(entry: UsageEntry): number {
  return Math.floor(entry.startedAtMs / hourMs)
}

/** What a call adds to its hour's cell, in the order of `sumColumns`. */
function toSums(entry: UsageEntry): readonly number[] {
  return [
    1,
    entry.outcome === 'error' ? 1 : 0,
    entry.outcome === 'canceled' ? 1 : 0,
    isCacheHit(entry.cacheStatus) ? 1 : 0,
    entry.costNanoUsd === null ? 1 : 0,
    entry.firstContentMs === null ? 0 : 1,
    entry.uncachedInputTokens,
    entry.cachedInputTokens,
    entry.cacheWriteTokens,
    entry.cacheWriteOneHourTokens,
    entry.audioInputTokens,
    entry.outputTokens,
    entry.reasoningTokens,
    entry.audioOutputTokens,
    entry.wastedTokens,
    entry.savedTokens,
    entry.costNanoUsd ?? 0,
    entry.wastedNanoUsd,
    entry.unpricedAttempts,
    entry.savedByCacheNanoUsd,
    entry.savedByCondensationNanoUsd,
    entry.latencyMs,
    entry.firstContentMs ?? 0,
    entry.upstreamMs ?? 0,
  ]
}

interface Cell {
  readonly key: readonly SqlValue[]
  readonly sums: number[]
  readonly buckets: Record<number, number>
}

function openCell(entry: UsageEntry): Cell {
  return { key: [toHour(entry), ...dimensions.map(([, field]) => entry[field])], sums: sumColumns.map(() => 0), buckets: {} }
}

function toCellName(entry: UsageEntry): string {
  let name = String(toHour(entry))
  for (const [, field] of dimensions) name += `\n${entry[field]}`
  return name
}

/** Whether a cell's sums stay within what a number holds exactly. */
function hasRoomFor({ sums }: Cell, added: readonly number[]): boolean {
  return added.every((value, index) => Number.isSafeInteger(value + (sums[index] ?? 0)))
}

function addTo({ sums, buckets }: Cell, added: readonly number[], latencyMs: number): void {
  for (let index = 0; index < added.length; index++) sums[index] = (sums[index] ?? 0) + (added[index] ?? 0)
  const bucket = toLatencyBucket(latencyMs)
  buckets[bucket] = (buckets[bucket] ?? 0) + 1
}

/**
 * The rows that a batch adds to the hours, one for each cell: hour, dimensions, sums, latencies. A cell whose sum would pass what a number
 * holds exactly becomes two rows, which the database adds up. Pure.
 */
export function rollUp(entries: readonly UsageEntry[]): readonly (readonly SqlValue[])[] {
  const open = new Map<string, Cell>()
  const cells: Cell[] = []
  for (const entry of entries) {
    const name = toCellName(entry)
    const sums = toSums(entry)
    let cell = open.get(name)
    if (cell === undefined || !hasRoomFor(cell, sums)) {
      cell = openCell(entry)
      open.set(name, cell)
      cells.push(cell)
    }
    addTo(cell, sums, entry.latencyMs)
  }
  return cells.map(({ key, sums, buckets }) => [...key, ...sums, JSON.stringify(buckets)])
}
