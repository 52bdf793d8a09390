import type { ReadSignal, Signals } from '@proxyapi/logging'
import type { GatewayEvent } from '@proxyapi/logging/node'
import type { Capability, Feature } from '../capability/capability.ts'
import { createKept, type Kept } from '../capability/kept.ts'
import { healthOfAll } from '../capability/workers.ts'
import { toKeys } from '../config/to-keys.ts'
import { type ChaosOptions, createChaosFeature } from './create-chaos-capability.ts'
import type { ExperimentReport } from './experiment.ts'

interface ChaosSources extends Pick<ChaosOptions, 'onExperiment'> {
  readonly signals: Signals
  readonly readGauge: ReadSignal
}

interface ChaosState {
  readonly kept: Kept<Feature>
  /** Names of the configured keys. */
  keys: readonly string[]
}

/** An experiment has begun or ended. */
function toEvent({ id, plan, status, verdict }: ExperimentReport, atMs: number): GatewayEvent {
  const from = status === 'running' ? undefined : 'running'
  const name = JSON.stringify(plan.name)
  return { kind: 'chaos', atMs, target: id, from, to: status, cause: verdict === undefined ? name : `${name}: ${verdict}` }
}

/** Chaos experiments, where the configuration asks for them; those under way go on while their settings stay. */
export function createChaosCapability({ signals, readGauge, onExperiment }: ChaosSources): Capability<ChaosState> {
  return {
    name: 'chaos',
    open: () => ({ kept: createKept<Feature>(), keys: [] }),
    compile: (config, state, context) => {
      const { deps, gateway, observers, onSwap, workers } = context
      onSwap(() => {
        state.keys = toKeys(config).map(({ name }) => name)
      })
      return state.kept(config.chaos_engineering, context, () =>
        createChaosFeature({
          config: config.chaos_engineering,
          deps,
          signals,
          readGauge,
          health: () => healthOfAll(gateway.engine().health(), workers),
          workers,
          onEvent: observers.onEvent,
          onExperiment,
          onChange: (report) => observers.onGatewayEvent(toEvent(report, deps.now())),
          keys: () => state.keys,
        }),
      )
    },
  }
}
