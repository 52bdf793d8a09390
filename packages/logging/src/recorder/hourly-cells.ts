import { isCacheHit } from '../record/call-record.ts'
import { toLatencyBucket } from '../record/latency-histogram.ts'
import type { SqlValue } from '../sqlite/connection.ts'
import type { LedgerEntry } from './ledger-entry.ts'
import { dimensions, sumColumns } from './requests.sql.ts'

export const hourMs = 3_600_000

export function toHour(atMs: number): number {
  return Math.floor(atMs / hourMs)
}

/** What a call adds to its hour's cell, in the order of `sumColumns`. */
function toSums(entry: LedgerEntry): readonly number[] {
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

interface HourlyCell {
  readonly key: readonly SqlValue[]
  readonly sums: number[]
  readonly latencies: Record<number, number>
}

function openCell(entry: LedgerEntry): HourlyCell {
  const key = [toHour(entry.startedAtMs), ...dimensions.map(([, field]) => entry[field])]
  return { key, sums: sumColumns.map(() => 0), latencies: {} }
}

function nameOf(entry: LedgerEntry): string {
  const { keyId, keyName, user, tags, provider, model } = entry
  return `${toHour(entry.startedAtMs)}\n${keyId}\n${keyName}\n${user}\n${tags}\n${provider}\n${model}`
}

/** Whether a cell's sums stay within what a number holds exactly. */
function hasRoomFor({ sums }: HourlyCell, added: readonly number[]): boolean {
  for (let index = 0; index < added.length; index++) {
    if (!Number.isSafeInteger((added[index] ?? 0) + (sums[index] ?? 0))) return false
  }
  return true
}

function addTo({ sums, latencies }: HourlyCell, added: readonly number[], latencyMs: number): void {
  for (let index = 0; index < added.length; index++) sums[index] = (sums[index] ?? 0) + (added[index] ?? 0)
  const bucket = toLatencyBucket(latencyMs)
  latencies[bucket] = (latencies[bucket] ?? 0) + 1
}

/** Sums of calls by hour that are not in the file yet. */
export interface HourlyCells {
  readonly add: (entry: LedgerEntry) => void
  readonly isEmpty: () => boolean
  /** Rows to add to the file, one for each cell: hour, dimensions, sums, latencies. They are gone from here. */
  readonly take: () => readonly (readonly SqlValue[])[]
}

/** A cell whose sum would pass what a number holds exactly becomes two rows, which the database adds up. */
export function createHourlyCells(): HourlyCells {
  let open = new Map<string, HourlyCell>()
  let cells: HourlyCell[] = []
  return {
    add: (entry) => {
      const name = nameOf(entry)
      const sums = toSums(entry)
      let cell = open.get(name)
      if (cell === undefined || !hasRoomFor(cell, sums)) {
        cell = openCell(entry)
        open.set(name, cell)
        cells.push(cell)
      }
      addTo(cell, sums, entry.latencyMs)
    },
    isEmpty: () => cells.length === 0,
    take: () => {
      const rows = cells.map(({ key, sums, latencies }) => [...key, ...sums, JSON.stringify(latencies)])
      open = new Map()
      cells = []
      return rows
    },
  }
}
