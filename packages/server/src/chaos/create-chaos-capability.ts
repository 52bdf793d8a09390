import {
  createFaultInjector,
  type Deps,
  type EngineOptions,
  type ExperimentReport,
  type FaultInjector,
  type OnEngineEvent,
  type ProviderReport,
} from '@proxyapi/core'
import type { ReadSignal, Signals } from '@proxyapi/logging'
import type { ChaosConfig } from '../config/chaos-schema.ts'
import type { Capability } from '../gateway/capability.ts'
import { addChaosRoutes, type StandingFaults } from './chaos-routes.ts'
import { createExperiments } from './experiments.ts'
import { toFault } from './to-fault.ts'
import { toReport } from './to-report.ts'

export interface ChaosParts {
  readonly config: ChaosConfig
  readonly deps: Deps
  readonly signals: Pick<Signals, 'read'>
  readonly readGauge: ReadSignal
  readonly health: () => readonly ProviderReport[]
  /** Names of the configured keys. */
  readonly keys: readonly string[]
  /** Told of each fault that is put in. */
  readonly onEvent: OnEngineEvent
  /** Told when an experiment begins and when it has ended, with its report as `GET /api/chaos/{id}` has it. */
  readonly onExperiment?: ((report: Readonly<Record<string, unknown>>) => void) | undefined
}

/** A capability that stands between the router and the targets. */
export interface ChaosCapability extends Capability {
  /** `undefined` while chaos is off: then nothing stands there. */
  readonly targetFilter: EngineOptions['targetFilter']
}

/** Arms the faults of the configuration at once. */
function armStanding({ config, deps }: ChaosParts, injector: FaultInjector): StandingFaults {
  const injected: Record<string, number> = {}
  let faults = config.faults.map(toFault)
  const disarm = injector.arm({
    faults,
    radius: {},
    random: deps.random,
    onInjected: ({ type }) => {
      injected[type] = (injected[type] ?? 0) + 1
    },
  })
  return {
    list: () => faults,
    injected: () => ({ ...injected }),
    lift: () => {
      const count = faults.length
      faults = []
      disarm()
      return count
    },
  }
}

/** Chaos engineering of a gateway (docs/resilience.md section 16). Off unless the configuration asks for it; lives no longer than the process. */
export function createChaosCapability(parts: ChaosParts): ChaosCapability {
  const { config, deps, signals, readGauge, health, keys, onEvent, onExperiment } = parts
  if (!config.enabled) return { targetFilter: undefined, addRoutes: (app) => addChaosRoutes(app, undefined) }
  const injector = createFaultInjector(deps, onEvent)
  const standing = armStanding(parts, injector)
  const onChange = (report: ExperimentReport): void => onExperiment?.(toReport(report))
  const experiments = createExperiments({ deps, injector, health, signals, readGauge, onChange })
  const known = () => ({ providers: health().map(({ name }) => name), keys })
  return {
    targetFilter: injector.targetFilter,
    addRoutes: (app) => addChaosRoutes(app, { experiments, standing, known, deps }),
    onReceipt: experiments.onReceipt,
    status: () => ({ chaos: { running: experiments.running()?.id ?? null, standing_faults: standing.list().length } }),
    close: async () => {
      experiments.close()
      standing.lift()
    },
  }
}
