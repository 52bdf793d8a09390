import { fromEntryText } from './entry-text.ts'
import type { RecordReader } from './record-reader.ts'
import type { UserRecords } from './recorder.ts'
import { toRequestRow } from './request-query.ts'

/** What the ledger holds on an end user, by pseudonym. */
export async function readUser(reader: RecordReader, pseudonym: string): Promise<UserRecords['usage']> {
  const ofUser = `FROM ${reader.sql.indexed(`"user" = ? AND "user" <> ''`)}`
  const [count] = await reader.all<{ requests: number }>(`SELECT count(*) AS requests ${ofUser}`, [pseudonym])
  const rows = await reader.all<{ entry: string }>(`SELECT entry ${ofUser} ORDER BY sequence DESC LIMIT 1000`, [pseudonym])
  return { pseudonym, requests: count?.requests ?? 0, entries: rows.map((row) => toRequestRow(fromEntryText(row.entry))) }
}
