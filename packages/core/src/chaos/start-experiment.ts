import type { Receipt } from '../call/receipt.ts'
import type { Deps } from '../deps.ts'
import { createClientTally } from './client-tally.ts'
import type { ExperimentPlan, ExperimentReport, ExperimentStatus } from './experiment.ts'
import type { FaultInjector } from './fault-injector.ts'
import { type ConditionWorld, createHypothesis } from './hypothesis.ts'
import { judge } from './judge.ts'
import { followRecovery } from './recovery.ts'
import { createSeededRandom } from './seeded-random.ts'

export interface ExperimentWorld extends ConditionWorld {
  readonly deps: Deps
  readonly injector: FaultInjector
  /** Whether a circuit is open that the experiment may have opened. */
  readonly isUnsettled: () => boolean
  /** Told when it has ended. */
  readonly onEnd?: ((report: ExperimentReport) => void) | undefined
}

export interface RunningExperiment {
  readonly report: () => ExperimentReport
  readonly onReceipt: (receipt: Receipt) => void
  /** Ends it by hand, at once. */
  readonly stop: () => void
  /** Lets go of its timers. */
  readonly close: () => void
}

const watchEveryMs = 1_000

interface Progress {
  status: ExperimentStatus
  endedAtMs?: number
  abortedBy?: string
  recovery: 'waiting' | 'recovered' | 'given-up'
  recoveryMs?: number | undefined
}

/** Arms a plan's faults and counts what goes in. Gives back how to disarm them. */
function arm(
  id: string,
  plan: ExperimentPlan,
  world: ExperimentWorld,
): { readonly injected: Record<string, number>; readonly disarm: () => void } {
  const injected: Record<string, number> = {}
  const disarm = world.injector.arm({
    experimentId: id,
    faults: plan.faults,
    radius: plan.radius,
    random: createSeededRandom(plan.seed),
    onInjected: ({ type }) => {
      injected[type] = (injected[type] ?? 0) + 1
    },
  })
  return { injected, disarm }
}

/**
 * Runs one experiment: looks at the steady state first, arms the faults, watches the steady state every second, ends by time, by a condition or by
 * hand, and waits for recovery. Requests that began while it ran count, also where they end later.
 *
 * @throws ProxyApiError for a condition that can't be read; `conflict` when the steady state does not hold, and then nothing was armed
 */
export function startExperiment(id: string, plan: ExperimentPlan, world: ExperimentWorld): RunningExperiment {
  const { deps } = world
  const tally = createClientTally()
  const hypothesis = createHypothesis(plan, tally, world)
  const startedAtMs = deps.now()
  const { injected, disarm } = arm(id, plan, world)
  const state: Progress = { status: 'running', recovery: 'waiting' }
  let cancelTimer: () => void = () => undefined

  const report = (): ExperimentReport => {
    const { status, endedAtMs, recovery, recoveryMs, abortedBy } = state
    const seen = { clients: tally.view(), steadyState: hypothesis.report() }
    const judged = status === 'running' ? undefined : judge({ status, ...seen, abortedBy, recovery })
    const verdict = { verdict: judged?.verdict, reasons: judged?.reasons ?? [] }
    return { id, plan, status, startedAtMs, endedAtMs, injected: { ...injected }, ...seen, recoveryMs, ...verdict }
  }
  const end = (status: ExperimentStatus): void => {
    if (state.status !== 'running') return
    cancelTimer()
    disarm()
    Object.assign(state, { status, endedAtMs: deps.now() })
    cancelTimer = followRecovery(deps, world.isUnsettled, (tookMs) => {
      Object.assign(state, { recovery: tookMs === undefined ? 'given-up' : 'recovered', recoveryMs: tookMs })
    })
    world.onEnd?.(report())
  }
  const look = (): void => {
    const abortedBy = hypothesis.brokenBy()
    if (abortedBy !== undefined) {
      state.abortedBy = abortedBy
      end('aborted')
    } else if (deps.now() - startedAtMs >= plan.durationMs) end('completed')
    else watch()
  }
  const watch = (): void => {
    const leftMs = startedAtMs + plan.durationMs - deps.now()
    cancelTimer = deps.setTimer(look, Math.max(0, Math.min(watchEveryMs, leftMs)))
  }
  watch()
  return {
    report,
    stop: () => end('stopped'),
    close: () => cancelTimer(),
    onReceipt: (receipt) => {
      const isWithin = receipt.startedAtMs >= startedAtMs && receipt.startedAtMs < (state.endedAtMs ?? Number.POSITIVE_INFINITY)
      if (isWithin) tally.add(receipt)
    },
  }
}
