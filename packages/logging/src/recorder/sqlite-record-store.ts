import { basename } from 'node:path'
import { auditSchema } from '../audit/audit.sql.ts'
import { type AuditLog, createAuditLog } from '../audit/audit-log.ts'
import type { LoggingDeps } from '../deps.ts'
import { eventsSchema, readEvents, writeEvents } from '../events/event-store.ts'
import { createDatabase } from '../sqlite/database.ts'
import { createReader } from '../sqlite/reader.ts'
import { isStorageError, sqliteCode } from '../sqlite/storage-error.ts'
import { createSweeper } from '../sqlite/sweeper.ts'
import { sqliteRecordSql } from './record-sql.ts'
import type { RecordStore, RecordStoreOptions } from './record-store.ts'
import { applyRequestRetention } from './request-retention.ts'
import { createRequestStore } from './request-store.ts'
import { requestsSchema } from './requests.sql.ts'
import { spendingSchema } from './spending-cells.ts'
import { createSqliteRequestTables } from './sqlite-request-tables.ts'

export const maxBatch = 256
export const sweepEveryMs = 600_000

/** Why a store could not be written, in the driver's word. */
export function reasonOf(error: unknown): string {
  const known = isStorageError(error) ? error.reason : undefined
  return known ?? sqliteCode(isStorageError(error) ? error.cause : error) ?? 'unknown'
}

/** Records in one SQLite file, which one process writes to. */
export function createSqliteRecordStore(options: RecordStoreOptions, deps: LoggingDeps): RecordStore {
  const { file, secret, retention, pseudonyms, flushAfterMs, maxHeld, mask, keepsAudit, onAnchor, onNotice } = options
  let audit: AuditLog | undefined
  let setAside = 0
  const reader = createReader('records', file)
  const onQuarantine = (path: string): void => {
    void reader.release()
    audit?.onQuarantine(path)
    setAside++
    onNotice({ type: 'set-aside', file: basename(path) })
  }
  const database = createDatabase({
    store: 'records',
    file,
    schema: `${requestsSchema}${spendingSchema}${auditSchema}${eventsSchema}`,
    now: deps.now,
    onQuarantine,
  })
  if (keepsAudit) audit = createAuditLog({ file, secret, database, mask, retention: retention.audit, onAnchor }, deps)
  const sweeper = createSweeper({
    ...{ database, everyMs: sweepEveryMs, now: deps.now },
    sweep: (connection, nowMs) => applyRequestRetention(connection, retention, nowMs),
  })
  const onStateChange = (error: unknown): void =>
    onNotice(error === undefined ? { type: 'working' } : { type: 'failing', reason: reasonOf(error) })
  const tables = createSqliteRequestTables(database, sweeper.sweepWhenDue, deps)
  const requests = createRequestStore({ tables, pseudonyms, flushAfterMs, maxBatch, maxHeld, onStateChange }, deps)
  return {
    reader: { all: reader.all, sql: sqliteRecordSql },
    requests,
    audit,
    events: { write: (events) => writeEvents(database, events), read: (query) => readEvents(reader, query) },
    setAside: () => setAside,
    close: async () => {
      await requests.close()
      await audit?.close()
      await reader.close()
      await database.close()
    },
  }
}
