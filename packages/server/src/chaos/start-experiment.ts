import type { Deps } from '@proxyapi/core'
import { createSeededRandom, type FaultInjector } from '@proxyapi/core/chaos'
import { createSteadyClock } from '@proxyapi/core/serving'
import type { CallRecord, ReadSignal } from '@proxyapi/logging'
import { evaluateExperiment } from './evaluate-experiment.ts'
import type { ExperimentPlan, ExperimentReport, ExperimentStatus } from './experiment.ts'
import { createExperimentSignals } from './experiment-signals.ts'
import { createHypothesis } from './hypothesis.ts'
import { awaitRecovery, maxRecoveryMs } from './recovery.ts'

export interface ExperimentDeps {
  readonly deps: Deps
  readonly injector: FaultInjector
  /** The signals of the gateway, which know the time before the experiment. */
  readonly readBefore: ReadSignal
  readonly readGauge: ReadSignal
  /** Whether a circuit is open that the experiment may have opened. */
  readonly hasOpenCircuit: () => boolean
  /** Called once, when the experiment has ended. */
  readonly onEnd?: ((report: ExperimentReport) => void) | undefined
}

export interface RunningExperiment {
  readonly report: () => ExperimentReport
  /** Requests that began while the experiment ran count, even if they end later. */
  readonly onReceipt: (receipt: CallRecord) => void
  /** Ends the experiment at once; does nothing after its end. */
  readonly stop: () => void
  /** Cancels its timers. */
  readonly close: () => void
}

const checkEveryMs = 1_000

interface Progress {
  status: ExperimentStatus
  endedAtMs?: number
  abortedBy?: string
  recovery: 'waiting' | 'recovered' | 'timed-out'
  recoveryMs?: number | undefined
}

type Results = Pick<ExperimentReport, 'clients' | 'steadyState'>

interface Figures {
  readonly onReceipt: (receipt: CallRecord) => void
  readonly brokenBy: () => string | undefined
  readonly results: () => Results
}

function createFigures(plan: ExperimentPlan, now: () => number, { readGauge, readBefore }: ExperimentDeps): Figures {
  const signals = createExperimentSignals({ readGauge, now })
  const { report, brokenBy } = createHypothesis(plan, { signals, readBefore, now })
  return { onReceipt: signals.onReceipt, brokenBy, results: () => ({ clients: signals.outcomes(), steadyState: report() }) }
}

/** Figures that nothing changes any more. A report that is kept needs its results, not the windows behind them. */
function frozen(results: Results): Figures {
  return { onReceipt: () => undefined, brokenBy: () => undefined, results: () => results }
}

/** Enables the plan's faults and counts the injections. */
function enableFaults(id: string, plan: ExperimentPlan, injector: FaultInjector) {
  const injected: Record<string, number> = {}
  const disable = injector.enable({
    experimentId: id,
    faults: plan.faults,
    radius: plan.radius,
    random: createSeededRandom(plan.seed),
    onInjected: ({ type }) => {
      injected[type] = (injected[type] ?? 0) + 1
    },
  })
  return { injected, disable }
}

/**
 * Runs one experiment: checks the steady state, enables the faults, checks the steady state every second, ends by time, by a condition or by hand, and
 * waits for recovery.
 *
 * @throws ProxyApiError `conflict` when the steady state does not hold; no fault is enabled then
 */
export function startExperiment(id: string, plan: ExperimentPlan, options: ExperimentDeps): RunningExperiment {
  const { deps, injector, hasOpenCircuit, onEnd } = options
  const now = createSteadyClock(deps)
  const startedAtMs = now()
  const state: Progress = { status: 'running', recovery: 'waiting' }
  let figures = createFigures(plan, () => state.endedAtMs ?? now(), options)
  const { injected, disable } = enableFaults(id, plan, injector)
  let cancelTimers: () => void = () => undefined

  const report = (): ExperimentReport => {
    const { status, endedAtMs, recovery, recoveryMs, abortedBy } = state
    const results = figures.results()
    const evaluation = status === 'running' ? undefined : evaluateExperiment({ status, ...results, abortedBy, recovery })
    const verdict = { verdict: evaluation?.verdict, reasons: evaluation?.reasons ?? [] }
    return { id, plan, status, startedAtMs, endedAtMs, injected: { ...injected }, ...results, recoveryMs, ...verdict }
  }
  const followUp = (): (() => void) => {
    const cancelFreeze = deps.setTimer(() => {
      figures = frozen(figures.results())
    }, maxRecoveryMs)
    const cancelRecovery = awaitRecovery(deps, hasOpenCircuit, (tookMs) => {
      Object.assign(state, { recovery: tookMs === undefined ? 'timed-out' : 'recovered', recoveryMs: tookMs })
    })
    return () => {
      cancelFreeze()
      cancelRecovery()
    }
  }
  const end = (status: ExperimentStatus): void => {
    if (state.status !== 'running') return
    cancelTimers()
    disable()
    Object.assign(state, { status, endedAtMs: now() })
    cancelTimers = followUp()
    onEnd?.(report())
  }
  const check = (): void => {
    const abortedBy = figures.brokenBy()
    if (abortedBy !== undefined) {
      state.abortedBy = abortedBy
      end('aborted')
    } else if (now() - startedAtMs >= plan.durationMs) end('completed')
    else scheduleCheck()
  }
  const scheduleCheck = (): void => {
    const leftMs = startedAtMs + plan.durationMs - now()
    cancelTimers = deps.setTimer(check, Math.max(0, Math.min(checkEveryMs, leftMs)))
  }
  scheduleCheck()
  return {
    report,
    stop: () => end('stopped'),
    close: () => cancelTimers(),
    onReceipt: (receipt) => {
      const isWithin = receipt.startedAtMs >= startedAtMs && receipt.startedAtMs < (state.endedAtMs ?? Number.POSITIVE_INFINITY)
      if (isWithin) figures.onReceipt(receipt)
    },
  }
}
