import type { UsageDimensions, UsageEntry } from './usage-entry.ts'

/** The columns of what calls are counted by, with the fields of an entry that fill them. */
export const dimensions = [
  ['key_id', 'keyId'],
  ['key_name', 'keyName'],
  ['user', 'user'],
  ['tags', 'tags'],
  ['provider', 'provider'],
  ['model', 'model'],
] as const satisfies readonly (readonly [string, keyof UsageDimensions])[]

/**
 * Where a call's fields stand in the JSON array of its row. One text costs a fifth of what thirty columns cost to bind, and the view
 * `usage_calls` gives the columns all the same. Files hold these positions: new fields go to the end.
 */
export const positions = [
  ['id', 'id'],
  ['started_at_ms', 'startedAtMs'],
  ['ended_at_ms', 'endedAtMs'],
  ...dimensions,
  ['requested_model', 'requestedModel'],
  ['outcome', 'outcome'],
  ['error_code', 'errorCode'],
  ['stream', 'stream'],
  ['attempts', 'attempts'],
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
  ['cost_nano_usd', 'costNanoUsd'],
  ['wasted_nano_usd', 'wastedNanoUsd'],
  ['unpriced_attempts', 'unpricedAttempts'],
  ['saved_by_cache_nano_usd', 'savedByCacheNanoUsd'],
  ['saved_by_condensation_nano_usd', 'savedByCondensationNanoUsd'],
  ['latency_ms', 'latencyMs'],
  ['first_content_ms', 'firstContentMs'],
  ['upstream_ms', 'upstreamMs'],
  ['cache_status', 'cacheStatus'],
] as const satisfies readonly (readonly [string, keyof UsageEntry])[]

/** The columns of an hour's cell that are sums, in the order in which `toSums` gives them. */
export const sumColumns = [
  ...['requests', 'errors', 'canceled', 'cache_hits', 'unpriced', 'first_contents'],
  ...[
    'uncached_input_tokens',
    'cached_input_tokens',
    'cache_write_tokens',
    'cache_write_one_hour_tokens',
    'audio_input_tokens',
    'output_tokens',
    'reasoning_tokens',
  ],
  ...['audio_output_tokens', 'wasted_tokens', 'saved_tokens', 'cost_nano_usd', 'wasted_nano_usd', 'unpriced_attempts'],
  ...['saved_by_cache_nano_usd', 'saved_by_condensation_nano_usd', 'latency_ms', 'first_content_ms', 'upstream_ms'],
] as const

const dimensionColumns = dimensions.map(([column]) => column)
const cellColumns = ['hour', ...dimensionColumns]

/** `latencies` is a JSON object: calls by latency bucket. */
export const hourlyColumns: readonly string[] = [...cellColumns, ...sumColumns, 'latencies']

export const usageSchema = `
CREATE TABLE IF NOT EXISTS usage (
  sequence INTEGER PRIMARY KEY,
  hour INTEGER NOT NULL,
  user TEXT NOT NULL,
  entry TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS usage_user ON usage (user) WHERE user <> '';
CREATE VIEW IF NOT EXISTS usage_calls AS
SELECT sequence, hour, ${positions.map(([column], index) => `entry ->> ${index} AS ${column}`).join(', ')} FROM usage;
CREATE TABLE IF NOT EXISTS usage_hourly (
  hour INTEGER NOT NULL,
  ${dimensionColumns.map((column) => `${column} TEXT NOT NULL`).join(', ')},
  ${sumColumns.map((column) => `${column} INTEGER NOT NULL`).join(', ')},
  latencies TEXT NOT NULL,
  UNIQUE (${cellColumns.join(', ')})
);
CREATE INDEX IF NOT EXISTS usage_hourly_user ON usage_hourly (user) WHERE user <> '';`

/** Adds to the cell that is there already: SQLite's integers are of 64 bits and never rounded. */
export const addToCells = `ON CONFLICT (${cellColumns.join(', ')}) DO UPDATE SET
${sumColumns.map((column) => `${column} = usage_hourly.${column} + excluded.${column}`).join(', ')},
latencies = (SELECT json_group_object(bucket, count) FROM (SELECT key AS bucket, sum(value) AS count FROM (
  SELECT key, value FROM json_each(usage_hourly.latencies) UNION ALL SELECT key, value FROM json_each(excluded.latencies)
) GROUP BY key))`

const withoutUser = hourlyColumns.map((column) => (column === 'user' ? "''" : column))

/** Adds what a user, by pseudonym, used to what nobody named used, hour by hour. */
export const anonymise = `INSERT INTO usage_hourly (${hourlyColumns.join(', ')})
SELECT ${withoutUser.join(', ')} FROM usage_hourly WHERE user = ? ${addToCells}`
