import type { LedgerDimensions, LedgerEntry } from './ledger-entry.ts'

/** The columns of what calls are summed up by, with the fields of an entry that fill them. */
export const dimensions = [
  ['key_id', 'keyId'],
  ['key_name', 'keyName'],
  ['user', 'user'],
  ['tags', 'tags'],
  ['provider', 'provider'],
  ['model', 'model'],
] as const satisfies readonly (readonly [string, keyof LedgerDimensions])[]

/**
 * Where a request's fields stand in the JSON array of its row. One text costs a fifth of what forty columns cost to bind, and the view
 * `request_rows` gives the columns all the same. Files hold these positions: new fields go to the end.
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
  ['endpoint', 'endpoint'],
  ['status', 'status'],
  ['operation', 'operation'],
  ['team', 'team'],
] as const satisfies readonly (readonly [string, keyof LedgerEntry])[]

/** The columns of an hour's cell that are sums, in the order in which `toSums` gives them. */
export const sumColumns = [
  ...['requests', 'errors', 'canceled', 'cache_hits', 'unpriced', 'first_contents'],
  ...['uncached_input_tokens', 'cached_input_tokens', 'cache_write_tokens', 'cache_write_one_hour_tokens', 'audio_input_tokens'],
  ...['output_tokens', 'reasoning_tokens', 'audio_output_tokens', 'wasted_tokens', 'saved_tokens', 'cost_nano_usd', 'wasted_nano_usd'],
  ...['unpriced_attempts', 'saved_by_cache_nano_usd', 'saved_by_condensation_nano_usd', 'latency_ms', 'first_content_ms', 'upstream_ms'],
] as const

/** `user` is a word of PostgreSQL's own. */
export const dimensionColumns = dimensions.map(([column]) => (column === 'user' ? '"user"' : column))
export const cellColumns = ['hour', ...dimensionColumns]
/** `latencies` is a JSON object: calls by latency bucket. */
export const hourlyColumns: readonly string[] = [...cellColumns, ...sumColumns, 'latencies']

/** Rows of one number here are found together. */
export const rowsPerGroup = 4096

/*
 * Ids and users are drawn by chance: an index on them alone would touch a page of its own for every row, which triples the cost of writing.
 * So they are indexed within groups of rows that were written one after the other; `request_groups` lists the groups, and a look-up visits each.
 */
export const requestsSchema = `
CREATE TABLE IF NOT EXISTS requests (
  sequence INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  id TEXT NOT NULL,
  user TEXT NOT NULL,
  is_call INTEGER NOT NULL,
  entry TEXT NOT NULL,
  cells TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS requests_id ON requests (sequence / ${rowsPerGroup}, id);
CREATE INDEX IF NOT EXISTS requests_user ON requests (sequence / ${rowsPerGroup}, user) WHERE user <> '';
CREATE VIEW IF NOT EXISTS request_groups AS
WITH RECURSIVE groups(number) AS (
  SELECT max(sequence) / ${rowsPerGroup} FROM requests
  UNION ALL SELECT number - 1 FROM groups WHERE number > (SELECT min(sequence) / ${rowsPerGroup} FROM requests)
) SELECT number FROM groups WHERE number IS NOT NULL;
CREATE VIEW IF NOT EXISTS request_rows AS
SELECT sequence, at_ms, is_call, user AS end_user, ${positions.map(([column], index) => `entry ->> ${index} AS ${column}`).join(', ')} FROM requests;
CREATE TABLE IF NOT EXISTS request_hours (
  hour INTEGER NOT NULL,
  ${dimensionColumns.map((column) => `${column} TEXT NOT NULL`).join(', ')},
  ${sumColumns.map((column) => `${column} INTEGER NOT NULL`).join(', ')},
  latencies TEXT NOT NULL,
  UNIQUE (${cellColumns.join(', ')})
);
CREATE INDEX IF NOT EXISTS request_hours_user ON request_hours (user) WHERE user <> '';
CREATE TABLE IF NOT EXISTS request_sums (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  summed_sequence INTEGER NOT NULL,
  process INTEGER NOT NULL
);
INSERT OR IGNORE INTO request_sums VALUES (1, 0, 0);`

/** Adds to the cell that is there already: SQLite's integers are of 64 bits and never rounded. */
export const addToCells = `ON CONFLICT (${cellColumns.join(', ')}) DO UPDATE SET
${sumColumns.map((column) => `${column} = request_hours.${column} + excluded.${column}`).join(', ')},
latencies = (SELECT json_group_object(bucket, count) FROM (SELECT key AS bucket, sum(value) AS count FROM (
  SELECT key, value FROM json_each(request_hours.latencies) UNION ALL SELECT key, value FROM json_each(excluded.latencies)
) GROUP BY key))`

const withoutUser = hourlyColumns.map((column) => (column === '"user"' ? "''" : column))

/** Adds what a user, by pseudonym, used to what calls without a user used, hour by hour. `addToCells` is the database's own. */
export const anonymise = (addToCells: string): string => `INSERT INTO request_hours (${hourlyColumns.join(', ')})
SELECT ${withoutUser.join(', ')} FROM request_hours WHERE "user" = ? ${addToCells}`
