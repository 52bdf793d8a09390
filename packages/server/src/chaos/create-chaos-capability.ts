import type { Deps, EngineOptions, ProviderReport } from '@proxyapi/core'
import { createFaultInjector, type FaultInjector } from '@proxyapi/core/chaos'
import type { ReadSignal, Signals } from '@proxyapi/logging'
import type { Feature } from '../capability/capability.ts'
import type { Workers } from '../capability/workers.ts'
import type { ChaosConfig } from '../config/chaos-schema.ts'
import { type ConfiguredFaults, chaosRoutes } from './chaos-routes.ts'
import type { ExperimentReport } from './experiment.ts'
import { createExperiments } from './experiments.ts'
import { faultAnswers, faultsOfAll } from './faults-of-all.ts'
import { toFault } from './to-fault.ts'
import { toReport } from './to-report.ts'

export interface ChaosOptions {
  readonly config: ChaosConfig
  readonly deps: Deps
  readonly signals: Pick<Signals, 'read'>
  readonly readGauge: ReadSignal
  readonly health: () => readonly ProviderReport[]
  /** Names of the configured keys. */
  readonly keys: () => readonly string[]
  /** Where this process is the primary of several. */
  readonly workers?: Workers | undefined
  /** Called once per injected fault. */
  readonly onEvent: NonNullable<EngineOptions['onEvent']>
  /** Called when an experiment begins and when it has ended, with the report that `GET /api/chaos/{id}` answers. */
  readonly onExperiment?: ((report: Readonly<Record<string, unknown>>) => void) | undefined
  /** The same, with the report as it is inside. */
  readonly onChange?: ((report: ExperimentReport) => void) | undefined
}

/** Enables the faults of the configuration. */
function enableConfiguredFaults({ config, deps }: ChaosOptions, injector: FaultInjector): ConfiguredFaults {
  const injected: Record<string, number> = {}
  let faults = config.faults.map(toFault)
  const disable = injector.enable({
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
    revoke: () => {
      const count = faults.length
      faults = []
      disable()
      return count
    },
  }
}

/** Chaos experiments (docs/resilience.md section 16). They are off unless the configuration enables them, and nothing of them outlives the process. */
export function createChaosFeature(options: ChaosOptions): Feature {
  const { config, deps, signals, readGauge, health, keys, onEvent, onExperiment, workers } = options
  if (!config.enabled) return { routes: chaosRoutes(undefined) }
  const injector = createFaultInjector(deps, onEvent)
  const configured = enableConfiguredFaults(options, injector)
  const ofAll = workers === undefined ? undefined : faultsOfAll(injector, workers, deps)
  const onChange = (report: ExperimentReport): void => {
    options.onChange?.(report)
    onExperiment?.(toReport(report))
  }
  const experiments = createExperiments({ deps, injector: ofAll ?? injector, health, signals, readGauge, onChange })
  const known = () => ({ providers: health().map(({ name }) => name), keys: keys() })
  return {
    targetFilter: injector.targetFilter,
    routes: chaosRoutes({ experiments, configured, known, deps, workers }),
    answers: faultAnswers(injector, configured, deps),
    onReceipt: experiments.onReceipt,
    onWorkerRequest: ({ call }) => {
      if (call === undefined) return
      ofAll?.onWorkerCall(call)
      experiments.onReceipt(call)
    },
    status: () => ({ chaos: { running: experiments.running()?.id ?? null, standing_faults: configured.list().length } }),
    close: async () => {
      experiments.close()
      configured.revoke()
    },
  }
}
