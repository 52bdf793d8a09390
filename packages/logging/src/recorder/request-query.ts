import { toUsd } from '../record/money.ts'
import type { SqlValue } from '../sqlite/connection.ts'
import { fromEntryText } from './entry-text.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordSql } from './record-sql.ts'

/** Which requests; all conditions must hold. Texts are compared whole, unless told otherwise. */
export interface RequestQuery {
  /** Unix milliseconds, inclusive. */
  readonly fromMs?: number | undefined
  /** Unix milliseconds, exclusive. */
  readonly toMs?: number | undefined
  /** Id or name of a key. */
  readonly key?: string | undefined
  readonly requestedModel?: string | undefined
  readonly model?: string | undefined
  readonly provider?: string | undefined
  readonly endpoint?: string | undefined
  readonly outcome?: string | undefined
  readonly status?: number | undefined
  readonly errorCode?: string | undefined
  readonly cache?: string | undefined
  /** An end user's own identifier. */
  readonly user?: string | undefined
  readonly tag?: string | undefined
  readonly minMs?: number | undefined
  readonly minFirstContentMs?: number | undefined
  readonly minUsd?: number | undefined
  readonly minAttempts?: number | undefined
  /** How an id begins. */
  readonly id?: string | undefined
  /** Only requests before this place: `next` of the page before. */
  readonly before?: number | undefined
  /** 1 to 200. Default: 50. */
  readonly limit?: number | undefined
}

/** One request of a list, in the words of the HTTP answer. */
export interface RequestRow {
  readonly id: string
  readonly at: string
  readonly key: { readonly id: string; readonly name: string } | null
  readonly endpoint: string
  readonly requested_model: string | null
  readonly provider: string | null
  readonly model: string | null
  readonly outcome: string
  readonly status: number
  readonly error_code: string | null
  readonly stream: boolean
  readonly attempts: number
  readonly cache: string | null
  readonly latency_ms: number
  readonly first_content_ms: number | null
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cost_usd: number | null
  /** Billionths of a dollar as a text, so that no reader rounds them. */
  readonly cost_nano_usd: string | null
  readonly wasted_nano_usd: string
  readonly saved_nano_usd: string
  readonly tags: readonly string[]
}

/** One page of a list of requests. */
export interface RequestPage {
  /** Newest first. */
  readonly requests: readonly RequestRow[]
  /** `before` of the next page; `null` behind the last. */
  readonly next: number | null
  /** How far back was looked, Unix milliseconds; `null` when nothing is kept. */
  readonly searchedToMs: number | null
  /** Whether everything was looked at that the query could mean. */
  readonly complete: boolean
}

/** Rows that one call may look at. */
export const maxSearchedRows = 50_000
const maxPage = 200

/** The entry of a row for a list. Pure. */
export function toRequestRow(entry: ReturnType<typeof fromEntryText>): RequestRow {
  const orNull = (text: string): string | null => (text === '' ? null : text)
  const saved = entry.savedByCacheNanoUsd + entry.savedByCondensationNanoUsd
  return {
    ...{ id: entry.id, at: new Date(entry.startedAtMs).toISOString() },
    key: entry.keyId === '' ? null : { id: entry.keyId, name: entry.keyName },
    ...{ endpoint: entry.endpoint, requested_model: orNull(entry.requestedModel) },
    ...{ provider: orNull(entry.provider), model: orNull(entry.model), outcome: entry.outcome, status: entry.status },
    ...{ error_code: entry.errorCode, stream: entry.stream === 1, attempts: entry.attempts, cache: entry.cacheStatus },
    ...{ latency_ms: entry.latencyMs, first_content_ms: entry.firstContentMs },
    input_tokens:
      entry.uncachedInputTokens + entry.cachedInputTokens + entry.cacheWriteTokens + entry.cacheWriteOneHourTokens + entry.audioInputTokens,
    output_tokens: entry.outputTokens + entry.reasoningTokens + entry.audioOutputTokens,
    ...{ cost_usd: toUsd(entry.costNanoUsd), cost_nano_usd: entry.costNanoUsd === null ? null : String(entry.costNanoUsd) },
    ...{ wasted_nano_usd: String(entry.wastedNanoUsd), saved_nano_usd: String(saved) },
    tags: JSON.parse(entry.tags) as readonly string[], // written by `toLedgerEntry`
  }
}

export interface Filter {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** A time in whole milliseconds: those of rows are, too. */
function toWhole(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.ceil(ms)
}

/** The conditions on single rows. `query.user` is a pseudonym here. */
export function toRowFilter(query: RequestQuery, { text, number, hasTag }: RecordSql): Filter {
  const { key } = query
  const conditions: readonly (readonly [string, SqlValue | undefined])[] = [
    ['at_ms >= ?', toWhole(query.fromMs)],
    ['at_ms < ?', toWhole(query.toMs)],
    ['"user" = ?', query.user],
    [`${text('requested_model')} = ?`, query.requestedModel],
    [`${text('model')} = ?`, query.model],
    [`${text('provider')} = ?`, query.provider],
    [`${text('endpoint')} = ?`, query.endpoint],
    [`${text('outcome')} = ?`, query.outcome],
    [`${number('status')} = ?`, query.status],
    [`${text('error_code')} = ?`, query.errorCode],
    [`${text('cache_status')} = ?`, query.cache],
    [`${number('latency_ms')} >= ?`, query.minMs],
    [`${number('first_content_ms')} >= ?`, query.minFirstContentMs],
    [`${number('cost_nano_usd')} >= ?`, query.minUsd === undefined ? undefined : Math.round(query.minUsd * 1e9)],
    [`${number('attempts')} >= ?`, query.minAttempts],
    [hasTag, query.tag],
  ]
  const given = conditions.filter((condition): condition is readonly [string, SqlValue] => condition[1] !== undefined)
  const sql = given.map(([condition]) => ` AND ${condition}`).join('')
  const values = given.map(([, value]) => value)
  if (key === undefined) return { sql, values }
  return { sql: `${sql} AND ? IN (${text('key_id')}, ${text('key_name')})`, values: [...values, key] }
}

interface EntryRow {
  readonly sequence: number
  readonly at_ms: number
  readonly entry: string
}

/** Requests whose id begins so: found by the index, group by group, however many there are. */
async function readByPrefix(reader: RecordReader, prefix: string, { filter, before, limit }: Page): Promise<RequestPage> {
  const sql = `SELECT sequence, at_ms, entry FROM ${reader.sql.indexed('id >= ? AND id < ?')}
WHERE sequence < ?${filter.sql} ORDER BY sequence DESC LIMIT ?`
  const rows = await reader.all<EntryRow>(sql, [prefix, `${prefix}\uffff`, before, ...filter.values, limit + 1])
  return toPage(rows, limit, { searchedToMs: rows.at(-1)?.at_ms ?? null, complete: rows.length <= limit })
}

interface Page {
  readonly filter: Filter
  readonly before: number
  readonly limit: number
}

function toPage(rows: readonly EntryRow[], limit: number, end: Pick<RequestPage, 'searchedToMs' | 'complete'>): RequestPage {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next = rows.length > limit && last !== undefined ? last.sequence : null
  return { requests: page.map(({ entry }) => toRequestRow(fromEntryText(entry))), next, ...end }
}

/** Where a search over the latest rows ends: the oldest row that it may look at. */
async function readBound(reader: RecordReader, before: number): Promise<{ oldest: number; atMs: number | null; isLast: boolean }> {
  const sql = 'SELECT sequence, at_ms AS "atMs" FROM requests WHERE sequence < ? ORDER BY sequence DESC LIMIT 1 OFFSET ?'
  const [bound] = await reader.all<{ sequence: number; atMs: number }>(sql, [before, maxSearchedRows - 1])
  if (bound !== undefined) return { oldest: bound.sequence, atMs: bound.atMs, isLast: false }
  const [first] = await reader.all<{ atMs: number }>('SELECT at_ms AS "atMs" FROM requests ORDER BY sequence LIMIT 1')
  return { oldest: 0, atMs: first?.atMs ?? null, isLast: true }
}

/** A page of requests, newest first. Looks at 50,000 rows at most and says how far that was. `query.user` is a pseudonym. */
export async function readRequests(reader: RecordReader, query: RequestQuery): Promise<RequestPage> {
  const { before = Number.MAX_SAFE_INTEGER, id } = query
  const limit = Math.min(maxPage, Math.max(1, Math.trunc(query.limit ?? 50)))
  const filter = toRowFilter(query, reader.sql)
  if (id !== undefined && id !== '') return await readByPrefix(reader, id, { filter, before, limit })
  const bound = await readBound(reader, before)
  const sql = `SELECT sequence, at_ms, entry FROM requests WHERE sequence < ? AND sequence >= ?${filter.sql} ORDER BY sequence DESC LIMIT ?`
  const rows = await reader.all<EntryRow>(sql, [before, bound.oldest, ...filter.values, limit + 1])
  if (rows.length > limit) return toPage(rows, limit, { searchedToMs: rows[limit - 1]?.at_ms ?? null, complete: false })
  // What came before `fromMs` could not match: rows lie in the order of their time, near enough.
  const isPast = query.fromMs !== undefined && bound.atMs !== null && bound.atMs < query.fromMs
  const complete = bound.isLast || isPast
  const page = toPage(rows, limit, { searchedToMs: bound.atMs, complete })
  return complete ? page : { ...page, next: bound.oldest }
}
