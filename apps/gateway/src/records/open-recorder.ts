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

export interface OpenRecorderOptions {
  readonly folder: string
  readonly config: Pick<GatewayConfig, 'logging' | 'retention'>
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
 * Log lines, ledger, receipts and audit: made and kept in a thread of their own, where the package is built (from source, in tests: in this one).
 * A folder that can't be written costs records and no request.
 */
export function openRecorder(options: OpenRecorderOptions): Recorder {
  const { folder, config, secrets, secret, out, onNotice } = options
  const { level, format, audit } = config.logging
  const common: Omit<RecorderOptions, 'masker'> = {
    file: join(folder, 'records.db'),
    secret,
    audit,
    retention: toRetention(config),
    log: { level, format, write: out },
    onNotice,
  }
  if (import.meta.url.endsWith('.ts') || recorderWorkerFile() === undefined)
    return createInThreadRecorder({ ...common, masker: createMasker({ secrets }) })
  return createWorkerRecorder({ ...common, masker: { secrets } })
}
