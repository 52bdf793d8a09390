import { isProviderError } from '../../errors/provider-error.ts'
import type { ClientView } from '../client-view.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import type { UpstreamScript } from '../upstream-script.ts'
import { busiest } from './circuit.ts'
import { codeOf, type Invariant, perClient, type SimulationRun } from './invariant.ts'
import { answering } from './text.ts'

function isSound(script: UpstreamScript): boolean {
  return (script.faults ?? []).length === 0 && script.capacity === undefined
}

/** Failures that say nothing of the target: another would say the same. */
const callersOwn: ReadonlySet<string> = new Set(['caller', 'context_length', 'content_policy', 'canceled'])

/** The gateway had no time, or no place, for one more attempt. */
const excused: ReadonlySet<string> = new Set(['deadline_exceeded', 'overloaded'])

/** A request that spent all its attempts on sick targets is excused; so is one whose target may have had no slot for it. */
function isExcused(view: ClientView, run: SimulationRun): boolean {
  if (view.ended !== 'error' || view.text !== '' || view.left !== undefined) return true
  if (isProviderError(view.error) && callersOwn.has(view.error.failure)) return true
  return excused.has(codeOf(view.error)) || run.callsOf(view.client).length >= run.limits.maxAttempts
}

/** docs/resilience.md section 1, first invariant. */
export const answeredWhileOneIsSound: Invariant = {
  name: 'while a sound target remains, the caller gets an answer',
  check: (run) => {
    const crowded = busiest(run)
    const hasRoom = (name: string): boolean => (crowded.get(name) ?? 0) < run.limits.maxConcurrent
    const sound = Object.entries(run.upstreams).flatMap(([name, script]) => (isSound(script) && hasRoom(name) ? [name] : []))
    return run.clients.flatMap((view) => {
      const untried = sound.find((name) => !run.callsOf(view.client).some(({ target }) => target === name))
      if (untried === undefined || isExcused(view, run)) return []
      return [`client ${view.client}: failed with ${codeOf(view.error)} though ${untried} is sound and was not asked`]
    })
  },
}

/** The target that said what the caller got, when that came to nothing. */
function brokenBy(view: ClientView, calls: readonly UpstreamCall[]): string | undefined {
  return view.ended === 'error' && view.left === undefined && view.text !== '' ? answering(view.text, calls, false)?.target : undefined
}

export const bufferedMeansWhole: Invariant = perClient('a buffered answer is seen whole or not at all', (view, { callsOf, upstreams }) => {
  const calls = callsOf(view.client)
  const broken = brokenBy(view, calls)
  const recovery = broken === undefined ? undefined : upstreams[broken]?.provider?.recovery
  const late = codeOf(view.error) === 'deadline_exceeded'
  return recovery === 'buffer' && !late && calls.every(({ prefill }) => prefill === undefined)
    ? `got a part of what ${broken} said`
    : undefined
})
