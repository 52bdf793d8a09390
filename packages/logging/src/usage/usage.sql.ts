import type { UsageDimensions, UsageEntry } from './usage-entry.ts'

/** The columns of what calls are counted by, with the fields of an entry that fill them. */
const dimensions = [
  ['tenant', 'tenant'],
  ['key_id', 'keyId'],
  ['key_name', 'keyName'],
  ['user', 'user'],
  ['tags', 'tags'],
  ['provider', 'provider'],
  ['model', 'model'],
] as const satisfies readonly (readonly [string, keyof UsageDimensions])[]

/** The columns of a call with the fields that fill them; the column's type is what follows its name. */
const facts = [
  ['id', 'TEXT', 'id'],
  ['started_at_ms', 'INTEGER', 'startedAtMs'],
  ['ended_at_ms', 'INTEGER', 'endedAtMs'],
  ['requested_model', 'TEXT', 'requestedModel'],
  ['outcome', 'TEXT', 'outcome'],
  ['error_code', 'TEXT', 'errorCode'],
  ['stream', 'INTEGER', 'stream'],
  ['attempts', 'INTEGER', 'attempts'],
  ['uncached_input_tokens', 'INTEGER', 'uncachedInputTokens'],
  ['cached_input_tokens', 'INTEGER', 'cachedInputTokens'],
  ['cache_write_tokens', 'INTEGER', 'cacheWriteTokens'],
  ['audio_input_tokens', 'INTEGER', 'audioInputTokens'],
  ['output_tokens', 'INTEGER', 'outputTokens'],
  ['reasoning_tokens', 'INTEGER', 'reasoningTokens'],
  ['audio_output_tokens', 'INTEGER', 'audioOutputTokens'],
  ['wasted_tokens', 'INTEGER', 'wastedTokens'],
  ['saved_tokens', 'INTEGER', 'savedTokens'],
  ['cost_nano_usd', 'INTEGER', 'costNanoUsd'],
  ['wasted_nano_usd', 'INTEGER', 'wastedNanoUsd'],
  ['unpriced_attempts', 'INTEGER', 'unpricedAttempts'],
  ['saved_by_cache_nano_usd', 'INTEGER', 'savedByCacheNanoUsd'],
  ['saved_by_condensation_nano_usd', 'INTEGER', 'savedByCondensationNanoUsd'],
  ['latency_ms', 'INTEGER', 'latencyMs'],
  ['first_content_ms', 'INTEGER', 'firstContentMs'],
  ['upstream_ms', 'INTEGER', 'upstreamMs'],
  ['cache_status', 'TEXT', 'cacheStatus'],
] as const satisfies readonly (readonly [string, string, keyof UsageEntry])[]

/** What an hour's cell sums up, and the expression over its calls that does. */
const sums = [
  ['requests', 'count(*)'],
  ['errors', "count(*) FILTER (WHERE outcome = 'error')"],
  ['canceled', "count(*) FILTER (WHERE outcome = 'canceled')"],
  ['cache_hits', "count(*) FILTER (WHERE cache_status IN ('hit', 'stale', 'coalesced'))"],
  ['unpriced', 'count(*) FILTER (WHERE cost_nano_usd IS NULL)'],
  ['first_contents', 'count(first_content_ms)'],
  ...[
    ...['uncached_input_tokens', 'cached_input_tokens', 'cache_write_tokens', 'audio_input_tokens', 'output_tokens', 'reasoning_tokens'],
    ...['audio_output_tokens', 'wasted_tokens', 'saved_tokens', 'cost_nano_usd', 'wasted_nano_usd', 'unpriced_attempts'],
    ...['saved_by_cache_nano_usd', 'saved_by_condensation_nano_usd', 'latency_ms', 'first_content_ms', 'upstream_ms'],
  ].map((column) => [column, `ifnull(sum(${column}), 0)`] as const),
] as const satisfies readonly (readonly [string, string])[]

const dimensionColumns = dimensions.map(([column]) => column)
const sumColumns = sums.map(([column]) => column)
const cellColumns = ['hour', ...dimensionColumns]

/** Columns that `toUsageRow` fills, in its order. */
export const usageColumns: readonly string[] = [...cellColumns, 'latency_bucket', ...facts.map(([column]) => column)]

export const dimensionFields: readonly (keyof UsageEntry)[] = dimensions.map(([, field]) => field)
export const factFields: readonly (keyof UsageEntry)[] = facts.map(([, , field]) => field)

/** A select list that gives `UsageEntry`s. */
export const entryFields: string = [...dimensions, ...facts.map(([column, , field]) => [column, field])]
  .map(([column, field]) => `${column} AS ${field}`)
  .join(', ')

export const usageSchema = `
CREATE TABLE IF NOT EXISTS usage (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  hour INTEGER NOT NULL,
  ${dimensionColumns.map((column) => `${column} TEXT NOT NULL`).join(', ')},
  latency_bucket INTEGER NOT NULL,
  ${facts.map(([column, type]) => `${column} ${type}`).join(', ')}
);
CREATE INDEX IF NOT EXISTS usage_user ON usage (user) WHERE user <> '';
CREATE TABLE IF NOT EXISTS usage_hourly (
  cell INTEGER PRIMARY KEY,
  hour INTEGER NOT NULL,
  ${dimensionColumns.map((column) => `${column} TEXT NOT NULL`).join(', ')},
  ${sumColumns.map((column) => `${column} INTEGER NOT NULL`).join(', ')},
  UNIQUE (${cellColumns.join(', ')})
);
CREATE INDEX IF NOT EXISTS usage_hourly_user ON usage_hourly (user) WHERE user <> '';
CREATE TABLE IF NOT EXISTS usage_hourly_latency (
  cell INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (cell, bucket)
) WITHOUT ROWID;`

const addSums = `ON CONFLICT (${cellColumns.join(', ')}) DO UPDATE SET ${sumColumns.map((column) => `${column} = ${column} + excluded.${column}`).join(', ')}`
const addCounts = 'ON CONFLICT (cell, bucket) DO UPDATE SET count = count + excluded.count'
const insertCells = `INSERT INTO usage_hourly (${cellColumns.join(', ')}, ${sumColumns.join(', ')})`
const sameCell = (columns: readonly string[]): string => columns.map((column) => `target.${column} = source.${column}`).join(' AND ')

/*
 * The rollup is made where the rows are: SQLite adds 64-bit integers exactly, and off the main thread. Both take the sequence of the last
 * call that is already in it.
 */
export const rollUpCells = `${insertCells}
SELECT ${cellColumns.join(', ')}, ${sums.map(([, sum]) => sum).join(', ')} FROM usage
WHERE sequence > ? GROUP BY ${cellColumns.join(', ')} ${addSums}`

export const rollUpLatencies = `INSERT INTO usage_hourly_latency (cell, bucket, count)
SELECT target.cell, source.latency_bucket, count(*) FROM usage AS source JOIN usage_hourly AS target ON ${sameCell(cellColumns)}
WHERE source.sequence > ? GROUP BY target.cell, source.latency_bucket ${addCounts}`

const others = cellColumns.filter((column) => column !== 'user')
const withoutUser = cellColumns.map((column) => (column === 'user' ? "''" : column))

/** Statements that take a user, by pseudonym, out of all hours: what they used is added to what nobody named used. */
export const forgetUser: readonly string[] = [
  `${insertCells} SELECT ${withoutUser.join(', ')}, ${sumColumns.join(', ')} FROM usage_hourly WHERE user = ? ${addSums}`,
  `INSERT INTO usage_hourly_latency (cell, bucket, count)
SELECT target.cell, latency.bucket, sum(latency.count) FROM usage_hourly AS source
JOIN usage_hourly AS target ON target.user = '' AND ${sameCell(others)}
JOIN usage_hourly_latency AS latency ON latency.cell = source.cell
WHERE source.user = ? GROUP BY target.cell, latency.bucket ${addCounts}`,
  'DELETE FROM usage_hourly_latency WHERE cell IN (SELECT cell FROM usage_hourly WHERE user = ?)',
]
