import type { Attempt } from '../../call/attempt.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import { type Invariant, perClient, type SimulationRun } from './invariant.ts'

export const attemptsBounded: Invariant = perClient('attempts stay within the budget of a request', (view, { callsOf, limits }) => {
  const calls = callsOf(view.client)
  if (calls.length > limits.maxAttempts) return `${calls.length} upstream calls`
  const attempts = view.receipts[0]?.attempts ?? []
  const often = attempts.find(({ provider }) => attempts.filter((one) => one.provider === provider).length > limits.maxAttemptsPerTarget)
  return often === undefined ? undefined : `more than ${limits.maxAttemptsPerTarget} attempts at ${often.provider}`
})

export const attemptsOnReceipt: Invariant = perClient('every upstream call is on the receipt', ({ client, receipts }, { callsOf }) => {
  const told = receipts[0]?.attempts.length ?? 0
  const made = callsOf(client).length
  return made <= told ? undefined : `${made} upstream calls, ${told} attempts on the receipt`
})

/** After these outcomes the same target never gets a second call. */
const final: ReadonlySet<string> = new Set([
  'quota',
  'authentication',
  'unknown_model',
  'invalid_request',
  'context_length',
  'content_policy',
])
/** After these outcomes a target may be retried when there is no other. */
const lastResort: ReadonlySet<string> = new Set(['timeout', 'rate_limit'])

function wasRejected(attempts: readonly Attempt[], index: number): boolean {
  const attempt = attempts[index]
  const last = attempts.slice(0, index).findLast((one) => one.provider === attempt?.provider && one.model === attempt.model)
  if (last === undefined) return false
  // Another target was tried since, so this one had been rejected.
  return final.has(last.outcome) || (attempts[index - 1] !== last && !lastResort.has(last.outcome))
}

export const noReturnToRejected: Invariant = perClient('a target that was given up is not tried again', ({ receipts }) => {
  // A hedge runs beside another attempt and is not part of the sequence.
  const attempts = receipts[0]?.attempts.filter(({ reason }) => reason !== 'hedge') ?? []
  const again = attempts.findIndex((_attempt, index) => wasRejected(attempts, index))
  return again === -1 ? undefined : `attempt ${again + 1} went back to ${attempts[again]?.provider}`
})

const callerErrors: ReadonlySet<string> = new Set(['invalid_request', 'content_policy'])

export const callerErrorIsFinal: Invariant = perClient('the caller’s own fault is not tried elsewhere', ({ receipts }) => {
  const attempts = receipts[0]?.attempts ?? []
  const fault = attempts.find(({ outcome }) => callerErrors.has(outcome))
  const endedAtMs = fault?.endedAtMs ?? Number.POSITIVE_INFINITY
  const after = attempts.find((attempt) => attempt !== fault && attempt.startedAtMs >= endedAtMs)
  return fault === undefined || after === undefined ? undefined : `${after.provider} was asked after ${fault.outcome} at ${fault.provider}`
})

/** The `Retry-After` of the upstream call of this attempt. */
function retryAfterOf(attempt: Attempt, calls: readonly UpstreamCall[]): number | undefined {
  return calls.find(({ target, startedAtMs }) => target === attempt.provider && startedAtMs === attempt.startedAtMs)?.retryAfterMs
}

export const retryAfterHonoured: Invariant = perClient('Retry-After is honoured', ({ client, receipts }, { callsOf }) => {
  const attempts = receipts[0]?.attempts ?? []
  for (const [index, retry] of attempts.entries()) {
    const before = attempts.slice(0, index).findLast(({ provider }) => provider === retry.provider)
    const askedMs = before === undefined ? undefined : retryAfterOf(before, callsOf(client))
    // A hedge may have started before the refusal arrived.
    if (before?.endedAtMs === undefined || askedMs === undefined || before.endedAtMs > retry.startedAtMs) continue
    const waitedMs = retry.startedAtMs - before.endedAtMs
    if (waitedMs < askedMs) return `${retry.provider} asked for ${askedMs} ms, was asked again after ${waitedMs} ms`
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

export const silenceTimesOut: Invariant = perClient('silence is given up in time', ({ client, pauseMs, left }, { callsOf, limits }) => {
  // A caller that never reads again is ended by its deadline alone.
  if (left?.how === 'freeze') return undefined
  // The engine notices silence only while the caller reads.
  const allowedMs = ({ stream, tokens }: UpstreamCall): number =>
    (stream ? limits.streamSilenceMs : limits.plainSilenceMs) + limits.abandonMs + pauseMs * (tokens + 2)
  const silent = callsOf(client).find((call) => call.longestSilenceMs > allowedMs(call))
  return silent === undefined ? undefined : `${silent.target} said nothing for ${silent.longestSilenceMs} ms`
})

/** Once the caller has seen content, no other target is called, except to continue a cut answer. */
export const nothingAfterCommit: Invariant = perClient('nothing is tried after the first content', (view, { callsOf }) => {
  const { firstTextAtMs } = view
  if (!view.stream || firstTextAtMs === undefined) return undefined
  const late = callsOf(view.client).find((call) => call.startedAtMs > firstTextAtMs && call.prefill === undefined)
  return late === undefined ? undefined : `${late.target} was asked ${late.startedAtMs - firstTextAtMs} ms after it`
})
