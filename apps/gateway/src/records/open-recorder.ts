import { join } from 'node:path'
import { createMasker } from '@proxyapi/logging'
import {
  createInThreadRecorder,
  createWorkerRecorder,
  type Recorder,
  type RecorderNotice,
  type RecorderOptions,
  recorderWorkerFile,
} from '@proxyapi/logging/node'
import type { GatewayConfig } from '@proxyapi/server'
import { ledgerName } from '../state/ledger-name.ts'

export interface OpenRecorderOptions {
  readonly folder: string
  readonly config: Pick<GatewayConfig, 'logging' | 'retention' | 'database'>
  /** Secrets known by value, to be masked wherever they occur. */
  readonly secrets: readonly string[]
  /** Receives the log lines of requests. */
  readonly out: (lines: string) => void
  /** Makes the pseudonyms of people, and signs the audit log. */
  readonly secret: string
  readonly onNotice: (notice: RecorderNotice) => void
}

const dayMs = 86_400_000
const bytesPerMb = 1_048_576

/** A thread that waits for a database does not hang: its statements end by themselves, one after the other. */
const hangAfterMs = 60_000

/** How long records are kept, in the words of the recorder. */
function toRetention({ retention: { requests, usage, audit } }: Pick<GatewayConfig, 'retention'>): RecorderOptions['retention'] {
  return {
    maxAgeMs: requests.days * dayMs,
    maxRows: requests.max,
    maxBytes: requests.max_size_mb * bytesPerMb,
    maxHourlyAgeMs: usage.days * dayMs,
    maxHourlyRows: usage.max,
    audit: {
      maxAgeMs: audit.days * dayMs,
      maxRecords: audit.max,
      maxSubjects: audit.max_subjects,
      archiveDirectory: audit.archive === '' ? undefined : audit.archive,
    },
  }
}

/**
 * Log lines, ledger, receipts and audit: made and kept in a thread of their own, where the package is built (from source, in tests: in this one); in PostgreSQL where
 * `database.url` names one, else in `records.db` of the data folder.
 * A folder that can't be written costs records and no request.
 */
export function openRecorder(options: OpenRecorderOptions): Recorder {
  const { folder, config, secrets, secret, out, onNotice } = options
  const { level, format, audit } = config.logging
  const common: Omit<RecorderOptions, 'masker'> = {
    file: join(folder, 'records.db'),
    database: config.database.url === '' ? undefined : { url: config.database.url, ledger: ledgerName(folder) },
    secret,
    audit,
    retention: toRetention(config),
    log: { level, format, write: out },
    onNotice,
  }
  if (import.meta.url.endsWith('.ts') || recorderWorkerFile() === undefined)
    return createInThreadRecorder({ ...common, masker: createMasker({ secrets }) })
  return createWorkerRecorder({ ...common, masker: { secrets }, ...(common.database !== undefined && { hangAfterMs }) })
}
