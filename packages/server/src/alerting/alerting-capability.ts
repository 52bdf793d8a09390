import type { Signals } from '@proxyapi/logging'
import type { Capability } from '../capability/capability.ts'
import { type AlertingOptions, createAlertingFeature } from './create-alerting-capability.ts'

/** Alerts over what receipts and events say. The signals live as long as the process; the rules are the configuration's. */
export function createAlertingCapability(
  signals: Signals,
  external: Pick<AlertingOptions, 'mask' | 'createAlertChannel' | 'onAlert'>,
): Capability<Signals> {
  return {
    name: 'alerting',
    open: () => signals,
    compile: (config, opened, { deps }) => createAlertingFeature({ ...external, config: config.alerting, signals: opened, deps }),
  }
}
