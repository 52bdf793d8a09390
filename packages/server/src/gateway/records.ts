import type { AuditLog, ReceiptStore, UsageLedger } from '@proxyapi/logging/node'
import { createAuditCapability } from '../audit/audit-capability.ts'
import type { Capability } from '../capability/capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { createPrivacyCapability } from '../privacy/privacy-capability.ts'
import { createReceiptsCapability } from '../receipts/receipts-capability.ts'
import { createUsageCapability } from '../usage/usage-capability.ts'

/** Where a gateway keeps what happened; those of `@proxyapi/logging/node` fit. */
export interface GatewayRecords {
  readonly audit?: AuditLog | undefined
  readonly usage?: UsageLedger | undefined
  readonly receipts?: ReceiptStore | undefined
}

/** What the audit log tells of a configuration: names and numbers, no secrets. */
function summaryOf({ providers, models, auth }: GatewayConfig): Readonly<Record<string, unknown>> {
  return {
    providers: providers.map(({ name }) => name),
    virtual_models: models.length,
    keys: auth.api_keys.length,
  }
}

/** Audit, usage, receipts and privacy. `all` is every capability of the gateway, once they stand. */
export function createRecordCapabilities(
  { audit, usage, receipts }: GatewayRecords = {},
  { now, config, all }: { readonly now: () => number; readonly config: GatewayConfig; readonly all: () => readonly Capability[] },
): readonly Capability[] {
  return [
    createAuditCapability(audit, { now, configuration: summaryOf(config) }),
    createUsageCapability(usage),
    createReceiptsCapability(receipts),
    createPrivacyCapability(all, now),
  ]
}
