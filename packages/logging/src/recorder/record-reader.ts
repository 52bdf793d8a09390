import type { Reader } from '../sqlite/reader.ts'
import type { RecordSql } from './record-sql.ts'

/** Reads records, in the words of the database that holds them. */
export interface RecordReader extends Pick<Reader, 'all'> {
  readonly sql: RecordSql
  /** Of several ledgers in one database, the one of this instance. `undefined` where there is one. */
  readonly ledger?: string | undefined
}
