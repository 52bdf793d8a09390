import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Masker } from '@proxyapi/logging'
import { createAuditLog, createReceiptStore, createUsageLedger } from '@proxyapi/logging/node'
import type { GatewayConfig, GatewayRecords } from '@proxyapi/server'
import { drawSecret, folderSecret, minSecretLength } from '../state/folder-secret.ts'

export interface RecordsOptions {
  readonly folder: string
  readonly config: Pick<GatewayConfig, 'logging'>
  readonly masker: Masker
  /** `PROXYAPI_SECRET`; `undefined` keeps one in the folder. */
  readonly secret: string | undefined
  /** The folder is of no use: records will be lost, and counted. */
  readonly onError: (message: string) => void
}

function secretOf({ folder, secret, onError }: RecordsOptions): string {
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

/** Audit, usage and receipts in the data folder. A folder that can't be written costs records and no request. */
export function openRecords(options: RecordsOptions): GatewayRecords {
  const { folder, config, masker } = options
  const secret = secretOf(options)
  return {
    audit: config.logging.audit ? createAuditLog({ file: join(folder, 'audit.db'), secret, mask: masker.maskValue }) : undefined,
    usage: createUsageLedger({ file: join(folder, 'usage.db'), secret }),
    receipts: createReceiptStore({ file: join(folder, 'receipts.db'), secret }),
  }
}
