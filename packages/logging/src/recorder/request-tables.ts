import type { LedgerEntry } from './ledger-entry.ts'

/** A request as it is written: its entry in the ledger and everything else that its receipt tells. */
export interface StoredRequest {
  /** One more for each request that this process stores. */
  readonly number: number
  readonly isCall: boolean
  readonly entry: LedgerEntry
  /** JSON, as `fromRequestCells` reads it. */
  readonly cells: string
}

/** Where a database keeps requests and their hourly sums. Every method rejects with a StorageError. */
export interface RequestTables {
  /** Writes a batch whole or not at all; one that has been written already is not written again. */
  readonly write: (batch: readonly StoredRequest[]) => Promise<void>
  /** Writes the hourly sums of what has been written. */
  readonly flushSums: () => Promise<void>
  /** Deletes an end user's requests, by pseudonym; what they used stays in the hourly sums, without a name. Returns how many requests there were. */
  readonly erase: (pseudonym: string) => Promise<number>
  readonly close: () => Promise<void>
}
