import { basename } from 'node:path'
import { auditSchema } from '../audit/audit.sql.ts'
import { type AuditLog, createAuditLog } from '../audit/audit-log.ts'
import type { AuditRetention } from '../audit/retention.ts'
import { type LoggingDeps, systemDeps } from '../deps.ts'
import { eventsSchema, readEvents, writeEvents } from '../events/event-store.ts'
import { isLogLevel, type LogLevel, toPinoLevel } from '../logger/log-level.ts'
import { toTextLine } from '../logger/log-line.ts'
import { createMasker, type Masker } from '../masking/masker.ts'
import { rememberMasked } from '../masking/remember-masked.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { toRequestLine } from '../request-log/request-line.ts'
import { createDatabase, type Database } from '../sqlite/database.ts'
import { checkSecret, createPseudonyms, type Pseudonyms } from '../sqlite/pseudonym.ts'
import { createReader, type Reader } from '../sqlite/reader.ts'
import { isStorageError, StorageError, sqliteCode } from '../sqlite/storage-error.ts'
import { createSweeper } from '../sqlite/sweeper.ts'
import { readAnalytics } from '../usage/analytics.ts'
import { createHeadLog } from './head-log.ts'
import { isRecorded } from './ledger-entry.ts'
import { maskRequest } from './mask-request.ts'
import { readReceipt } from './read-receipt.ts'
import { readUser } from './read-user.ts'
import type { Recorder, RecorderFigures, RecorderQueries } from './recorder.ts'
import type { RecorderNotice } from './recorder-notice.ts'
import { readRequests } from './request-query.ts'
import { applyRequestRetention, type RequestRetention } from './request-retention.ts'
import { createRequestStore, type RequestStore } from './request-store.ts'
import { readSummary } from './request-summary.ts'
import { requestsSchema } from './requests.sql.ts'
import { readSpending, spendingSchema } from './spending-cells.ts'

/** Where the log line of a request goes. */
export interface RequestLogOptions {
  /** The least level that is written. Default: `INFO`. */
  readonly level?: LogLevel | Lowercase<LogLevel> | undefined
  /** Default: `json`. */
  readonly format?: 'json' | 'text' | undefined
  /** Receives the lines of a batch, newlines included. One that throws loses them and nothing else. */
  readonly write: (lines: string) => void
}

/** Where a recorder writes, and how much it keeps. */
export interface RecorderOptions {
  /** The SQLite file. One process writes to it. */
  readonly file: string
  /** Signs the audit chain's anchors and keys the pseudonyms. At least 16 characters, kept outside the file and the same at every start. */
  readonly secret: string
  /** Default: one that knows secrets by shape. */
  readonly masker?: Masker | undefined
  /** Default: true. */
  readonly audit?: boolean | undefined
  readonly retention?: (RequestRetention & { readonly audit?: AuditRetention | undefined }) | undefined
  /** `undefined` writes no lines. */
  readonly log?: RequestLogOptions | undefined
  /** The longest that a request waits before it is written. Default: 50 ms. */
  readonly flushAfterMs?: number | undefined
  /** Requests held while the file can't be written. Default: 20,000. */
  readonly maxHeld?: number | undefined
  /** Called when a damaged file is set aside, when writing fails, and when it works again. Must not throw. */
  readonly onNotice?: ((notice: RecorderNotice) => void) | undefined
}

const maxBatch = 256
const sweepEveryMs = 600_000

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const

function rankOf(level: string): number {
  return levels.indexOf(toPinoLevel(isLogLevel(level) ? level : 'INFO'))
}

/** Collects the lines of requests until they are flushed. */
function createLineCollector({ level = 'INFO', format = 'json', write }: RequestLogOptions): {
  add: (request: CompletedRequest) => void
  flush: () => void
} {
  const least = rankOf(level)
  let held = ''
  return {
    add: (request) => {
      const line = toRequestLine(request)
      if (rankOf(line.level) >= least) held += format === 'json' ? line.text : toTextLine(line.text)
    },
    flush: () => {
      const lines = held
      held = ''
      if (lines === '') return
      try {
        write(lines)
      } catch {
        // A log that can't be written must not cost the records.
      }
    },
  }
}

interface Parts {
  readonly database: Database
  readonly reader: Reader
  readonly store: RequestStore
  readonly audit: AuditLog | undefined
  readonly pseudonyms: Pseudonyms
  /** Damaged files that were moved out of the way. */
  readonly setAside: () => number
}

/** Why a file could not be written, in the driver's word. */
function reasonOf(error: unknown): string {
  const known = isStorageError(error) ? error.reason : undefined
  return known ?? sqliteCode(isStorageError(error) ? error.cause : error) ?? 'unknown'
}

function createParts(options: RecorderOptions, deps: LoggingDeps): Parts {
  const { file, secret, retention = {}, flushAfterMs = 50, maxHeld = 20_000, masker, onNotice } = options
  let audit: AuditLog | undefined
  let setAside = 0
  const reader = createReader('records', file)
  const onQuarantine = (path: string): void => {
    void reader.release()
    audit?.onQuarantine(path)
    setAside++
    onNotice?.({ type: 'set-aside', file: basename(path) })
  }
  const database = createDatabase({
    store: 'records',
    file,
    schema: `${requestsSchema}${spendingSchema}${auditSchema}${eventsSchema}`,
    now: deps.now,
    onQuarantine,
  })
  const onAnchor = options.log === undefined ? undefined : createHeadLog(options.log)
  if (options.audit !== false)
    audit = createAuditLog({ file, secret, database, mask: masker?.maskValue, retention: retention.audit, onAnchor }, deps)
  const pseudonyms = createPseudonyms(secret, 'usage')
  const sweeper = createSweeper({
    ...{ database, everyMs: sweepEveryMs, now: deps.now },
    sweep: (connection, nowMs) => applyRequestRetention(connection, retention, nowMs),
  })
  const onStateChange = (error: unknown): void =>
    onNotice?.(error === undefined ? { type: 'working' } : { type: 'failing', reason: reasonOf(error) })
  const store = createRequestStore(
    { database, pseudonyms, flushAfterMs, maxBatch, maxHeld, onStateChange, onWritten: sweeper.sweepWhenDue },
    deps,
  )
  return { database, reader, store, audit, pseudonyms, setAside: () => setAside }
}

function auditOff(): never {
  throw new StorageError({ message: 'There is no audit log: it is switched off', reason: 'audit_off', retryable: false })
}

function createQueries({ reader, store, audit, pseudonyms }: Parts): RecorderQueries {
  /** What was pushed before is in the file, unless it could not be written: whoever reads gets what is there. */
  const settled = async (): Promise<Reader> => {
    await store.flushSums().catch(() => undefined)
    return reader
  }
  const withPseudonym = <Query extends { readonly user?: string | undefined }>(query: Query): Query =>
    query.user === undefined ? query : { ...query, user: pseudonyms.of(query.user) }
  return {
    requests: async (query) => await readRequests(await settled(), withPseudonym(query)),
    summary: async (query) => await readSummary(await settled(), withPseudonym(query)),
    analytics: async (query) => await readAnalytics(await settled(), withPseudonym(query)),
    spending: async (query) => await readSpending(await settled(), withPseudonym(query)),
    receipt: async (id, who) => await readReceipt(await settled(), id, who),
    auditRecords: async (query) => await (audit ?? auditOff()).query(query),
    verifyAudit: async () => await (audit ?? auditOff()).verify(),
    events: async (query) => await readEvents(reader, query),
    user: async (user) => {
      const usage = await readUser(await settled(), pseudonyms.of(user))
      return { usage, receipts: usage.requests, ...(audit !== undefined && { audit: await audit.trace(user) }) }
    },
  }
}

function toFigures({ store, setAside }: Parts, lostAudits: number): RecorderFigures {
  const { held, written, dropped, failures, isFailing } = store.figures()
  const lost = { queue: 0, store: dropped, worker: 0, audit: lostAudits }
  return { queued: held, written, failures, isFailing, setAside: setAside(), dropped: lost }
}

/**
 * Records in this thread: for tests, for command lines, and on the other side of a worker.
 *
 * @throws TypeError when the secret is too short to protect anything
 */
export function createInThreadRecorder(options: RecorderOptions, deps: LoggingDeps = systemDeps): Recorder {
  checkSecret(options.secret, 'records')
  const parts = createParts(options, deps)
  const { database, reader, store, audit, pseudonyms } = parts
  const { masker = createMasker(), log, flushAfterMs = 50 } = options
  let mask = rememberMasked(masker.mask)
  const lines = log === undefined ? undefined : createLineCollector(log)
  let lostAudits = 0
  let cancelLines: (() => void) | undefined
  const flushLines = (): void => {
    cancelLines?.()
    cancelLines = undefined
    lines?.flush()
  }
  return {
    ...createQueries(parts),
    hasAudit: audit !== undefined,
    push: (request) => {
      const masked = maskRequest(request, mask)
      if (lines !== undefined && request.method !== '') {
        lines.add(masked)
        cancelLines ??= deps.setTimer(flushLines, flushAfterMs)
      }
      if (isRecorded(masked)) store.add(masked)
    },
    audit: async (event) => {
      try {
        await (audit ?? auditOff()).appendNow(event)
      } catch (error) {
        lostAudits++
        throw error
      }
    },
    addEvents: (events) => writeEvents(database, events),
    addSecrets: async (secrets) => {
      for (const added of secrets) masker.addSecret(added)
      // What was masked without them is masked anew.
      mask = rememberMasked(masker.mask)
    },
    eraseUser: async (user) => {
      const erased = await store.erase(pseudonyms.of(user))
      pseudonyms.forget(user)
      return { usage: erased, receipts: erased, ...(audit !== undefined && { audit: (await audit.erase(user)).records }) }
    },
    flush: async () => {
      flushLines()
      await store.flushSums()
    },
    figures: () => toFigures(parts, lostAudits),
    close: async () => {
      flushLines()
      await store.close()
      await audit?.close()
      await reader.close()
      await database.close()
    },
  }
}
