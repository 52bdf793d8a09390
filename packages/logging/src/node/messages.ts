import type { RequestCells } from '../record/request-cells.ts'
import type { Recorder, RecorderFigures } from '../recorder/recorder.ts'
import type { RecorderNotice } from '../recorder/recorder-notice.ts'

/** What can be asked of a recorder in another thread. */
export type AskedMethod = keyof Pick<
  Recorder,
  | 'audit'
  | 'addEvents'
  | 'addSecrets'
  | 'requests'
  | 'summary'
  | 'analytics'
  | 'spending'
  | 'receipt'
  | 'auditRecords'
  | 'verifyAudit'
  | 'events'
  | 'user'
  | 'eraseUser'
  | 'flush'
  | 'close'
>

/** What is sent to a recorder elsewhere: requests to keep, and questions. */
export type ToRecorder =
  | { readonly type: 'requests'; readonly requests: readonly RequestCells[] }
  | { readonly type: 'ask'; readonly id: number; readonly method: AskedMethod; readonly args: readonly unknown[] }

/** An error as it crosses threads: its class does not. */
export interface SentError {
  readonly message: string
  /** Of a StorageError. */
  readonly storage?: { readonly reason: string | undefined; readonly retryable: boolean } | undefined
}

/** What a recorder elsewhere sends back. */
export type FromRecorder =
  /** So many requests were taken over from the message queue. */
  | { readonly type: 'taken'; readonly requests: number; readonly figures: RecorderFigures }
  | { readonly type: 'lines'; readonly text: string }
  | { readonly type: 'notice'; readonly notice: RecorderNotice; readonly figures: RecorderFigures }
  | {
      readonly type: 'answer'
      readonly id: number
      readonly value?: unknown
      readonly error?: SentError
      readonly figures: RecorderFigures
    }
