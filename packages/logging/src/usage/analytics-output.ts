import type { AnalyticsRow } from './analytics.ts'
import { toCsvCell } from './csv-cell.ts'

/** The columns of an answer, in the order of the CSV. */
const columns = [
  ['group', 'group'],
  ['name', 'name'],
  ['requests', 'requests'],
  ['errors', 'errors'],
  ['canceled', 'canceled'],
  ['cache_hits', 'cacheHits'],
  ['uncached_input_tokens', 'uncachedInputTokens'],
  ['cached_input_tokens', 'cachedInputTokens'],
  ['cache_write_tokens', 'cacheWriteTokens'],
  ['cache_write_one_hour_tokens', 'cacheWriteOneHourTokens'],
  ['audio_input_tokens', 'audioInputTokens'],
  ['output_tokens', 'outputTokens'],
  ['reasoning_tokens', 'reasoningTokens'],
  ['audio_output_tokens', 'audioOutputTokens'],
  ['wasted_tokens', 'wastedTokens'],
  ['saved_tokens', 'savedTokens'],
  ['cost_usd', 'costUsd'],
  ['cost_nano_usd', 'costNanoUsd'],
  ['wasted_usd', 'wastedUsd'],
  ['wasted_nano_usd', 'wastedNanoUsd'],
  ['saved_usd', 'savedUsd'],
  ['saved_nano_usd', 'savedNanoUsd'],
  ['unpriced_requests', 'unpricedRequests'],
  ['unpriced_attempts', 'unpricedAttempts'],
  ['average_latency_ms', 'averageLatencyMs'],
  ['p50_latency_ms', 'p50LatencyMs'],
  ['p95_latency_ms', 'p95LatencyMs'],
  ['average_first_content_ms', 'averageFirstContentMs'],
] as const satisfies readonly (readonly [string, keyof AnalyticsRow])[]

const dollars: ReadonlySet<keyof AnalyticsRow> = new Set(['costUsd', 'wastedUsd', 'savedUsd'] as const)

function toFields(row: AnalyticsRow): Readonly<Record<string, string | number | null>> {
  const given = columns.filter(([, field]) => row[field] !== undefined)
  return Object.fromEntries(given.map(([name, field]) => [name, dollars.has(field) ? Number(row[field]) : (row[field] ?? null)]))
}

/** Rows in the words of the HTTP answer: dollars are numbers, for people and charts; billionths of them are exact texts. Pure. */
export function toAnalyticsBody(rows: readonly AnalyticsRow[]): readonly Readonly<Record<string, string | number | null>>[] {
  return rows.map(toFields)
}

/** The same as CSV after RFC 4180, with a header. Pure. */
export function toAnalyticsCsv(rows: readonly AnalyticsRow[]): string {
  const lines = rows.map((row) => columns.map(([, field]) => toCsvCell(row[field])).join(','))
  return [columns.map(([name]) => name).join(','), ...lines, ''].join('\r\n')
}
