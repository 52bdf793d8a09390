import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { type AuditDatabase, createAuditLog } from '../audit/audit-log.ts'
import { readHeadFile } from '../audit/head-file.ts'
import { type AuditVerdict, type VerifyOptions, verifyConnection } from '../audit/verify.ts'
import type { LoggingDeps } from '../deps.ts'
import { eventsSchema, readEvents, writeEvents } from '../events/event-store.ts'
import { auditLock, createPostgresDatabase, type PostgresDatabase, retentionLock } from '../postgres/postgres-database.ts'
import { createDatabase } from '../sqlite/database.ts'
import { createReader } from '../sqlite/reader.ts'
import { createSweeper } from '../sqlite/sweeper.ts'
import { createPostgresRequestTables } from './postgres-request-tables.ts'
import { applyPostgresRetention } from './postgres-retention.ts'
import { postgresRecordSql } from './record-sql.ts'
import type { RecordStore, RecordStoreOptions } from './record-store.ts'
import { migrateRecordTables } from './record-tables.postgres.ts'
import { createRequestStore } from './request-store.ts'
import { maxBatch, reasonOf, sweepEveryMs } from './sqlite-record-store.ts'

/** A PostgreSQL database whose records several instances share. */
export interface SharedDatabase {
  /** For instance `postgres://user:password@host:5432/database`. */
  readonly url: string
  /** Names this instance, and is the same at every start: what it has spent is told apart from what others have. Default: a name for each start. */
  readonly ledger?: string | undefined
}

/** Batches of a network's length: a round trip for each of SQLite's would be most of the work. */
const flushAfterMs = 200
/** A database that is back is written to within so long. */
const maxRetryMs = 2_000

/** Where an instance keeps the chain's end: a file for each database, so that one that is exchanged is not taken for one that was cut. */
function headFileOf(folder: string, url: string): string {
  const { hostname, port, pathname } = new URL(url)
  const database = createHash('sha256').update(`${hostname}:${port}${pathname}`).digest('hex').slice(0, 12)
  return join(folder, `audit-head-${database}.json`)
}

function toVerify(database: Pick<PostgresDatabase, 'snapshot'>, headFile: string) {
  return (options: VerifyOptions): Promise<AuditVerdict> => {
    // Read before the database: what is written meanwhile goes beyond it and does not fall short of it.
    const head = readHeadFile(headFile, options.secret)
    return database.snapshot((connection) => verifyConnection(connection, head, options))
  }
}

function openDatabase(url: string): PostgresDatabase {
  return createPostgresDatabase({ store: 'records', url, migrate: migrateRecordTables })
}

/** Records in a PostgreSQL database that several instances share: the same ledger, receipts and audit chain for all of them. */
export function createPostgresRecordStore(shared: SharedDatabase, options: RecordStoreOptions, deps: LoggingDeps): RecordStore {
  const { url, ledger = deps.newId() } = shared
  const { file, secret, retention, pseudonyms, maxHeld, mask, keepsAudit, onAnchor, onNotice } = options
  const database = openDatabase(url)
  const own = {
    database: createDatabase({ store: 'events', file, schema: eventsSchema, now: deps.now }),
    reader: createReader('events', file),
  }
  const headFile = headFileOf(dirname(file), url)
  const chain: AuditDatabase = { ...database.inTurn(auditLock), headFile, verify: toVerify(database, headFile), keepsSessions: false }
  const audit = keepsAudit ? createAuditLog({ file, secret, database: chain, mask, retention: retention.audit, onAnchor }, deps) : undefined
  const sweeper = createSweeper({
    ...{ database: database.inTurn(retentionLock), everyMs: sweepEveryMs, now: deps.now },
    sweep: (connection, nowMs) => applyPostgresRetention(connection, retention, nowMs),
  })
  const onStateChange = (error: unknown): void =>
    onNotice(error === undefined ? { type: 'working' } : { type: 'failing', reason: reasonOf(error) })
  const tables = createPostgresRequestTables({ database: database.shared, ledger, onWritten: sweeper.sweepWhenDue }, deps)
  const requests = createRequestStore({ tables, pseudonyms, flushAfterMs, maxBatch, maxHeld, maxRetryMs, onStateChange }, deps)
  return {
    reader: { all: database.all, sql: postgresRecordSql, ledger },
    requests,
    audit,
    events: { write: (given) => writeEvents(own.database, given), read: (query) => readEvents(own.reader, query) },
    setAside: () => 0,
    close: async () => {
      await requests.close()
      await audit?.close()
      await database.close()
      await own.reader.close()
      await own.database.close()
    },
  }
}

/**
 * Verifies the audit chain in a PostgreSQL database; instances may be writing to it meanwhile.
 * @throws StorageError when the database can't be read
 */
export async function verifyAuditDatabase(url: string, options: VerifyOptions = {}): Promise<AuditVerdict> {
  const database = openDatabase(url)
  try {
    return await database.snapshot((connection) => verifyConnection(connection, { type: 'none' }, options))
  } finally {
    await database.close()
  }
}
