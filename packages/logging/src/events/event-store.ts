import type { Connection, SqlValue } from '../sqlite/connection.ts'
import type { Database } from '../sqlite/database.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import type { Reader } from '../sqlite/reader.ts'
import { type EventPage, type EventQuery, eventLimit, type NumberedEvent } from './gateway-event.ts'

/** The oldest events beyond this go. */
const maxEvents = 10_000

/** `entry` is the event as JSON; the other columns are what is searched by. */
export const eventsSchema = `
CREATE TABLE IF NOT EXISTS events (
  sequence INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  entry TEXT NOT NULL
);`

function toRow(event: NumberedEvent): readonly SqlValue[] {
  return [event.sequence, Math.round(event.atMs), event.kind, event.target, JSON.stringify(event)]
}

async function prune(connection: Connection): Promise<void> {
  const sql = 'DELETE FROM events WHERE sequence <= (SELECT sequence FROM events ORDER BY sequence DESC LIMIT 1 OFFSET ?)'
  await connection.run(sql, [maxEvents])
}

/** Writes events; one that is there already stays as it is, so that a write whose outcome was not known can be tried again. */
export async function writeEvents(database: Database, events: readonly NumberedEvent[]): Promise<void> {
  if (events.length === 0) return
  await database.transaction(async (connection) => {
    const target = { table: 'events', columns: ['sequence', 'at_ms', 'kind', 'target', 'entry'], ending: 'ON CONFLICT DO NOTHING' }
    await insertRows(connection, target, events.map(toRow))
    await prune(connection)
  })
}

type Condition = readonly [sql: string, values: readonly SqlValue[]]

function conditionsOf({ kind, target, fromMs, toMs, before, after }: EventQuery): readonly Condition[] {
  const simple: readonly (readonly [string, SqlValue | undefined])[] = [
    ['kind = ?', kind],
    ['at_ms >= ?', fromMs],
    ['at_ms < ?', toMs],
    ['sequence < ?', before],
    ['sequence > ?', after],
  ]
  const given = simple.flatMap(([sql, value]): Condition[] => (value === undefined ? [] : [[sql, [value]]]))
  if (target === undefined) return given
  return [...given, ['(target = ? OR substr(target, 1, length(?) + 1) = ? || ?)', [target, target, target, '/']]]
}

/** A page of events, newest first. */
export async function readEvents(reader: Reader, query: EventQuery): Promise<EventPage> {
  const limit = eventLimit(query)
  const conditions = conditionsOf(query)
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(([sql]) => sql).join(' AND ')}`
  const values = [...conditions.flatMap(([, given]) => given), limit + 1]
  const rows = await reader.all<{ entry: string }>(`SELECT entry FROM events${where} ORDER BY sequence DESC LIMIT ?`, values)
  const events = rows.slice(0, limit).map(({ entry }) => JSON.parse(entry) as NumberedEvent) // written by `toRow`
  return { events, next: rows.length > limit ? (events.at(-1)?.sequence ?? null) : null }
}
