import type { Signals } from '@proxyapi/logging'
import type { Capability, Feature } from '../capability/capability.ts'
import { createKept, type Kept } from '../capability/kept.ts'
import { type AlertingOptions, createAlertingFeature } from './create-alerting-capability.ts'

interface AlertingState {
  readonly signals: Signals
  readonly kept: Kept<Feature>
}

/** Alerts over what receipts and events say. The signals live as long as the process, states of alerts while the settings stay. */
export function createAlertingCapability(
  signals: Signals,
  external: Pick<AlertingOptions, 'mask' | 'createAlertChannel' | 'onAlert'>,
): Capability<AlertingState> {
  return {
    name: 'alerting',
    open: () => ({ signals, kept: createKept<Feature>() }),
    compile: ({ alerting }, state, context) =>
      state.kept(alerting, context, () =>
        createAlertingFeature({ ...external, config: alerting, signals: state.signals, deps: context.deps }),
      ),
  }
}
