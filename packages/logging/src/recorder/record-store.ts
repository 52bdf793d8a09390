import type { AuditLog } from '../audit/audit-log.ts'
import type { AuditAnchor } from '../audit/chain.ts'
import type { AuditRetention } from '../audit/retention.ts'
import type { EventPage, EventQuery, NumberedEvent } from '../events/gateway-event.ts'
import type { Pseudonyms } from '../sqlite/pseudonym.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecorderNotice } from './recorder-notice.ts'
import type { RequestRetention } from './request-retention.ts'
import type { RequestStore } from './request-store.ts'

/** Where records are kept: a file of one process, or a database that several instances share. */
export interface RecordStore {
  readonly reader: RecordReader
  readonly requests: RequestStore
  /** `undefined` where none is kept. */
  readonly audit: AuditLog | undefined
  /** What has happened in this process; a file of its own keeps it, whatever instances share. */
  readonly events: {
    readonly write: (events: readonly NumberedEvent[]) => Promise<void>
    readonly read: (query: EventQuery) => Promise<EventPage>
  }
  /** Damaged files that were moved out of the way. */
  readonly setAside: () => number
  /** Writes what is held and lets go of the database. */
  readonly close: () => Promise<void>
}

/** What every store is made of. */
export interface RecordStoreOptions {
  /** The SQLite file; beside it lies the end of the audit chain. */
  readonly file: string
  readonly secret: string
  readonly pseudonyms: Pseudonyms
  readonly keepsAudit: boolean
  /** Plain data without secrets. */
  readonly mask: ((value: unknown) => unknown) | undefined
  readonly retention: RequestRetention & { readonly audit?: AuditRetention | undefined }
  readonly flushAfterMs: number
  readonly maxHeld: number
  readonly onNotice: (notice: RecorderNotice) => void
  /** Called with the signed end of the audit chain after each write. */
  readonly onAnchor: ((anchor: AuditAnchor) => void) | undefined
}
