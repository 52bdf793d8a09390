import { isProviderError } from '../../errors/provider-error.ts'
import type { ClientView } from '../client-view.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import type { UpstreamScript } from '../upstream-script.ts'
import { peakConcurrency } from './circuit.ts'
import { codeOf, type Invariant, perClient, type SimulationRun } from './invariant.ts'
import { findAnswering } from './text.ts'

function isHealthy(script: UpstreamScript): boolean {
  return (script.faults ?? []).length === 0 && script.capacity === undefined
}

/** Failures that every other target would repeat. */
const callerErrors: ReadonlySet<string> = new Set(['invalid_request', 'context_length', 'content_policy', 'canceled'])

/** There was no time, no slot or no money for another attempt, or its caller had reached a limit. */
const excused: ReadonlySet<string> = new Set(['deadline_exceeded', 'overloaded', 'budget_exceeded', 'rate_limit_exceeded'])

/** A request that used all its attempts on failing targets is excused, and one whose target may have had no free slot. */
function isExcused(view: ClientView, run: SimulationRun): boolean {
  if (view.ended !== 'error' || view.text !== '' || view.left !== undefined) return true
  if (isProviderError(view.error) && callerErrors.has(view.error.failure)) return true
  if (view.receipts[0]?.attempts.some(({ outcome }) => outcome === 'budget') === true) return true
  return excused.has(codeOf(view.error)) || run.callsOf(view.client).length >= run.limits.maxAttempts
}

/** The first invariant of docs/resilience.md. */
export const answeredWhileOneIsHealthy: Invariant = {
  name: 'while a healthy target remains, the caller gets an answer',
  check: (run) => {
    const peaks = peakConcurrency(run)
    const hasRoom = (name: string): boolean => (peaks.get(name) ?? 0) < run.limits.maxConcurrent
    const healthy = Object.entries(run.upstreams).flatMap(([name, script]) => (isHealthy(script) && hasRoom(name) ? [name] : []))
    return run.clients.flatMap((view) => {
      const untried = healthy.find((name) => !run.callsOf(view.client).some(({ target }) => target === name))
      if (untried === undefined || isExcused(view, run)) return []
      return [`client ${view.client}: failed with ${codeOf(view.error)} though ${untried} is healthy and was not tried`]
    })
  },
}

/** The target whose partial answer the caller received before an error. */
function brokenBy(view: ClientView, calls: readonly UpstreamCall[]): string | undefined {
  return view.ended === 'error' && view.left === undefined && view.text !== '' ? findAnswering(view.text, calls, false)?.target : undefined
}

export const bufferedMeansWhole: Invariant = perClient('a buffered answer is seen whole or not at all', (view, { callsOf, upstreams }) => {
  const calls = callsOf(view.client)
  const broken = brokenBy(view, calls)
  const recovery = broken === undefined ? undefined : upstreams[broken]?.provider?.recovery
  const late = codeOf(view.error) === 'deadline_exceeded'
  return recovery === 'buffer' && !late && calls.every(({ prefill }) => prefill === undefined)
    ? `received a part of the answer of ${broken}`
    : undefined
})
