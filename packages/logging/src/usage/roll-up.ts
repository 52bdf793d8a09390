import type { SqlValue } from '../sqlite/connection.ts'
import { isCacheStatusOfHit } from './call-receipt.ts'
import { toLatencyBucket } from './latency-buckets.ts'
import { dimensions } from './usage.sql.ts'
import type { UsageEntry } from './usage-entry.ts'

export const hourMs = 3_600_000

export function toHour(entry: UsageEntry): number {
  return Math.floor(entry.startedAtMs / hourMs)
}

/** What a call adds to its hour's cell, in the order of `sumColumns`. */
function toSums(entry: UsageEntry): number[] {
  return [
    ...[1, entry.outcome === 'error' ? 1 : 0, entry.outcome === 'canceled' ? 1 : 0, isCacheStatusOfHit(entry.cacheStatus) ? 1 : 0],
    ...[entry.costNanoUsd === null ? 1 : 0, entry.firstContentMs === null ? 0 : 1],
    ...[entry.uncachedInputTokens, entry.cachedInputTokens, entry.cacheWriteTokens, entry.audioInputTokens],
    ...[entry.outputTokens, entry.reasoningTokens, entry.audioOutputTokens, entry.wastedTokens, entry.savedTokens],
    ...[entry.costNanoUsd ?? 0, entry.wastedNanoUsd, entry.unpricedAttempts, entry.savedByCacheNanoUsd, entry.savedByCondensationNanoUsd],
    ...[entry.latencyMs, entry.firstContentMs ?? 0, entry.upstreamMs ?? 0],
  ]
}

interface Cell {
  readonly key: readonly SqlValue[]
  sums: number[]
  buckets: Record<number, number>
}

function toHourlyRow({ key, sums, buckets }: Cell): readonly SqlValue[] {
  return [...key, ...sums, JSON.stringify(buckets)]
}

/**
 * The rows that a batch adds to the hours, one for each cell: hour, dimensions, sums, latencies. A cell whose sum would pass what a number
 * holds exactly becomes two rows, which the database adds up. Pure.
 */
export function rollUp(entries: readonly UsageEntry[]): readonly (readonly SqlValue[])[] {
  const cells = new Map<string, Cell>()
  const full: Cell[] = []
  for (const entry of entries) {
    const key: SqlValue[] = [toHour(entry)]
    for (const [, field] of dimensions) key.push(entry[field])
    const name = key.join('\n')
    const sums = toSums(entry)
    const cell = cells.get(name) ?? { key, sums: sums.map(() => 0), buckets: {} }
    cells.set(name, cell)
    const added = cell.sums.map((sum, index) => sum + (sums[index] ?? 0))
    if (!added.every(Number.isSafeInteger)) {
      full.push({ ...cell })
      cell.buckets = {}
    }
    cell.sums = added.every(Number.isSafeInteger) ? added : sums
    const bucket = toLatencyBucket(entry.latencyMs)
    cell.buckets[bucket] = (cell.buckets[bucket] ?? 0) + 1
  }
  return [...full, ...cells.values()].map(toHourlyRow)
}
