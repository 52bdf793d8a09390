import type { ClientView, ExperimentStatus, SteadyStateReport, Verdict } from './experiment.ts'

export interface Judgement {
  readonly verdict: Verdict
  readonly reasons: readonly string[]
}

interface Evidence {
  readonly status: ExperimentStatus
  readonly clients: ClientView
  readonly steadyState: readonly SteadyStateReport[]
  /** The condition that ended it early. */
  readonly abortedBy: string | undefined
  /** `given-up`: recovery was waited for in vain. */
  readonly recovery: 'waiting' | 'recovered' | 'given-up'
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function summaryOf({ requests, struck, survived, successRate }: ClientView): string {
  const rate = successRate === undefined ? '' : ` (success rate ${percent(successRate)})`
  return `${requests} requests, ${struck} met a fault, ${survived} of those were answered all the same${rate}.`
}

/** What speaks against it, in words. */
function objections({ steadyState, abortedBy, recovery }: Evidence): readonly string[] {
  const violated = steadyState.filter(({ held }) => held === false).map(({ condition }) => `The steady state "${condition}" did not hold.`)
  return [
    ...(abortedBy === undefined ? [] : [`Ended early: "${abortedBy}".`]),
    ...violated,
    ...(recovery === 'given-up' ? ['Not everything has recovered since.'] : []),
  ]
}

/** What leaves it open, in words: traffic that never met a fault shows nothing. */
function doubts({ clients, steadyState }: Evidence): readonly string[] {
  const unknown = steadyState.filter(({ held }) => held === undefined)
  return [
    ...(clients.struck === 0 ? ['No request met a fault.'] : []),
    ...unknown.map(({ condition }) => `Too little is known to say whether the steady state "${condition}" held.`),
  ]
}

/** What an experiment has shown. */
export function judge(evidence: Evidence): Judgement {
  const summary = summaryOf(evidence.clients)
  const against = objections(evidence)
  if (against.length > 0) return { verdict: 'FAIL', reasons: [...against, summary] }
  const open = doubts(evidence)
  if (open.length > 0) return { verdict: 'INCONCLUSIVE', reasons: [...open, summary] }
  const held = evidence.status === 'stopped' ? 'Stopped early; the steady state held until then.' : 'The steady state held throughout.'
  const waiting = evidence.recovery === 'waiting' ? ['Circuits that have opened are not all closed again yet.'] : []
  return { verdict: 'PASS', reasons: [held, ...waiting, summary] }
}
