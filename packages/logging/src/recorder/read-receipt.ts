import { type ReceiptBody, toReceiptBody, type UsualLatency } from '../receipts/receipt-body.ts'
import { fromRequestCells } from '../record/from-request-cells.ts'
import { type BucketCount, toPercentile } from '../record/latency-histogram.ts'
import type { RequestCells } from '../record/request-cells.ts'
import { hourMs, toHour } from './hourly-cells.ts'
import type { RecordReader } from './record-reader.ts'
import type { ReceiptReader } from './recorder.ts'

/*
 * A caller may name its request, so an id alone says nothing about whose it is: nobody is given another key's receipt, and of several of one
 * name the latest is given.
 */

const dayHours = 86_400_000 / hourMs

/** Percentiles of the day before and the hour of `atMs`. */
async function readUsual(
  reader: RecordReader,
  { provider, model, atMs }: { provider: string; model: string; atMs: number },
): Promise<UsualLatency> {
  const sql = `SELECT CAST(latency.key AS INTEGER) AS bucket, sum(CAST(latency.value AS BIGINT)) AS count
FROM request_hours ${reader.sql.joinLatencies}
WHERE hour >= ? AND hour <= ? AND provider = ? AND model = ? GROUP BY 1 ORDER BY 1`
  const buckets = await reader.all<BucketCount>(sql, [toHour(atMs) - dayHours, toHour(atMs), provider, model])
  return { p50_ms: toPercentile(buckets, 0.5), p95_ms: toPercentile(buckets, 0.95) }
}

/** The receipt of a call; `undefined` where there is none, or it is another's. */
export async function readReceipt(
  reader: RecordReader,
  id: string,
  { id: owner = '', role }: ReceiptReader,
): Promise<ReceiptBody | undefined> {
  const sql = `SELECT cells FROM ${reader.sql.indexed('id = ?')}
WHERE is_call = 1 AND (? = 1 OR ${reader.sql.text('key_id')} = ?) ORDER BY sequence DESC LIMIT 1`
  const [row] = await reader.all<{ cells: string }>(sql, [id, role === 'admin' ? 1 : 0, owner])
  if (row === undefined) return undefined
  const request = fromRequestCells(JSON.parse(row.cells) as RequestCells) // written by the request store
  const { provider = '', model = '', startedAtMs: atMs = 0 } = request.call ?? {}
  return toReceiptBody(request, await readUsual(reader, { provider, model, atMs }))
}
