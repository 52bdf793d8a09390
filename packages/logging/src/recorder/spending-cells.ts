import type { Connection, SqlValue } from '../sqlite/connection.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import { hourMs, toHour } from './hourly-cells.ts'
import type { LedgerEntry } from './ledger-entry.ts'
import type { RecordReader } from './record-reader.ts'

/*
 * What was spent, by hour, team, key and end user: budgets go on from these sums after a restart. They have a table of their own because a team's
 * spending stays the team's when its keys are deleted or move to another, and because a sum over all time must outlive the hours of analytics.
 */

export const spendingColumns = ['hour', 'team', 'key_id', '"user"', 'nano_usd'] as const
const who = 'hour, team, key_id, user'
const add = `ON CONFLICT (${who}) DO UPDATE SET nano_usd = request_spending.nano_usd + excluded.nano_usd`

/** Files of before this table get what their hours say; nothing says whose team it was. */
export const spendingSchema = `
CREATE TABLE IF NOT EXISTS request_spending (
  hour INTEGER NOT NULL, team TEXT NOT NULL, key_id TEXT NOT NULL, user TEXT NOT NULL,
  nano_usd INTEGER NOT NULL,
  UNIQUE (${who})
);
CREATE INDEX IF NOT EXISTS request_spending_team ON request_spending (team, hour) WHERE team <> '';
CREATE INDEX IF NOT EXISTS request_spending_key ON request_spending (key_id, hour);
INSERT INTO request_spending SELECT hour, '', key_id, user, sum(cost_nano_usd + wasted_nano_usd) FROM request_hours
WHERE NOT EXISTS (SELECT 1 FROM request_spending) GROUP BY hour, key_id, user;`

/** Whose spending, and since when. Hours of UTC count as a whole. */
export interface SpendingQuery {
  /** Of the keys that were a team's when they spent it. */
  readonly team?: string | undefined
  /** Id of a key. */
  readonly key?: string | undefined
  /** An end user's own identifier. */
  readonly user?: string | undefined
  /** Unix milliseconds. */
  readonly fromMs: number
}

type SpendingRow = readonly SqlValue[]

/** Spending that is not in the file yet. */
export interface SpendingCells {
  readonly add: (entry: LedgerEntry) => void
  /** Rows to add to the file; they are gone from here. */
  readonly take: () => readonly SpendingRow[]
}

export function createSpendingCells(): SpendingCells {
  let cells = new Map<string, [number, string, string, string, number]>()
  return {
    add: ({ startedAtMs, team, keyId, user, costNanoUsd, wastedNanoUsd }) => {
      const nanoUsd = (costNanoUsd ?? 0) + wastedNanoUsd
      if (nanoUsd === 0) return
      const hour = toHour(startedAtMs)
      const ofTeam = team ?? ''
      const name = `${hour}\n${ofTeam}\n${keyId}\n${user}`
      const cell = cells.get(name)
      if (cell === undefined) cells.set(name, [hour, ofTeam, keyId, user, nanoUsd])
      else cell[4] += nanoUsd
    },
    take: () => {
      const rows = [...cells.values()]
      cells = new Map()
      return rows
    },
  }
}

export async function writeSpending(connection: Connection, rows: readonly SpendingRow[]): Promise<void> {
  await insertRows(connection, { table: 'request_spending', columns: spendingColumns, ending: add }, rows)
}

/** What a user, by pseudonym, has spent stays spent, without a name. */
export async function anonymiseSpending(connection: Connection, pseudonym: string): Promise<void> {
  await connection.run(`INSERT INTO request_spending SELECT hour, team, key_id, '', nano_usd FROM request_spending WHERE user = ? ${add}`, [
    pseudonym,
  ])
  await connection.run('DELETE FROM request_spending WHERE user = ?', [pseudonym])
}

/** Adds up old hours to one of each key and team, without users. */
export async function foldSpending(connection: Connection, beforeHour: number): Promise<void> {
  const old = 'FROM request_spending WHERE hour > 0 AND hour < ?'
  await connection.run(`INSERT INTO request_spending SELECT 0, team, key_id, '', sum(nano_usd) ${old} GROUP BY team, key_id ${add}`, [
    beforeHour,
  ])
  await connection.run(`DELETE ${old}`, [beforeHour])
}

/** A sum in whole nano-dollars. `query.user` is a pseudonym here. */
export async function readSpending(reader: RecordReader, { team, key, user, fromMs }: SpendingQuery): Promise<number> {
  const conditions: readonly (readonly [string, SqlValue | undefined])[] = [
    ['hour >= ?', Math.floor(fromMs / hourMs)],
    ['team = ?', team],
    ['key_id = ?', key],
    ['"user" = ?', user],
    ['ledger = ?', reader.ledger],
  ]
  const given = conditions.filter((condition): condition is readonly [string, SqlValue] => condition[1] !== undefined)
  const sql = `SELECT CAST(coalesce(sum(nano_usd), 0) AS TEXT) AS sum FROM request_spending WHERE ${given.map(([text]) => text).join(' AND ')}`
  const [row] = await reader.all<{ readonly sum: string }>(
    sql,
    given.map(([, value]) => value),
  )
  return Number(row?.sum ?? 0)
}
