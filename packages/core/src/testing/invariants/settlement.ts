import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import type { ClientView } from '../client-view.ts'
import { type Invariant, perClient } from './invariant.ts'

export const settledOnce: Invariant = perClient('every call settles exactly once', ({ receipts }) =>
  receipts.length === 1 ? undefined : `settled ${receipts.length} times`,
)

function expectedOutcome(view: ClientView): string | undefined {
  if (view.left !== undefined) return undefined
  return view.ended === 'complete' ? 'complete' : 'error'
}

export const receiptMatchesClient: Invariant = perClient('the receipt says what the caller saw', (view) => {
  const expected = expectedOutcome(view)
  const outcome = view.receipts[0]?.outcome
  return expected === undefined || outcome === undefined || outcome === expected
    ? undefined
    : `saw ${view.ended}, the receipt says ${outcome}`
})

export const everyCallerGetsAnEnd: Invariant = perClient('every caller gets an answer or an error', (view) =>
  view.ended === undefined && view.left === undefined ? 'still waits' : undefined,
)

export const failuresAreTyped: Invariant = perClient('every failure is typed', ({ error }) =>
  error === undefined || (isProxyApiError(error) && error.code !== 'internal_error') ? undefined : `failed with ${String(error)}`,
)

/** A timer of the same millisecond is in time. A slow reader notices the end only at its next read. */
export const deadlineKept: Invariant = perClient('no request outlives its deadline', ({ endedAtMs, deadlineAtMs, pauseMs }) =>
  endedAtMs === undefined || pauseMs > 0 || endedAtMs <= deadlineAtMs ? undefined : `ended ${endedAtMs - deadlineAtMs} ms late`,
)

export const holdsReleased: Invariant = perClient('every hold is released', ({ holds }) =>
  holds.taken === holds.released ? undefined : `${holds.taken} holds taken, ${holds.released} released`,
)

export const noTimersLeft: Invariant = {
  name: 'no timer outlives the calls',
  check: ({ leaks }) => (leaks.armedTimers === 0 ? [] : [`${leaks.armedTimers} timers still armed`]),
}

export const slotsReleased: Invariant = {
  name: 'every slot is released',
  check: ({ leaks }) => (leaks.heldSlots === 0 ? [] : [`${leaks.heldSlots} slots still held`]),
}

export const attemptsEnded: Invariant = perClient('every attempt has ended when the receipt is written', ({ openAttempts }) =>
  openAttempts === 0 ? undefined : `${openAttempts} attempts were still pending`,
)
