import type { Attempt } from '../../call/call.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import { type Invariant, perClient, type SimulationRun } from './invariant.ts'

export const attemptsBounded: Invariant = perClient('attempts stay within the budget of a request', ({ client }, { callsOf, limits }) => {
  const calls = callsOf(client)
  if (calls.length > limits.maxAttempts) return `${calls.length} upstream calls`
  const target = calls.find(({ target }) => calls.filter((call) => call.target === target).length > limits.maxAttemptsPerTarget)
  return target === undefined ? undefined : `more than ${limits.maxAttemptsPerTarget} upstream calls to ${target.target}`
})

export const attemptsOnReceipt: Invariant = perClient('every upstream call is on the receipt', ({ client, receipts }, { callsOf }) => {
  const told = receipts[0]?.attempts.length ?? 0
  const made = callsOf(client).length
  return made <= told ? undefined : `${made} upstream calls, ${told} attempts on the receipt`
})

/** After these the same target gets no second call, however little is left to try. */
const final: ReadonlySet<string> = new Set(['quota', 'credential', 'unknown_model', 'caller', 'context_length', 'content_policy'])
/** These may be asked again when there is no other target. */
const lastResort: ReadonlySet<string> = new Set(['silence', 'rate_limit'])

function wasGivenUp(attempts: readonly Attempt[], index: number): boolean {
  const attempt = attempts[index]
  const earlier = attempts.slice(0, index).filter((one) => one.provider === attempt?.provider && one.model === attempt.model)
  const last = earlier.at(-1)
  if (attempt === undefined || last === undefined || attempt.reason === 'hedge') return false
  if (final.has(last.outcome)) return true
  // Another target was tried since: this one had been given up.
  return attempts[index - 1] !== last && attempts[index - 1]?.reason !== 'hedge' && !lastResort.has(last.outcome)
}

export const givenUpStaysSo: Invariant = perClient('a target that was given up is not tried again', ({ receipts }) => {
  const attempts = receipts[0]?.attempts ?? []
  const again = attempts.findIndex((_attempt, index) => wasGivenUp(attempts, index))
  return again === -1 ? undefined : `attempt ${again + 1} went back to ${attempts[again]?.provider}`
})

export const retryAfterHonoured: Invariant = perClient('Retry-After is honoured', ({ client }, { callsOf }) => {
  const calls = callsOf(client)
  for (const [index, call] of calls.entries()) {
    const { retryAfterMs, endedAtMs, target } = call
    const next = calls.slice(index + 1).find((later) => later.target === target)
    if (retryAfterMs === undefined || endedAtMs === undefined || next === undefined) continue
    const waitedMs = next.startedAtMs - endedAtMs
    if (waitedMs < retryAfterMs) return `${target} asked for ${retryAfterMs} ms, was asked again after ${waitedMs} ms`
  }
  return undefined
})

function closedInTime(call: UpstreamCall, endMs: number, run: SimulationRun): boolean {
  const closedAtMs = Math.min(call.endedAtMs ?? Number.POSITIVE_INFINITY, call.releasedAtMs ?? Number.POSITIVE_INFINITY)
  return closedAtMs <= endMs + run.limits.abandonMs
}

export const nothingAbandoned: Invariant = perClient('no upstream call outlives its request', (view, run) => {
  const seenMs = view.left?.how === 'return' || view.left?.how === 'freeze' ? view.endedAtMs : (view.left?.atMs ?? view.endedAtMs)
  const endMs = Math.min(seenMs ?? Number.POSITIVE_INFINITY, view.deadlineAtMs)
  const open = run.callsOf(view.client).find((call) => !closedInTime(call, endMs, run))
  return open === undefined ? undefined : `the call to ${open.target} was still open ${run.limits.abandonMs} ms later`
})

/** Once a target has answered and the caller has seen it, nobody else is asked, except to go on from a cut answer. */
export const nothingAfterCommit: Invariant = perClient('nothing is tried after the first content', (view, { callsOf }) => {
  const { firstTextAtMs } = view
  if (!view.stream || firstTextAtMs === undefined) return undefined
  const late = callsOf(view.client).find((call) => call.startedAtMs > firstTextAtMs && call.prefill === undefined)
  return late === undefined ? undefined : `${late.target} was asked ${late.startedAtMs - firstTextAtMs} ms after it`
})
