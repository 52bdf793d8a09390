import { isProviderError } from '../../errors/provider-error.ts'
import type { UpstreamScript } from '../upstream-script.ts'
import { codeOf, type Invariant, perClient } from './invariant.ts'

function isSound(script: UpstreamScript): boolean {
  return (script.faults ?? []).length === 0 && script.capacity === undefined
}

/** Failures that say nothing of the target: another would say the same. */
const callersOwn: ReadonlySet<string> = new Set(['caller', 'context_length', 'content_policy', 'canceled'])

/** RESILIENCE.md, first invariant. A request that spent all its attempts on sick targets is excused. */
export const answeredWhileOneIsSound: Invariant = perClient('while a sound target remains, the caller gets an answer', (view, run) => {
  if (view.ended !== 'error' || view.text !== '' || view.left !== undefined) return undefined
  if (isProviderError(view.error) && callersOwn.has(view.error.failure)) return undefined
  const calls = run.callsOf(view.client)
  if (codeOf(view.error) === 'deadline_exceeded' || calls.length >= run.limits.maxAttempts) return undefined
  const untried = Object.entries(run.upstreams).find(([name, script]) => isSound(script) && !calls.some(({ target }) => target === name))
  return untried === undefined ? undefined : `failed with ${codeOf(view.error)} though ${untried[0]} is sound and was not asked`
})
