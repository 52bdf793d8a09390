import type { AuditRetention } from '../audit/retention.ts'
import { type LoggingDeps, systemDeps } from '../deps.ts'
import { isLogLevel, type LogLevel, toPinoLevel } from '../logger/log-level.ts'
import { toTextLine } from '../logger/log-line.ts'
import { createMasker, type Masker } from '../masking/masker.ts'
import { rememberMasked } from '../masking/remember-masked.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { toRequestLine } from '../request-log/request-line.ts'
import { checkSecret, createPseudonyms, type Pseudonyms } from '../sqlite/pseudonym.ts'
import { StorageError } from '../sqlite/storage-error.ts'
import { readAnalytics } from '../usage/analytics.ts'
import { createHeadLog } from './head-log.ts'
import { isRecorded } from './ledger-entry.ts'
import { maskRequest } from './mask-request.ts'
import { createPostgresRecordStore, type SharedDatabase } from './postgres-record-store.ts'
import { readReceipt } from './read-receipt.ts'
import { readUser } from './read-user.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordStore } from './record-store.ts'
import type { Recorder, RecorderFigures, RecorderQueries } from './recorder.ts'
import type { RecorderNotice } from './recorder-notice.ts'
import { readRequests } from './request-query.ts'
import type { RequestRetention } from './request-retention.ts'
import { readSummary } from './request-summary.ts'
import { readSpending } from './spending-cells.ts'
import { createSqliteRecordStore } from './sqlite-record-store.ts'

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
  /** A PostgreSQL database that several instances share, instead of the file; beside the file lies the end of the audit chain all the same. Needs the optional package `pg`. */
  readonly database?: SharedDatabase | undefined
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

/** Opens the store of the options. */
function openStore(options: RecorderOptions, pseudonyms: Pseudonyms, deps: LoggingDeps): RecordStore {
  const { file, secret, database, audit = true, retention = {}, flushAfterMs = 50, maxHeld = 20_000, masker, log } = options
  const { onNotice = () => undefined } = options
  const onAnchor = log === undefined ? undefined : createHeadLog(log)
  const common = {
    file,
    secret,
    pseudonyms,
    keepsAudit: audit,
    mask: masker?.maskValue,
    retention,
    flushAfterMs,
    maxHeld,
    onNotice,
    onAnchor,
  }
  return database === undefined ? createSqliteRecordStore(common, deps) : createPostgresRecordStore(database, common, deps)
}

function auditOff(): never {
  throw new StorageError({ message: 'There is no audit log: it is switched off', reason: 'audit_off', retryable: false })
}

function createQueries({ reader, requests: store, audit, events }: RecordStore, pseudonyms: Pseudonyms): RecorderQueries {
  /** What was pushed before is in the store, unless it could not be written: whoever reads gets what is there. */
  const settled = async (): Promise<RecordReader> => {
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
    events: async (query) => await events.read(query),
    user: async (user) => {
      const usage = await readUser(await settled(), pseudonyms.of(user))
      return { usage, receipts: usage.requests, ...(audit !== undefined && { audit: await audit.trace(user) }) }
    },
  }
}

function toFigures({ requests: store, setAside }: RecordStore, lostAudits: number): RecorderFigures {
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
  const pseudonyms = createPseudonyms(options.secret, 'usage')
  const kept = openStore(options, pseudonyms, deps)
  const { requests: store, audit } = kept
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
    ...createQueries(kept, pseudonyms),
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
    addEvents: (events) => kept.events.write(events),
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
    figures: () => toFigures(kept, lostAudits),
    close: async () => {
      flushLines()
      await kept.close()
    },
  }
}
