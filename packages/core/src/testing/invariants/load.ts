import type { Attempt } from '../../call/call.ts'
import type { Invariant, SimulationLimits } from './invariant.ts'

/** Deposits lapse after ten seconds; one more allows for books that are kept by the second. */
const depositTtlMs = 11_000

/** What the budget saw of an attempt. A retry is paid for when it is decided, before the wait, and begins when that is over. */
interface Paid {
  readonly atMs: number
  readonly retry: boolean
}

function paidAttempts(attempts: readonly Attempt[], provider: string): readonly Paid[] {
  return attempts.flatMap((attempt, index) => {
    if (attempt.provider !== provider) return []
    const retry = attempt.reason === 'retry'
    return [{ atMs: (retry ? attempts[index - 1]?.endedAtMs : undefined) ?? attempt.startedAtMs, retry }]
  })
}

/** Retries that nothing had paid for, by books of our own: the oldest deposits are spent first, the reserve last. */
function unpaidRetries(paid: readonly Paid[], limits: SimulationLimits): number {
  const deposits: { readonly atMs: number; left: number }[] = []
  const reserve: number[] = []
  let unpaid = 0
  for (const { atMs, retry } of paid) {
    while (deposits[0] !== undefined && atMs - deposits[0].atMs >= depositTtlMs) deposits.shift()
    if (!retry) {
      deposits.push({ atMs, left: limits.retryRatio })
      continue
    }
    if (spend(deposits)) continue
    while (reserve[0] !== undefined && atMs - reserve[0] >= 1_000) reserve.shift()
    // Books that are kept by the second may give two seconds' reserve within one.
    if (reserve.length >= 2 * limits.retryReservePerSecond) unpaid++
    else reserve.push(atMs)
  }
  return unpaid
}

function spend(deposits: { left: number }[]): boolean {
  const balance = deposits.reduce((sum, { left }) => sum + left, 0)
  // A balance is a sum of fractions: what is a hair short of one was one.
  if (balance < 1 - 1e-9) return false
  let due = 1
  for (const deposit of deposits) {
    const paid = Math.min(deposit.left, due)
    deposit.left -= paid
    due -= paid
    if (due <= 0) break
  }
  return true
}

export const retriesPaidFor: Invariant = {
  name: 'retries stay within the retry budget',
  check: ({ clients, upstreams, limits }) =>
    Object.keys(upstreams).flatMap((provider) => {
      const paid = clients.flatMap(({ receipts }) => paidAttempts(receipts[0]?.attempts ?? [], provider))
      const unpaid = unpaidRetries(
        paid.sort((a, b) => a.atMs - b.atMs),
        limits,
      )
      return unpaid === 0 ? [] : [`${unpaid} retries at ${provider} that no budget paid for`]
    }),
}

export const hedgesBounded: Invariant = {
  name: 'hedges stay within their share',
  check: ({ clients, limits }) => {
    const hedges = clients.map(({ receipts }) => receipts[0]?.attempts.filter(({ reason }) => reason === 'hedge').length ?? 0)
    const total = hedges.reduce((sum, count) => sum + count, 0)
    const twice = hedges.findIndex((count) => count > 1)
    const many = total > limits.hedgeShare * clients.length ? [`${total} hedges for ${clients.length} requests`] : []
    return twice === -1 ? many : [...many, `client ${twice} was hedged ${hedges[twice]} times`]
  },
}
