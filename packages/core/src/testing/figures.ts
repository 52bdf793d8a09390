import type { ClientView } from './client-view.ts'
import type { UpstreamCall } from './upstream-ledger.ts'

/** The figures of a run. `undefined` where nothing was measured. */
export interface SimulationFigures {
  /** Complete answers as a share of the callers that did not leave, 0 to 1. */
  readonly availability: number | undefined
  /** Upstream calls per request, without health checks. */
  readonly attemptsPerRequest: number
  /** From the request to the first text, over complete answers. */
  readonly firstTextP50Ms: number | undefined
  readonly firstTextP99Ms: number | undefined
  /** Callers by outcome. */
  readonly outcomes: { readonly complete: number; readonly error: number; readonly left: number }
  /** Failures by error code. */
  readonly errors: Readonly<Record<string, number>>
}

/** The quantile of a share from 0 to 1, by nearest rank; `undefined` without values. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

export function toFigures(
  { clients, upstreamCalls }: { readonly clients: readonly ClientView[]; readonly upstreamCalls: readonly UpstreamCall[] },
  codeOf: (error: unknown) => string,
): SimulationFigures {
  const attempts = upstreamCalls.filter(({ probe }) => !probe).length
  const stayed = clients.filter(({ left }) => left === undefined)
  const complete = stayed.filter(({ ended }) => ended === 'complete')
  const failed = stayed.filter(({ ended }) => ended === 'error')
  const waits = complete.flatMap(({ firstTextAtMs, openedAtMs }) => (firstTextAtMs === undefined ? [] : [firstTextAtMs - openedAtMs]))
  return {
    availability: stayed.length === 0 ? undefined : complete.length / stayed.length,
    attemptsPerRequest: clients.length === 0 ? 0 : attempts / clients.length,
    firstTextP50Ms: percentile(waits, 0.5),
    firstTextP99Ms: percentile(waits, 0.99),
    outcomes: { complete: complete.length, error: failed.length, left: clients.length - stayed.length },
    errors: countBy(failed.map(({ error }) => codeOf(error))),
  }
}
