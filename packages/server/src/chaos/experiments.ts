import { type Deps, type ProviderReport, ProxyApiError } from '@proxyapi/core'
import type { FaultInjector } from '@proxyapi/core/chaos'
import type { CallRecord, ReadSignal, Signals } from '@proxyapi/logging'
import type { ExperimentPlan, ExperimentReport } from './experiment.ts'
import { watchCircuits } from './open-circuits.ts'
import { type RunningExperiment, startExperiment } from './start-experiment.ts'

/** Reports that are kept in memory; the oldest is dropped first. */
const maxExperiments = 50

export interface ExperimentsOptions {
  readonly deps: Deps
  readonly injector: FaultInjector
  readonly health: () => readonly ProviderReport[]
  /** The signals of the gateway, which know the time before an experiment. */
  readonly signals: Pick<Signals, 'read'>
  readonly readGauge: ReadSignal
  /** Called when an experiment begins and when it has ended. */
  readonly onChange: (report: ExperimentReport) => void
}

/** The experiments of a gateway: at most one runs, and the latest reports are kept. */
export interface Experiments {
  /** @throws ProxyApiError `conflict` while another one runs, or when the steady state does not hold */
  readonly start: (plan: ExperimentPlan) => ExperimentReport
  /** The experiment that runs now. */
  readonly running: () => ExperimentReport | undefined
  /** Newest first. */
  readonly list: () => readonly ExperimentReport[]
  readonly find: (id: string) => ExperimentReport | undefined
  /** Ends an experiment; one that has already ended stays as it is. `undefined` when the id is not known. */
  readonly stop: (id: string) => ExperimentReport | undefined
  readonly onReceipt: (receipt: CallRecord) => void
  readonly close: () => void
}

function refuseSecond({ id, plan }: ExperimentReport): ProxyApiError {
  return new ProxyApiError({
    code: 'conflict',
    message: `The experiment ${id} (${JSON.stringify(plan.name)}) is running, and there is one at a time. Stop it with POST /api/chaos/${id}/stop, or wait for its end.`,
    retryable: true,
  })
}

export function createExperiments(options: ExperimentsOptions): Experiments {
  const { deps, injector, health, signals, readGauge, onChange } = options
  const experiments = new Map<string, RunningExperiment>()
  let currentId: string | undefined

  const find = (id: string): ExperimentReport | undefined => experiments.get(id)?.report()
  const running = (): ExperimentReport | undefined => (currentId === undefined ? undefined : find(currentId))
  const onEnd = (report: ExperimentReport): void => {
    currentId = undefined
    onChange(report)
  }
  const keep = (id: string, experiment: RunningExperiment): void => {
    experiments.set(id, experiment)
    const oldest = experiments.entries().next().value
    if (experiments.size <= maxExperiments || oldest === undefined) return
    oldest[1].close()
    experiments.delete(oldest[0])
  }
  return {
    start: (plan) => {
      const other = running()
      if (other !== undefined) throw refuseSecond(other)
      const id = deps.newId()
      const hasOpenCircuit = watchCircuits(health)
      const experiment = startExperiment(id, plan, { deps, injector, readBefore: signals.read, readGauge, hasOpenCircuit, onEnd })
      currentId = id
      keep(id, experiment)
      const report = experiment.report()
      onChange(report)
      return report
    },
    running,
    list: () => [...experiments.values()].map((experiment) => experiment.report()).reverse(),
    find,
    stop: (id) => {
      experiments.get(id)?.stop()
      return find(id)
    },
    onReceipt: (receipt) => {
      for (const experiment of experiments.values()) experiment.onReceipt(receipt)
    },
    close: () => {
      for (const experiment of experiments.values()) {
        experiment.stop()
        experiment.close()
      }
    },
  }
}
