import { hourMs } from './hourly-cells.ts'
import type { RecordReader } from './record-reader.ts'
import { type Filter, maxSearchedRows, type RequestQuery, toRowFilter } from './request-query.ts'

/** One value of a facet, and how many requests have it. */
export interface FacetValue {
  /** `null` for requests that have none. */
  readonly value: string | null
  readonly requests: number
}

/** What the requests of a query come to, in the words of the HTTP answer. */
export interface RequestSummary {
  readonly total: number
  readonly by_outcome: Readonly<Record<string, number>>
  /** One an hour. */
  readonly buckets: readonly { readonly at: string; readonly requests: number; readonly failed: number }[]
  /** The commonest values, most first. */
  readonly facets: Readonly<Record<'provider' | 'model' | 'key' | 'outcome', readonly FacetValue[]>>
  /** Whether older requests were left out, because too many would have to be looked at, or hours were counted whole. */
  readonly approximate: boolean
}

/** Where the figures come from: hourly sums where they know all conditions, else single rows. */
interface Source {
  /** Selects hour, requests, errors, canceled, provider, model, key_name. */
  readonly sql: string
  readonly values: Filter['values']
  readonly approximate: boolean
}

/** Conditions that hourly sums know nothing of. */
const rowConditions = [
  ...(['requestedModel', 'endpoint', 'outcome', 'status', 'errorCode', 'cache', 'tag', 'minMs', 'minFirstContentMs', 'minUsd'] as const),
  ...(['minAttempts', 'id'] as const),
] satisfies readonly (keyof RequestQuery)[]

function fromHours({ fromMs, toMs, key, model, provider, user }: RequestQuery): Source {
  const conditions = [
    ['hour >= ?', fromMs === undefined ? undefined : Math.floor(fromMs / hourMs)],
    ['hour < ?', toMs === undefined ? undefined : Math.ceil(toMs / hourMs)],
    ['model = ?', model],
    ['provider = ?', provider],
    ['"user" = ?', user],
    ['? IN (key_id, key_name)', key],
  ] as const
  const given = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [[sql, value] as const]))
  return {
    sql: `SELECT hour, requests, errors, canceled, provider, model, key_name FROM request_hours WHERE true${given.map(([sql]) => ` AND ${sql}`).join('')}`,
    values: given.map(([, value]) => value),
    approximate: [fromMs, toMs].some((ms) => ms !== undefined && ms % hourMs !== 0),
  }
}

async function fromRows(reader: RecordReader, query: RequestQuery): Promise<Source> {
  const [bound] = await reader.all<{ sequence: number }>('SELECT sequence FROM requests ORDER BY sequence DESC LIMIT 1 OFFSET ?', [
    maxSearchedRows - 1,
  ])
  const filter = toRowFilter(query, reader.sql)
  return {
    sql: `SELECT at_ms / ${hourMs} AS hour, 1 AS requests, CASE outcome WHEN 'error' THEN 1 ELSE 0 END AS errors,
CASE outcome WHEN 'canceled' THEN 1 ELSE 0 END AS canceled, provider, model, key_name
FROM (SELECT at_ms, ${(['outcome', 'provider', 'model', 'key_name'] as const).map((column) => `${reader.sql.text(column)} AS ${column}`).join(', ')}
FROM requests WHERE sequence >= ?${filter.sql}) AS matching`,
    values: [bound?.sequence ?? 0, ...filter.values],
    approximate: bound !== undefined,
  }
}

interface SumRow {
  readonly requests: number
  readonly errors: number
  readonly canceled: number
}

async function readFacet(reader: RecordReader, { sql, values }: Source, column: string): Promise<readonly FacetValue[]> {
  const query = `SELECT nullif(${column}, '') AS value, sum(requests) AS requests FROM (${sql}) AS matching GROUP BY 1 ORDER BY 2 DESC, 1 NULLS FIRST LIMIT 50`
  return await reader.all<FacetValue>(query, values)
}

function toOutcomes({ requests, errors, canceled }: SumRow): Readonly<Record<'complete' | 'error' | 'canceled', number>> {
  return { complete: requests - errors - canceled, error: errors, canceled }
}

/** Sums over the requests of a query. `query.user` is a pseudonym. */
export async function readSummary(reader: RecordReader, query: RequestQuery): Promise<RequestSummary> {
  const needsRows = rowConditions.some((name) => query[name] !== undefined)
  const source = needsRows ? await fromRows(reader, query) : fromHours(query)
  const buckets = await reader.all<SumRow & { readonly hour: number }>(
    `SELECT hour, sum(requests) AS requests, sum(errors) AS errors, sum(canceled) AS canceled FROM (${source.sql}) AS matching GROUP BY hour ORDER BY hour`,
    source.values,
  )
  const total = buckets.reduce(
    (sum, { requests, errors, canceled }) => ({
      requests: sum.requests + requests,
      errors: sum.errors + errors,
      canceled: sum.canceled + canceled,
    }),
    { requests: 0, errors: 0, canceled: 0 },
  )
  const byOutcome = toOutcomes(total)
  return {
    total: total.requests,
    by_outcome: byOutcome,
    buckets: buckets.map(({ hour, requests, errors }) => ({ at: new Date(hour * hourMs).toISOString(), requests, failed: errors })),
    facets: {
      provider: await readFacet(reader, source, 'provider'),
      model: await readFacet(reader, source, 'model'),
      key: await readFacet(reader, source, 'key_name'),
      outcome: Object.entries(byOutcome).flatMap(([value, requests]) => (requests === 0 ? [] : [{ value, requests }])),
    },
    approximate: source.approximate,
  }
}
