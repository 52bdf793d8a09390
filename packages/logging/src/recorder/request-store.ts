import { isOtherProcessAlive, type LoggingDeps, processId } from '../deps.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { toRequestCellsText } from '../record/request-cells-text.ts'
import { type BatchWriter, createBatchWriter, type WriteFigures } from '../sqlite/batch-writer.ts'
import type { Connection, SqlValue } from '../sqlite/connection.ts'
import type { Database } from '../sqlite/database.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import type { Pseudonyms } from '../sqlite/pseudonym.ts'
import { boundRequest } from './bound-request.ts'
import { fromEntryText, toEntryText } from './entry-text.ts'
import { createHourlyCells } from './hourly-cells.ts'
import { type LedgerEntry, toLedgerEntry } from './ledger-entry.ts'
import { addToCells, anonymise, hourlyColumns, rowsPerGroup } from './requests.sql.ts'
import { anonymiseSpending, createSpendingCells, writeSpending } from './spending-cells.ts'

/** A request as it is written: its entry in the ledger and everything else that its receipt tells. */
interface StoredRequest {
  readonly isCall: boolean
  readonly entry: LedgerEntry
  /** JSON, as `fromRequestCells` reads it. */
  readonly cells: string
}

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

export interface RequestStoreOptions {
  readonly database: Database
  readonly pseudonyms: Pseudonyms
  /** The longest that a request waits before it is written. */
  readonly flushAfterMs: number
  readonly maxBatch: number
  readonly maxHeld: number
  readonly onStateChange: (error: unknown) => void
  /** Called after sums were written. Must not reject. */
  readonly onWritten: () => Promise<void>
}

/** Sums lag behind the rows by so much; after a crash they are made up from the rows. */
const sumEveryMs = 2_000

/** A text as SQL writes it. SQLite ends a statement at a zero byte. */
function sqlText(text: string): string {
  return `'${(text.includes('\0') ? text.replaceAll('\0', '') : text).replaceAll("'", "''")}'`
}

function toValues({ isCall, entry, cells }: StoredRequest): string {
  const at = Number.isFinite(entry.startedAtMs) ? Math.round(entry.startedAtMs) : 0
  return `(${at},${sqlText(entry.id)},${sqlText(entry.user)},${isCall ? 1 : 0},${sqlText(toEntryText(entry))},${sqlText(cells)})`
}

/** One script for a batch: a step of its own for each statement would cost more than its rows. */
function toInsert(batch: readonly StoredRequest[]): string {
  const rows = batch.map(toValues).join(',')
  return `BEGIN IMMEDIATE; INSERT INTO requests (at_ms, id, user, is_call, entry, cells) VALUES ${rows}; COMMIT`
}

const markSummed = 'UPDATE request_sums SET summed_sequence = (SELECT coalesce(max(sequence), 0) FROM requests), process = ?'

type CellRows = readonly (readonly SqlValue[])[]

/** Sums that go to the file together. */
interface Sums {
  readonly hours: CellRows
  readonly spending: CellRows
}

const noSums: Sums = { hours: [], spending: [] }

async function writeCells(connection: Connection, { hours, spending }: Sums): Promise<void> {
  await insertRows(connection, { table: 'request_hours', columns: hourlyColumns, ending: addToCells }, hours)
  await writeSpending(connection, spending)
  await connection.run(markSummed, [processId()])
}

/** Sums up what the last process had written and not summed up before it was killed. Not while that process lives: it will do so itself. */
async function recoverSums(connection: Connection): Promise<void> {
  const [state] = await connection.all<{ summed: number; process: number }>('SELECT summed_sequence AS summed, process FROM request_sums')
  if (state === undefined || isOtherProcessAlive(state.process)) return
  const rows = await connection.all<{ entry: string }>('SELECT entry FROM requests WHERE sequence > ? AND is_call = 1', [state.summed])
  const [cells, spending] = [createHourlyCells(), createSpendingCells()]
  for (const { entry } of rows) {
    const call = fromEntryText(entry)
    cells.add(call)
    spending.add(call)
  }
  await writeCells(connection, { hours: cells.take(), spending: spending.take() })
}

async function eraseRows(connection: Connection, pseudonym: string): Promise<number> {
  await connection.run(anonymise, [pseudonym])
  await connection.run('DELETE FROM request_hours WHERE user = ?', [pseudonym])
  await anonymiseSpending(connection, pseudonym)
  const sql = `DELETE FROM requests WHERE sequence IN (
SELECT sequence FROM request_groups CROSS JOIN requests ON sequence / ${rowsPerGroup} = number AND user = ?)`
  const erased = await connection.run(sql, [pseudonym])
  await connection.run(markSummed, [processId()]) // numbers of deleted rows may be given again
  return erased
}

export function createRequestStore(options: RequestStoreOptions, deps: LoggingDeps): RequestStore {
  const { database, pseudonyms, flushAfterMs, maxBatch, maxHeld, onStateChange, onWritten } = options
  const [cells, spending] = [createHourlyCells(), createSpendingCells()]
  /** Sums that a failed transaction left. */
  let unwritten = noSums
  let recovered = false
  let cancelTimer: (() => void) | undefined
  const recover = async (): Promise<void> => {
    if (recovered) return
    await database.transaction(recoverSums)
    recovered = true
  }
  const writeSums = async (): Promise<void> => {
    cancelTimer?.()
    cancelTimer = undefined
    if (cells.isEmpty() && unwritten === noSums) return
    await database.transaction(async (connection) => {
      // Taken here, where no batch is under way: what is marked as summed up must be.
      unwritten = { hours: [...unwritten.hours, ...cells.take()], spending: [...unwritten.spending, ...spending.take()] }
      await writeCells(connection, unwritten)
    })
    unwritten = noSums
    await onWritten()
  }
  const write = async (batch: readonly StoredRequest[]): Promise<void> => {
    await recover()
    await database.run(toInsert(batch))
    for (const { isCall, entry } of batch) {
      if (!isCall) continue
      cells.add(entry)
      spending.add(entry)
    }
    cancelTimer ??= deps.setTimer(() => void writeSums().catch(() => undefined), sumEveryMs)
  }
  const writer: BatchWriter<StoredRequest> = createBatchWriter({ write, flushAfterMs, maxBatch, maxHeld, onStateChange }, deps)
  const flushSums = async (): Promise<void> => {
    await writer.flush()
    await recover()
    await writeSums()
  }
  return {
    add: (request) => {
      const { call } = request
      const entry = toLedgerEntry(request, call?.user === undefined ? '' : pseudonyms.of(call.user))
      writer.add({ isCall: call !== undefined, entry, cells: toRequestCellsText(boundRequest(request)) })
    },
    flush: writer.flush,
    flushSums,
    erase: async (pseudonym) => {
      await flushSums()
      const erased = await database.transaction((connection) => eraseRows(connection, pseudonym))
      await database.checkpoint()
      return erased
    },
    figures: writer.figures,
    close: async () => {
      await writer.close()
      await writeSums().catch(() => undefined) // made up at the next start
      cancelTimer?.()
      await database.run('UPDATE request_sums SET process = 0').catch(() => undefined) // then the next start finds it dead, or alive
    },
  }
}
