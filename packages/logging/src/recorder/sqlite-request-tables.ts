import { isOtherProcessAlive, type LoggingDeps, processId } from '../deps.ts'
import type { Connection, SqlValue } from '../sqlite/connection.ts'
import type { Database } from '../sqlite/database.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import { fromEntryText, toEntryText } from './entry-text.ts'
import { createHourlyCells } from './hourly-cells.ts'
import type { RequestTables, StoredRequest } from './request-tables.ts'
import { addToCells, anonymise, hourlyColumns, rowsPerGroup } from './requests.sql.ts'
import { anonymiseSpending, createSpendingCells, writeSpending } from './spending-cells.ts'

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
  await connection.run(anonymise(addToCells), [pseudonym])
  await connection.run('DELETE FROM request_hours WHERE user = ?', [pseudonym])
  await anonymiseSpending(connection, pseudonym)
  const sql = `DELETE FROM requests WHERE sequence IN (
SELECT sequence FROM request_groups CROSS JOIN requests ON sequence / ${rowsPerGroup} = number AND user = ?)`
  const erased = await connection.run(sql, [pseudonym])
  await connection.run(markSummed, [processId()]) // numbers of deleted rows may be given again
  return erased
}

/** The tables of one process in a SQLite file. `onSummed` is called after sums were written, and must not reject. */
export function createSqliteRequestTables(database: Database, onSummed: () => Promise<void>, deps: LoggingDeps): RequestTables {
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
    await onSummed()
  }
  return {
    write: async (batch) => {
      await recover()
      await database.run(toInsert(batch))
      for (const { isCall, entry } of batch) {
        if (!isCall) continue
        cells.add(entry)
        spending.add(entry)
      }
      cancelTimer ??= deps.setTimer(() => void writeSums().catch(() => undefined), sumEveryMs)
    },
    flushSums: async () => {
      await recover()
      await writeSums()
    },
    erase: async (pseudonym) => {
      const erased = await database.transaction((connection) => eraseRows(connection, pseudonym))
      await database.checkpoint()
      return erased
    },
    close: async () => {
      await writeSums().catch(() => undefined) // made up at the next start
      cancelTimer?.()
      await database.run('UPDATE request_sums SET process = 0').catch(() => undefined) // then the next start finds it dead, or alive
    },
  }
}
