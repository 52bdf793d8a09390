import type { Recorder } from '@proxyapi/logging/node'
import { createAuditCapability } from '../audit/audit-capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { createPrivacyCapability } from '../privacy/privacy-capability.ts'
import { createReceiptsCapability } from '../receipts/receipts-capability.ts'
import { createRecordingCapability } from '../requests/recording-capability.ts'
import { createUsageCapability } from '../usage/usage-capability.ts'
import type { Capability } from './capability.ts'

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
  recorder: Recorder | undefined,
  { now, config, all }: { readonly now: () => number; readonly config: GatewayConfig; readonly all: () => readonly Capability[] },
): readonly Capability[] {
  return [
    ...(recorder === undefined ? [] : [createRecordingCapability(recorder)]),
    createAuditCapability(recorder, { now, configuration: summaryOf(config) }),
    createUsageCapability(recorder),
    createReceiptsCapability(recorder),
    createPrivacyCapability(all, now),
  ]
}
