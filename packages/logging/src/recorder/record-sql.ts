import { positions, rowsPerGroup } from './requests.sql.ts'

type Column = (typeof positions)[number][0]

/** What the queries of records say otherwise to one database than to another. The order of placeholders is the same in all. */
export interface RecordSql {
  /** A text of a request's entry. */
  readonly text: (column: Column) => string
  /** A number of it. */
  readonly number: (column: Column) => string
  /** Requests that meet a condition on `id` or `"user"`, found by an index, to stand behind FROM. */
  readonly indexed: (condition: string) => string
  /** Whether the tags of an entry have the value of a placeholder. */
  readonly hasTag: string
  /** Joins hourly sums with each of their tags, as `tag.value`; those without any stay. */
  readonly joinTags: string
  /** Joins hourly sums with each of their latencies, as `latency.key` and `latency.value`. */
  readonly joinLatencies: string
  /** The day of an `hour`, `2026-01-31`. */
  readonly day: string
}

const place = (column: Column): number => positions.findIndex(([name]) => name === column)

export const sqliteRecordSql: RecordSql = {
  text: (column) => `entry ->> ${place(column)}`,
  number: (column) => `entry ->> ${place(column)}`,
  indexed: (condition) => `request_groups CROSS JOIN requests ON sequence / ${rowsPerGroup} = number AND ${condition}`,
  hasTag: `EXISTS (SELECT 1 FROM json_each(entry ->> ${place('tags')}) AS tag WHERE tag.value = ?)`,
  joinTags: 'LEFT JOIN json_each(request_hours.tags) AS tag',
  joinLatencies: 'JOIN json_each(request_hours.latencies) AS latency',
  day: "strftime('%Y-%m-%d', hour * 3600, 'unixepoch')",
}

export const postgresRecordSql: RecordSql = {
  text: (column) => `(entry ->> ${place(column)})`,
  number: (column) => `CAST(entry ->> ${place(column)} AS NUMERIC)`,
  indexed: (condition) => `(SELECT * FROM requests WHERE ${condition}) AS requests`,
  hasTag: `EXISTS (SELECT 1 FROM json_array_elements_text(CAST(entry ->> ${place('tags')} AS JSON)) AS tag(value) WHERE tag.value = ?)`,
  joinTags: 'LEFT JOIN LATERAL json_array_elements_text(CAST(request_hours.tags AS JSON)) AS tag(value) ON true',
  joinLatencies: 'JOIN LATERAL json_each_text(request_hours.latencies) AS latency(key, value) ON true',
  day: "to_char(to_timestamp(hour * 3600) AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
}
