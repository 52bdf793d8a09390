import type { Reader } from '../sqlite/reader.ts'
import { fromEntryText } from './entry-text.ts'
import type { UserRecords } from './recorder.ts'
import { rowsPerGroup } from './requests.sql.ts'

const ofUser = `FROM request_groups CROSS JOIN requests ON sequence / ${rowsPerGroup} = number AND user = ?`

/** What the ledger holds on an end user, by pseudonym. */
export async function readUser(reader: Reader, pseudonym: string): Promise<UserRecords['usage']> {
  const [count] = await reader.all<{ requests: number }>(`SELECT count(*) AS requests ${ofUser}`, [pseudonym])
  const rows = await reader.all<{ entry: string }>(`SELECT entry ${ofUser} ORDER BY sequence DESC LIMIT 1000`, [pseudonym])
  return { pseudonym, requests: count?.requests ?? 0, entries: rows.map((row) => fromEntryText(row.entry)) }
}
