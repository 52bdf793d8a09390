import type { ClientOutcomes, ExperimentStatus, SteadyStateReport, Verdict } from './experiment.ts'

export interface Evaluation {
  readonly verdict: Verdict
  readonly reasons: readonly string[]
}

export interface Evidence {
  readonly status: ExperimentStatus
  readonly clients: ClientOutcomes
  readonly steadyState: readonly SteadyStateReport[]
  /** The condition that ended the experiment early. */
  readonly abortedBy: string | undefined
  /** `timed-out`: a circuit was still open when the wait for recovery ended. */
  readonly recovery: 'waiting' | 'recovered' | 'timed-out'
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function summaryOf({ requests, affected, recovered, successRate }: ClientOutcomes): string {
  const rate = successRate === undefined ? '' : ` (success rate ${percent(successRate)})`
  return `${requests} requests, ${affected} met a fault, ${recovered} of those were answered all the same${rate}.`
}

/** Why the experiment failed. */
function objections({ steadyState, abortedBy, recovery }: Evidence): readonly string[] {
  const violated = steadyState.filter(({ held }) => held === false).map(({ condition }) => `The steady state "${condition}" did not hold.`)
  return [
    ...(abortedBy === undefined ? [] : [`Ended early: "${abortedBy}".`]),
    ...violated,
    ...(recovery === 'timed-out' ? ['Not everything has recovered since.'] : []),
  ]
}

/** Why the experiment proves nothing, for instance because no request met a fault. */
function doubts({ clients, steadyState }: Evidence): readonly string[] {
  const unknown = steadyState.filter(({ held }) => held === undefined)
  return [
    ...(clients.affected === 0 ? ['No request met a fault.'] : []),
    ...unknown.map(({ condition }) => `Too little is known to say whether the steady state "${condition}" held.`),
  ]
}

/** The verdict of an experiment that has ended, with the reasons. */
export function evaluateExperiment(evidence: Evidence): Evaluation {
  const summary = summaryOf(evidence.clients)
  const against = objections(evidence)
  if (against.length > 0) return { verdict: 'FAIL', reasons: [...against, summary] }
  const open = doubts(evidence)
  if (open.length > 0) return { verdict: 'INCONCLUSIVE', reasons: [...open, summary] }
  const held = evidence.status === 'stopped' ? 'Stopped early; the steady state held until then.' : 'The steady state held throughout.'
  const waiting = evidence.recovery === 'waiting' ? ['Circuits that have opened are not all closed again yet.'] : []
  return { verdict: 'PASS', reasons: [held, ...waiting, summary] }
}
