import type { AuditEvent } from '../audit/audit-record.ts'
import type { AuditPage, AuditQuery } from '../audit/query.ts'
import type { AuditTrace } from '../audit/subject-rights.ts'
import type { AuditVerdict } from '../audit/verify.ts'
import type { EventPage, EventQuery, NumberedEvent } from '../events/gateway-event.ts'
import type { ReceiptBody } from '../receipts/receipt-body.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import type { AnalyticsQuery, AnalyticsRow } from '../usage/analytics.ts'
import type { RequestPage, RequestQuery, RequestRow } from './request-query.ts'
import type { RequestSummary } from './request-summary.ts'
import type { SpendingQuery } from './spending-cells.ts'

/** Who wants to read a receipt; without an id: a caller of a gateway without keys. */
export interface ReceiptReader {
  /** Of the key. */
  readonly id?: string | undefined
  readonly role?: string | undefined
}

/** What is held on an end user. */
export interface UserRecords {
  readonly usage: {
    /** What stands for them in the ledger. */
    readonly pseudonym: string
    /** Their single requests. */
    readonly requests: number
    /** The latest 1,000 of them. */
    readonly entries: readonly RequestRow[]
  }
  readonly receipts: number
  /** `undefined` without an audit log. */
  readonly audit?: AuditTrace | undefined
}

/** How many records of an end user were erased. */
export interface ErasedRecords {
  readonly usage: number
  readonly receipts: number
  readonly audit?: number | undefined
}

/** Why records were lost. */
export interface DroppedRecords {
  /** There was no room for more: the writer is slower than requests come. */
  readonly queue: number
  /** The file could not take them. */
  readonly store: number
  /** The thread that held them died or hung. */
  readonly worker: number
  /** Audit events. */
  readonly audit: number
}

/** What a recorder holds and has lost, counted since it was opened. */
export interface RecorderFigures {
  /** Waiting to be written. */
  readonly queued: number
  readonly written: number
  readonly dropped: DroppedRecords
  /** Writes that failed; what they held was tried again. */
  readonly failures: number
  /** The latest write has failed: what is held is tried again, and lost when the process ends before one succeeds. */
  readonly isFailing: boolean
  /** Damaged files that were moved out of the way. */
  readonly setAside: number
}

/** What can be asked about what was recorded. All of them see what was pushed before, and throw a StorageError when the file can't be read. */
export interface RecorderQueries {
  readonly requests: (query: RequestQuery) => Promise<RequestPage>
  readonly summary: (query: RequestQuery) => Promise<RequestSummary>
  readonly analytics: (query: AnalyticsQuery) => Promise<readonly AnalyticsRow[]>
  /** What callers have spent, in whole nano-dollars: wasted attempts are in it, and calls of unknown price are not. Of this gateway's own calls alone. */
  readonly spending: (query: SpendingQuery) => Promise<number>
  /** For the key that made the call, and for admins; `undefined` for everybody else, as when there is none. */
  readonly receipt: (id: string, reader: ReceiptReader) => Promise<ReceiptBody | undefined>
  /** Throws a StorageError `audit_off` where there is no audit log. */
  readonly auditRecords: (query?: AuditQuery) => Promise<AuditPage>
  readonly verifyAudit: () => Promise<AuditVerdict>
  readonly user: (user: string) => Promise<UserRecords>
  readonly events: (query: EventQuery) => Promise<EventPage>
}

/**
 * Keeps what happened: log line, ledger, receipts and audit chain. A dead recorder costs records, which are counted, and never an answer.
 */
export interface Recorder extends RecorderQueries {
  /** Whether it keeps an audit log. */
  readonly hasAudit: boolean
  /** Takes a request whose answer has gone. Never throws and never waits. */
  readonly push: (request: CompletedRequest) => void
  /**
   * Resolves when the event is on disk: await it before an admin action is acknowledged.
   * @throws StorageError when it could not be written; it is counted as dropped
   */
  readonly audit: (event: AuditEvent) => Promise<void>
  /** Resolves when the events are written; the latest 10,000 are kept. @throws StorageError when they could not be, and may be given again */
  readonly addEvents: (events: readonly NumberedEvent[]) => Promise<void>
  /** Hides these too from now on, wherever they occur: a configuration has brought them. */
  readonly addSecrets: (secrets: readonly string[]) => Promise<void>
  /** Erases an end user. @throws StorageError when it could not be done */
  readonly eraseUser: (user: string) => Promise<ErasedRecords>
  /** @throws StorageError when the file could not take what was held; it stays held */
  readonly flush: () => Promise<void>
  readonly figures: () => RecorderFigures
  /** Writes what is held and lets go of the file. */
  readonly close: () => Promise<void>
}
