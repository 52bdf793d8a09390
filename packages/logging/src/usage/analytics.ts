import { type BucketCount, toPercentile } from '../record/latency-histogram.ts'
import { toDecimalUsd } from '../record/money.ts'
import type { TokenClasses } from '../record/token-classes.ts'
import { hourMs } from '../recorder/hourly-cells.ts'
import type { RecordReader } from '../recorder/record-reader.ts'
import type { RecordSql } from '../recorder/record-sql.ts'
import type { SqlValue } from '../sqlite/connection.ts'

/** What calls can be grouped by. */
export const analyticsGroups = ['provider', 'model', 'key', 'user', 'tag', 'day'] as const

/** What usage may be grouped by. */
export type AnalyticsGroup = (typeof analyticsGroups)[number]

/** Which calls, and by what. Hours of UTC are counted whole: that of `fromMs` to the one before `toMs`, or that of `toMs` when it lies within. */
export interface AnalyticsQuery {
  readonly groupBy: AnalyticsGroup
  /** Unix milliseconds. Default: everything that is kept. */
  readonly fromMs?: number | undefined
  /** Unix milliseconds. Default: until now. */
  readonly toMs?: number | undefined
  readonly provider?: string | undefined
  readonly model?: string | undefined
  /** Id of a key. */
  readonly key?: string | undefined
  /** An end user's own identifier. */
  readonly user?: string | undefined
  /** 1 to 10,000 groups. Default: 1,000. */
  readonly limit?: number | undefined
}

/** What a group of calls used and cost. */
export interface AnalyticsRow extends TokenClasses {
  /** The provider, model, key id, user's pseudonym, tag, or day of UTC; `null` for calls that have none. */
  readonly group: string | null
  /** The name of the key, when grouped by keys. */
  readonly name?: string | undefined
  readonly requests: number
  readonly errors: number
  readonly canceled: number
  readonly cacheHits: number
  readonly wastedTokens: number
  readonly savedTokens: number
  /** Exact decimal numbers of dollars, and the same in billionths; calls of unknown price are not in them. */
  readonly costUsd: string
  readonly costNanoUsd: string
  /** On top of `costUsd`: attempts whose answer nobody got. */
  readonly wastedUsd: string
  readonly wastedNanoUsd: string
  /** By caches and condensation together. */
  readonly savedUsd: string
  readonly savedNanoUsd: string
  /** Calls whose price is not known. */
  readonly unpricedRequests: number
  /** Attempts without an answer whose price is not known. */
  readonly unpricedAttempts: number
  readonly averageLatencyMs: number
  /** Percentiles are within 5 %. */
  readonly p50LatencyMs: number | null
  readonly p95LatencyMs: number | null
  /** `null` when no call had content. */
  readonly averageFirstContentMs: number | null
}

const groupSql = ({ day }: RecordSql): Readonly<Record<AnalyticsGroup, string>> => ({
  provider: 'provider',
  model: 'model',
  key: 'key_id',
  user: '"user"',
  tag: 'tag.value',
  day,
})

const sumSql = `sum(requests) AS requests, sum(errors) AS errors, sum(canceled) AS canceled, sum(cache_hits) AS "cacheHits",
sum(uncached_input_tokens) AS "uncachedInputTokens", sum(cached_input_tokens) AS "cachedInputTokens",
sum(cache_write_tokens) AS "cacheWriteTokens", sum(cache_write_one_hour_tokens) AS "cacheWriteOneHourTokens", sum(audio_input_tokens) AS "audioInputTokens", sum(output_tokens) AS "outputTokens",
sum(reasoning_tokens) AS "reasoningTokens", sum(audio_output_tokens) AS "audioOutputTokens", sum(wasted_tokens) AS "wastedTokens",
sum(saved_tokens) AS "savedTokens", CAST(sum(cost_nano_usd) AS TEXT) AS "costNanoUsd", CAST(sum(wasted_nano_usd) AS TEXT) AS "wastedNanoUsd",
CAST(sum(saved_by_cache_nano_usd + saved_by_condensation_nano_usd) AS TEXT) AS "savedNanoUsd", sum(unpriced) AS "unpricedRequests",
sum(unpriced_attempts) AS "unpricedAttempts", sum(latency_ms) AS "latencyMs", sum(first_content_ms) AS "firstContentMs",
sum(first_contents) AS "firstContents", max(key_name) AS "keyName"`

type SumRow = Omit<
  AnalyticsRow,
  'group' | 'name' | 'costUsd' | 'wastedUsd' | 'savedUsd' | 'averageLatencyMs' | 'p50LatencyMs' | 'p95LatencyMs' | 'averageFirstContentMs'
> & {
  readonly bucketGroup: string | null
  readonly keyName: string
  readonly latencyMs: number
  readonly firstContentMs: number
  readonly firstContents: number
}

interface Filter {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** `query.user` is a pseudonym here. */
function toFilter(query: AnalyticsQuery): Filter {
  const toHour = query.toMs === undefined ? undefined : Math.ceil(query.toMs / hourMs)
  const conditions: readonly (readonly [string, SqlValue | undefined])[] = [
    ['hour >= ?', query.fromMs === undefined ? undefined : Math.floor(query.fromMs / hourMs)],
    ['hour < ?', toHour],
    ['provider = ?', query.provider],
    ['model = ?', query.model],
    ['key_id = ?', query.key],
    ['"user" = ?', query.user],
  ]
  const given = conditions.filter((condition): condition is readonly [string, SqlValue] => condition[1] !== undefined)
  return { sql: given.map(([sql]) => ` AND ${sql}`).join(''), values: given.map(([, value]) => value) }
}

function toRow(row: SumRow, groupBy: AnalyticsGroup, buckets: readonly BucketCount[]): AnalyticsRow {
  const { bucketGroup, keyName, latencyMs, firstContentMs, firstContents, ...sums } = row
  return {
    group: bucketGroup === '' ? null : bucketGroup,
    ...(groupBy === 'key' && keyName !== '' ? { name: keyName } : {}),
    ...sums,
    costUsd: toDecimalUsd(BigInt(row.costNanoUsd)),
    wastedUsd: toDecimalUsd(BigInt(row.wastedNanoUsd)),
    savedUsd: toDecimalUsd(BigInt(row.savedNanoUsd)),
    averageLatencyMs: latencyMs / row.requests,
    p50LatencyMs: toPercentile(buckets, 0.5),
    p95LatencyMs: toPercentile(buckets, 0.95),
    averageFirstContentMs: firstContents === 0 ? null : firstContentMs / firstContents,
  }
}

type BucketRow = BucketCount & { readonly bucketGroup: string | null }

function byGroup(rows: readonly BucketRow[]): ReadonlyMap<string | null, readonly BucketCount[]> {
  const groups = new Map<string | null, BucketCount[]>()
  for (const { bucketGroup, bucket, count } of rows) {
    const held = groups.get(bucketGroup) ?? []
    held.push({ bucket, count })
    groups.set(bucketGroup, held)
  }
  return groups
}

function checkGroup(groupBy: string): void {
  if ((analyticsGroups as readonly string[]).includes(groupBy)) return
  throw new TypeError(`Usage can't be grouped by ${JSON.stringify(groupBy)}; it can by ${analyticsGroups.join(', ')}`)
}

/** Sums of hours by group: days in order, other groups by requests, most first. `query.user` is a pseudonym. */
export async function readAnalytics(reader: RecordReader, query: AnalyticsQuery): Promise<readonly AnalyticsRow[]> {
  const { groupBy, limit = 1000 } = query
  checkGroup(groupBy)
  const { sql, values } = toFilter(query)
  const group = `${groupSql(reader.sql)[groupBy]} AS "bucketGroup"`
  const tags = groupBy === 'tag' ? ` ${reader.sql.joinTags}` : ''
  const order = groupBy === 'day' ? '"bucketGroup"' : 'sum(requests) DESC, "bucketGroup" NULLS FIRST'
  const rows = await reader.all<SumRow>(
    `SELECT ${group}, ${sumSql} FROM request_hours${tags} WHERE true${sql} GROUP BY "bucketGroup" ORDER BY ${order} LIMIT ?`,
    [...values, Math.min(10_000, Math.max(1, Math.trunc(limit)))],
  )
  const buckets = await reader.all<BucketRow>(
    `SELECT ${group}, CAST(latency.key AS INTEGER) AS bucket, sum(CAST(latency.value AS BIGINT)) AS count
FROM request_hours${tags} ${reader.sql.joinLatencies} WHERE true${sql} GROUP BY "bucketGroup", bucket ORDER BY bucket`,
    values,
  )
  const groups = byGroup(buckets)
  return rows.map((row) => toRow(row, groupBy, groups.get(row.bucketGroup) ?? []))
}
