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
  readonly recoveryMs: number | undefined
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

/** What an experiment has shown. Traffic that never met a fault shows nothing. */
export function judge({ status, clients, steadyState, abortedBy, recoveryMs }: Evidence): Judgement {
  const violated = steadyState.filter(({ held }) => held === false).map(({ condition }) => `The steady state "${condition}" did not hold.`)
  const seen = `${clients.requests} requests, ${clients.struck} met a fault, ${clients.survived} of those were answered all the same`
  const rate = clients.successRate === undefined ? '' : ` (success rate ${percent(clients.successRate)})`
  const summary = `${seen}${rate}.`
  if (abortedBy !== undefined) return { verdict: 'FAIL', reasons: [`Ended early: "${abortedBy}".`, ...violated, summary] }
  if (violated.length > 0) return { verdict: 'FAIL', reasons: [...violated, summary] }
  if (clients.struck === 0) return { verdict: 'INCONCLUSIVE', reasons: ['No request met a fault.', summary] }
  if (recoveryMs === undefined) return { verdict: 'FAIL', reasons: ['Not everything has recovered since.', summary] }
  return {
    verdict: 'PASS',
    reasons: [status === 'stopped' ? 'Stopped early; the steady state held until then.' : 'The steady state held throughout.', summary],
  }
}
