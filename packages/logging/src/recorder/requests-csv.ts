import { toCsvCell } from '../usage/csv-cell.ts'
import type { RequestRow } from './request-query.ts'

const columns = [
  ...(['id', 'at', 'endpoint', 'requested_model', 'provider', 'model', 'outcome', 'status', 'error_code', 'stream', 'attempts'] as const),
  ...([
    'cache',
    'latency_ms',
    'first_content_ms',
    'input_tokens',
    'output_tokens',
    'cost_usd',
    'cost_nano_usd',
    'wasted_nano_usd',
  ] as const),
  'saved_nano_usd',
] as const satisfies readonly (keyof RequestRow)[]

/** A list of requests as CSV after RFC 4180, with a header. Pure. */
export function toRequestsCsv(rows: readonly RequestRow[]): string {
  const lines = rows.map((row) =>
    [...columns.map((column) => row[column]), row.key?.id ?? null, row.key?.name ?? null, row.tags.join(' ')]
      .map((value) => toCsvCell(typeof value === 'boolean' ? String(value) : value))
      .join(','),
  )
  return [[...columns, 'key_id', 'key_name', 'tags'].join(','), ...lines, ''].join('\r\n')
}
