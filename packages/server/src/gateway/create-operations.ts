import type { Deps, Engine, OnEngineEvent } from '@proxyapi/core'
import { createSignals } from '@proxyapi/logging'
import type { Admission, ProcessLoad } from '../admission/admission.ts'
import { type AlertingOptions, createAlertingCapability } from '../alerting/create-alerting-capability.ts'
import { createEngineGauges } from '../alerting/engine-gauges.ts'
import type { ConfiguredKey } from '../auth/keys.ts'
import type { Capability } from '../capability/capability.ts'
import { type ChaosCapability, type ChaosOptions, createChaosCapability } from '../chaos/create-chaos-capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'

/** What alerts and chaos need of whoever runs the gateway. */
export interface OperationsWorld
  extends Pick<AlertingOptions, 'mask' | 'createAlertChannel' | 'onAlert'>,
    Pick<ChaosOptions, 'onExperiment'> {
  /** How busy the process is, for shedding and alerts; `undefined` never sheds for load. */
  readonly load?: (() => ProcessLoad) | undefined
}

export interface OperationsParts {
  readonly config: GatewayConfig
  readonly world: OperationsWorld
  readonly deps: Deps
  readonly keys: readonly Pick<ConfiguredKey, 'name'>[]
  /** Not asked before the gateway is whole. */
  readonly engine: () => Engine
  readonly admission: () => Admission
  readonly onEvent: OnEngineEvent
}

export interface Operations {
  readonly alerting: Capability
  readonly chaos: ChaosCapability
}

/** Alerts and chaos: both judge a gateway by the same signals. */
export function createOperations({ config, world, deps, keys, engine, admission, onEvent }: OperationsParts): Operations {
  const health = (): ReturnType<Engine['health']> => engine().health()
  const readGauge = createEngineGauges({ health, figures: () => admission().figures(), load: world.load })
  const around = { deps, signals: createSignals({ readGauge }, deps) }
  const { mask, createAlertChannel, onAlert, onExperiment } = world
  return {
    alerting: createAlertingCapability({ ...around, config: config.alerting, mask, createAlertChannel, onAlert }),
    chaos: createChaosCapability({
      ...around,
      config: config.chaos_engineering,
      readGauge,
      health,
      onEvent,
      onExperiment,
      keys: keys.map(({ name }) => name),
    }),
  }
}
