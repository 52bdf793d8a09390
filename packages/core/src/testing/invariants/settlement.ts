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

export const receiptTellsTheTruth: Invariant = perClient('the receipt says what the caller saw', (view) => {
  const expected = expectedOutcome(view)
  const outcome = view.receipts[0]?.outcome
  return expected === undefined || outcome === undefined || outcome === expected ? undefined : `saw ${view.ended}, receipt says ${outcome}`
})

export const everyCallerIsTold: Invariant = perClient('every caller is told the end', (view) =>
  view.ended === undefined && view.left === undefined ? 'still waits' : undefined,
)

export const failuresAreTyped: Invariant = perClient('every failure is one of ours', ({ error }) =>
  error === undefined || (isProxyApiError(error) && error.code !== 'internal_error') ? undefined : `failed with ${String(error)}`,
)

/** A timer that fires in the same millisecond is in time. A slow reader learns of the end only when it next reads. */
export const deadlineKept: Invariant = perClient('no request outlives its deadline', ({ endedAtMs, deadlineAtMs, pauseMs }) =>
  endedAtMs === undefined || pauseMs > 0 || endedAtMs <= deadlineAtMs ? undefined : `ended ${endedAtMs - deadlineAtMs} ms late`,
)

export const leasesReturned: Invariant = perClient('every lease is returned', ({ leases }) =>
  leases.taken === leases.returned ? undefined : `${leases.taken} leases taken, ${leases.returned} returned`,
)

export const nothingArmed: Invariant = {
  name: 'no timer outlives the calls',
  check: ({ leftovers }) => (leftovers.armedTimers === 0 ? [] : [`${leftovers.armedTimers} timers still armed`]),
}

export const slotsReturned: Invariant = {
  name: 'every slot is given back',
  check: ({ leftovers }) => (leftovers.heldSlots === 0 ? [] : [`${leftovers.heldSlots} slots still held`]),
}

export const attemptsEnded: Invariant = perClient('every attempt has ended when the receipt is written', ({ openAttempts }) =>
  openAttempts === 0 ? undefined : `${openAttempts} attempts were still pending`,
)
