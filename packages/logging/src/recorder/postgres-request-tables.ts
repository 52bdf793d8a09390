import type { LoggingDeps } from '../deps.ts'
import type { Connection, SqlValue } from '../sqlite/connection.ts'
import type { Database } from '../sqlite/database.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import { toEntryText } from './entry-text.ts'
import { createHourlyCells } from './hourly-cells.ts'
import type { LedgerEntry } from './ledger-entry.ts'
import type { RequestTables, StoredRequest } from './request-tables.ts'
import { anonymise, cellColumns, hourlyColumns, sumColumns } from './requests.sql.ts'
import { createSpendingCells, spendingColumns } from './spending-cells.ts'

const addToCells = `ON CONFLICT (hour, cell) DO UPDATE SET
${sumColumns.map((column) => `${column} = request_hours.${column} + excluded.${column}`).join(', ')},
latencies = (SELECT coalesce(json_object_agg(bucket, count), '{}') FROM (SELECT key AS bucket, sum(CAST(value AS BIGINT)) AS count FROM (
  SELECT key, value FROM json_each_text(request_hours.latencies) UNION ALL SELECT key, value FROM json_each_text(excluded.latencies)
) AS latency GROUP BY key) AS counted)`

const spendingTarget = [...spendingColumns, 'ledger']
const addToSpending = `ON CONFLICT (ledger, hour, team, key_id, "user") DO UPDATE SET nano_usd = request_spending.nano_usd + excluded.nano_usd`

const requestColumns = ['at_ms', 'id', '"user"', 'is_call', 'entry', 'cells']

/** PostgreSQL keeps neither a zero nor half a character in a text, not even as an escape within JSON. */
const toStorableText = (text: string): string => Buffer.from(text).toString().replaceAll('\0', '')

function toStorable(entry: LedgerEntry): LedgerEntry {
  const clean = Object.entries(entry).map(([field, value]: [string, unknown]) => [
    field,
    typeof value === 'string' ? toStorableText(value) : value,
  ])
  const tags = (JSON.parse(entry.tags) as readonly string[]).map(toStorableText) // written by `toLedgerEntry`
  return { ...(Object.fromEntries(clean) as LedgerEntry), tags: JSON.stringify(tags) } // the same fields
}

function toRow({ isCall, cells }: StoredRequest, entry: LedgerEntry): readonly SqlValue[] {
  const at = Number.isFinite(entry.startedAtMs) ? Math.round(entry.startedAtMs) : 0
  return [at, entry.id, entry.user, isCall ? 1 : 0, toEntryText(entry), cells]
}

type CellRow = readonly SqlValue[]

const cellName = (row: CellRow): string => JSON.stringify(row.slice(0, cellColumns.length))

/** In rounds without a cell that comes twice, which one statement can't add to twice; in one order everywhere, so that instances don't wait for one another in a circle. */
function toRounds(rows: readonly CellRow[]): readonly (readonly CellRow[])[] {
  const rounds: Map<string, CellRow>[] = []
  for (const row of rows) {
    const name = cellName(row)
    const round = rounds.find((one) => !one.has(name))
    if (round === undefined) rounds.push(new Map([[name, row]]))
    else round.set(name, row)
  }
  return rounds.map((round) => [...round].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row))
}

async function writeRows(connection: Connection, batch: readonly StoredRequest[], ledger: string): Promise<void> {
  const [cells, spending] = [createHourlyCells(), createSpendingCells()]
  const rows: (readonly SqlValue[])[] = []
  for (const request of batch) {
    const entry = toStorable(request.entry)
    rows.push(toRow(request, entry))
    if (!request.isCall) continue
    cells.add(entry)
    spending.add(entry)
  }
  await insertRows(connection, { table: 'requests', columns: requestColumns }, rows)
  for (const round of toRounds(cells.take()))
    await insertRows(connection, { table: 'request_hours', columns: hourlyColumns, ending: addToCells }, round)
  const spent = spending.take().map((row) => [...row, ledger])
  await insertRows(connection, { table: 'request_spending', columns: spendingTarget, ending: addToSpending }, spent)
}

async function eraseRows(connection: Connection, pseudonym: string): Promise<number> {
  await connection.run(anonymise(addToCells), [pseudonym])
  await connection.run(`DELETE FROM request_hours WHERE "user" = ? AND "user" <> ''`, [pseudonym])
  const others = spendingTarget.filter((column) => column !== '"user"').join(', ')
  await connection.run(
    `INSERT INTO request_spending ("user", ${others}) SELECT '', ${others} FROM request_spending WHERE "user" = ? ${addToSpending}`,
    [pseudonym],
  )
  await connection.run('DELETE FROM request_spending WHERE "user" = ?', [pseudonym])
  return await connection.run(`DELETE FROM requests WHERE "user" = ? AND "user" <> ''`, [pseudonym])
}

export interface PostgresRequestTablesOptions {
  readonly database: Database
  /** Whose spending it is. */
  readonly ledger: string
  /** Called after each batch. Must not reject. */
  readonly onWritten: () => Promise<void>
}

/**
 * The tables that instances share in PostgreSQL: rows and sums of a batch in one transaction. A batch whose commit was not confirmed is written again, so each
 * writer notes in the same transaction how far it has come.
 */
export function createPostgresRequestTables(
  { database, ledger, onWritten }: PostgresRequestTablesOptions,
  { newId, now }: Pick<LoggingDeps, 'newId' | 'now'>,
): RequestTables {
  const writer = newId()
  return {
    write: async (batch) => {
      await database.transaction(async (connection) => {
        const [written] = await connection.all<{ last: number }>(
          'SELECT last_number AS last FROM request_writers WHERE writer = ? FOR UPDATE',
          [writer],
        )
        const last = written?.last ?? 0
        await writeRows(
          connection,
          batch.filter(({ number }) => number > last),
          ledger,
        )
        const mark = `INSERT INTO request_writers VALUES (?, ?, ?) ON CONFLICT (writer)
DO UPDATE SET last_number = excluded.last_number, written_at_ms = excluded.written_at_ms`
        await connection.run(mark, [writer, Math.max(last, batch.at(-1)?.number ?? 0), now()])
      })
      await onWritten()
    },
    flushSums: async () => undefined,
    erase: (pseudonym) => database.transaction((connection) => eraseRows(connection, pseudonym)),
    close: async () => {
      await database
        .transaction((connection) => connection.run('DELETE FROM request_writers WHERE writer = ?', [writer]))
        .catch(() => undefined) // retention removes what is left
    },
  }
}
