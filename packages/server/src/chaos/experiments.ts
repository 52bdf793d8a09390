import {
  type Deps,
  type ExperimentPlan,
  type ExperimentReport,
  type FaultInjector,
  type ProviderReport,
  ProxyApiError,
  type ReadFigure,
  type Receipt,
  type RunningExperiment,
  startExperiment,
} from '@proxyapi/core'
import { type CallRecord, createSignals, type ReadSignal, type Signals, signalNames } from '@proxyapi/logging'
import { toCoreCondition } from './chaos-condition.ts'
import { watchCircuits } from './open-circuits.ts'

/** Reports that are remembered; the oldest go. Nothing outlives the process. */
const maxExperiments = 50
/** How far back the last moments go where a condition does not say. */
const usualWindowMs = 60_000

export interface ExperimentsWorld {
  readonly deps: Deps
  readonly injector: FaultInjector
  readonly health: () => readonly ProviderReport[]
  /** The gateway's figures, for the look before. */
  readonly signals: Pick<Signals, 'read'>
  readonly readGauge: ReadSignal
  /** Told when one begins and when it has ended. */
  readonly onChange: (report: ExperimentReport) => void
}

/** The experiments of a gateway: one at a time, and the reports of the last ones. */
export interface Experiments {
  /** @throws ProxyApiError `conflict` while another one runs, or when the steady state does not hold */
  readonly start: (plan: ExperimentPlan) => ExperimentReport
  /** The one that runs. */
  readonly running: () => ExperimentReport | undefined
  /** Newest first. */
  readonly list: () => readonly ExperimentReport[]
  readonly find: (id: string) => ExperimentReport | undefined
  /** Ends one by hand; one that has ended stays as it is. `undefined` when there is none with this id. */
  readonly stop: (id: string) => ExperimentReport | undefined
  readonly onReceipt: (call: CallRecord, receipt: Receipt) => void
  readonly close: () => void
}

interface Current {
  readonly id: string
  /** What has happened since it began, to be asked for the last moments. */
  readonly signals: Signals
}

function toSelector({ provider, model, key }: NonNullable<Parameters<ReadFigure>[1]>): Parameters<ReadSignal>[1] {
  return { ...(provider !== undefined && { provider }), ...(model !== undefined && { model }), ...(key !== undefined && { key }) }
}

/** Figures by the names and windows of conditions. */
function readFrom(signals: () => Pick<Signals, 'read'> | undefined): ReadFigure {
  return (name, selector = {}, windowMs = usualWindowMs) => {
    const known = signalNames.find((candidate) => candidate === name)
    return known === undefined ? undefined : signals()?.read(known, toSelector(selector), windowMs)
  }
}

interface Beginning {
  readonly id: string
  readonly plan: ExperimentPlan
  readonly onEnd: (report: ExperimentReport) => void
}

/** Starts an experiment that reads the last moments from figures of its own. */
function begin({ id, plan, onEnd }: Beginning, { deps, injector, health, readGauge, signals: before }: ExperimentsWorld) {
  const signals = createSignals({ readGauge }, deps)
  let figures: Signals | undefined = signals
  const experiment = startExperiment(id, plan, {
    deps,
    injector,
    parseCondition: (text) => toCoreCondition(text, deps.now),
    readBefore: readFrom(() => before),
    readRecent: readFrom(() => figures),
    isUnsettled: watchCircuits(health),
    onEnd: (report) => {
      // A remembered experiment needs its report, not its figures.
      figures = undefined
      onEnd(report)
    },
  })
  return { experiment, signals }
}

function refuseSecond({ id, plan }: ExperimentReport): ProxyApiError {
  return new ProxyApiError({
    code: 'conflict',
    message: `The experiment ${id} (${JSON.stringify(plan.name)}) is running, and there is one at a time. Stop it with POST /api/chaos/${id}/stop, or wait for its end.`,
    retryable: true,
  })
}

export function createExperiments(world: ExperimentsWorld): Experiments {
  const { deps, onChange } = world
  const experiments = new Map<string, RunningExperiment>()
  let current: Current | undefined

  const find = (id: string): ExperimentReport | undefined => experiments.get(id)?.report()
  const running = (): ExperimentReport | undefined => (current === undefined ? undefined : find(current.id))
  const onEnd = (report: ExperimentReport): void => {
    current = undefined
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
      const { experiment, signals } = begin({ id, plan, onEnd }, world)
      current = { id, signals }
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
    onReceipt: (call, receipt) => {
      current?.signals.onCall(call)
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
