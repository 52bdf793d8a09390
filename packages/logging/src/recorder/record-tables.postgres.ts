import { auditSchema } from '../audit/audit.sql.ts'
import type { Connection } from '../sqlite/connection.ts'
import { StorageError } from '../sqlite/storage-error.ts'
import { dimensionColumns, sumColumns } from './requests.sql.ts'

/** Texts in the order of their bytes, as SQLite has them, whatever the language of the database. */
const text = 'TEXT COLLATE "C" NOT NULL'

/*
 * What an hour's cell is told apart by is longer than an index takes, so `cell` is a digest of it. Two texts of one digest would only be added up together.
 */
const firstTables = `
CREATE TABLE requests (
  sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  id ${text},
  "user" ${text},
  is_call SMALLINT NOT NULL,
  entry JSON NOT NULL,
  cells TEXT NOT NULL
);
CREATE INDEX requests_id ON requests (id, sequence);
CREATE INDEX requests_user ON requests ("user", sequence) WHERE "user" <> '';
CREATE TABLE request_hours (
  hour BIGINT NOT NULL,
  ${dimensionColumns.map((column) => `${column} ${text}`).join(', ')},
  ${sumColumns.map((column) => `${column} BIGINT NOT NULL`).join(', ')},
  latencies JSON NOT NULL,
  cell TEXT NOT NULL GENERATED ALWAYS AS (md5(${dimensionColumns.join(' || chr(10) || ')})) STORED,
  UNIQUE (hour, cell)
);
CREATE INDEX request_hours_user ON request_hours ("user") WHERE "user" <> '';
CREATE TABLE request_spending (
  ledger ${text},
  hour BIGINT NOT NULL,
  team ${text},
  key_id ${text},
  "user" ${text},
  nano_usd BIGINT NOT NULL,
  PRIMARY KEY (ledger, hour, team, key_id, "user")
);
CREATE INDEX request_spending_team ON request_spending (ledger, team, hour);
CREATE INDEX request_spending_key ON request_spending (ledger, key_id, hour);
CREATE TABLE request_writers (
  writer TEXT PRIMARY KEY,
  last_number BIGINT NOT NULL,
  written_at_ms BIGINT NOT NULL
);
${auditSchema.replaceAll('INTEGER', 'BIGINT')}`

/** One step a version; steps that have been released stay as they are. */
const steps: readonly string[] = [firstTables]

/** Brings the tables to this version. Within the caller's transaction. @throws StorageError when a later version has made them */
export async function migrateRecordTables(connection: Connection): Promise<void> {
  await connection.exec('CREATE TABLE IF NOT EXISTS record_tables (version INTEGER NOT NULL)')
  const [found] = await connection.all<{ version: number }>('SELECT version FROM record_tables')
  const version = found?.version ?? 0
  if (version > steps.length) {
    const message = `The records' tables are of version ${version}, and this program knows up to ${steps.length}: a later one has made them`
    throw new StorageError({ message, reason: 'later_version' })
  }
  for (const step of steps.slice(version)) await connection.exec(step)
  if (found === undefined) await connection.run('INSERT INTO record_tables VALUES (?)', [steps.length])
  else await connection.run('UPDATE record_tables SET version = ?', [steps.length])
}
