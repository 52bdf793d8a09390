import type { ReadSignal, Signals } from '@proxyapi/logging'
import type { Capability } from '../capability/capability.ts'
import { toKeys } from '../config/to-engine-options.ts'
import { type ChaosOptions, createChaosFeature } from './create-chaos-capability.ts'

interface ChaosSources extends Pick<ChaosOptions, 'onExperiment'> {
  readonly signals: Signals
  readonly readGauge: ReadSignal
}

/** Chaos experiments, where the configuration asks for them. */
export function createChaosCapability({ signals, readGauge, onExperiment }: ChaosSources): Capability {
  return {
    name: 'chaos',
    open: () => undefined,
    compile: (config, _state, { deps, gateway, observers }) =>
      createChaosFeature({
        config: config.chaos_engineering,
        deps,
        signals,
        readGauge,
        health: () => gateway.engine().health(),
        onEvent: observers.onEvent,
        onExperiment,
        keys: toKeys(config).map(({ name }) => name),
      }),
  }
}
