import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createMasker } from '@proxyapi/logging'
import {
  createInThreadRecorder,
  createWorkerRecorder,
  type Recorder,
  type RecorderOptions,
  recorderWorkerFile,
} from '@proxyapi/logging/node'
import type { GatewayConfig } from '@proxyapi/server'
import { drawSecret, folderSecret, minSecretLength } from '../state/folder-secret.ts'

export interface OpenRecorderOptions {
  readonly folder: string
  readonly config: Pick<GatewayConfig, 'logging'>
  /** Secrets known by value, to be masked wherever they occur. */
  readonly secrets: readonly string[]
  /** Receives the log lines of requests. */
  readonly out: (lines: string) => void
  /** `PROXYAPI_SECRET`; `undefined` keeps one in the folder. */
  readonly secret: string | undefined
  /** The folder can’t be used: records will be lost, and counted. */
  readonly onError: (message: string) => void
}

function secretOf({ folder, secret, onError }: OpenRecorderOptions): string {
  if (secret !== undefined && secret.length >= minSecretLength) return secret
  if (secret !== undefined && secret !== '')
    onError(`PROXYAPI_SECRET has fewer than ${minSecretLength} characters; the folder's own is used`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folderSecret(folder)
  } catch (error) {
    onError(error instanceof Error ? error.message : String(error))
    return drawSecret()
  }
}

/**
 * Log lines, ledger, receipts and audit: made and kept in a thread of their own, where the package is built (from source, in tests: in this one).
 * A folder that can't be written costs records and no request.
 */
export function openRecorder(options: OpenRecorderOptions): Recorder {
  const { folder, config, secrets, out } = options
  const { level, format, audit } = config.logging
  const common: Omit<RecorderOptions, 'masker'> = {
    file: join(folder, 'records.db'),
    secret: secretOf(options),
    audit,
    log: { level, format, write: out },
  }
  if (import.meta.url.endsWith('.ts') || recorderWorkerFile() === undefined)
    return createInThreadRecorder({ ...common, masker: createMasker({ secrets }) })
  return createWorkerRecorder({ ...common, masker: { secrets } })
}
