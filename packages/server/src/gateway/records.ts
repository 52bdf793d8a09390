import type { Deps } from '@proxyapi/core'
import type { Recorder } from '@proxyapi/logging/node'
import { createAuditCapability } from '../audit/audit-capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import type { Mask } from '../http/client-error.ts'
import { createPrivacyCapability } from '../privacy/privacy-capability.ts'
import { createReceiptsCapability } from '../receipts/receipts-capability.ts'
import { toOpenRequests } from '../requests/open-requests.ts'
import { createRecordingCapability } from '../requests/recording-capability.ts'
import { createRequestsCapability } from '../requests/requests-capability.ts'
import { createUsageCapability } from '../usage/usage-capability.ts'
import type { Capability } from './capability.ts'
import type { InFlight } from './in-flight.ts'

/** What the audit log tells of a configuration: names and numbers, no secrets. */
function summaryOf({ providers, models, auth }: GatewayConfig): Readonly<Record<string, unknown>> {
  return {
    providers: providers.map(({ name }) => name),
    virtual_models: models.length,
    keys: auth.api_keys.length,
  }
}

export interface RecordCapabilitiesOptions {
  readonly deps: Deps
  readonly config: GatewayConfig
  readonly mask: Mask
  /** Every capability of the gateway, once they stand. */
  readonly all: () => readonly Capability[]
  readonly inFlight: InFlight
}

/** Audit, usage, receipts and privacy. `all` is every capability of the gateway, once they stand. */
export function createRecordCapabilities(
  recorder: Recorder | undefined,
  { deps, config, all, mask, inFlight }: RecordCapabilitiesOptions,
): readonly Capability[] {
  return [
    ...(recorder === undefined ? [] : [createRecordingCapability(recorder)]),
    createAuditCapability(recorder, { now: deps.now, configuration: summaryOf(config) }),
    createUsageCapability(recorder),
    createReceiptsCapability(recorder),
    createPrivacyCapability(all, deps.now),
    createRequestsCapability(recorder, { deps, mask, openRequests: toOpenRequests(inFlight) }),
  ]
}
