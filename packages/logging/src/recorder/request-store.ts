import type { LoggingDeps } from '../deps.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { toRequestCellsText } from '../record/request-cells-text.ts'
import { type BatchWriter, type BatchWriterOptions, createBatchWriter, type WriteFigures } from '../sqlite/batch-writer.ts'
import type { Pseudonyms } from '../sqlite/pseudonym.ts'
import { boundRequest } from './bound-request.ts'
import { toLedgerEntry } from './ledger-entry.ts'
import type { RequestTables, StoredRequest } from './request-tables.ts'

/** Writes requests to the ledger and adds them to their hours. */
export interface RequestStore {
  /** Takes a request, masked before. Never throws and never waits. */
  readonly add: (request: CompletedRequest) => void
  /** @throws StorageError when the file could not take what was held; it stays held */
  readonly flush: () => Promise<void>
  /** The same, hourly sums included. */
  readonly flushSums: () => Promise<void>
  /** Deletes an end user's requests, by pseudonym; what they used stays in the hourly sums, without a name. Returns how many requests there were. */
  readonly erase: (pseudonym: string) => Promise<number>
  readonly figures: () => WriteFigures
  readonly close: () => Promise<void>
}

export interface RequestStoreOptions extends Omit<BatchWriterOptions<StoredRequest>, 'write'> {
  readonly tables: RequestTables
  readonly pseudonyms: Pseudonyms
}

export function createRequestStore({ tables, pseudonyms, ...batches }: RequestStoreOptions, deps: LoggingDeps): RequestStore {
  const writer: BatchWriter<StoredRequest> = createBatchWriter({ ...batches, write: tables.write }, deps)
  let number = 0
  const flushSums = async (): Promise<void> => {
    await writer.flush()
    await tables.flushSums()
  }
  return {
    add: (request) => {
      const { call } = request
      const entry = toLedgerEntry(request, call?.user === undefined ? '' : pseudonyms.of(call.user))
      writer.add({ number: ++number, isCall: call !== undefined, entry, cells: toRequestCellsText(boundRequest(request)) })
    },
    flush: writer.flush,
    flushSums,
    erase: async (pseudonym) => {
      await flushSums()
      return await tables.erase(pseudonym)
    },
    figures: writer.figures,
    close: async () => {
      await writer.close()
      await tables.close()
    },
  }
}
