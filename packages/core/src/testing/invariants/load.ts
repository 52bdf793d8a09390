import type { Attempt } from '../../call/attempt.ts'
import type { Invariant, SimulationLimits } from './invariant.ts'

/** Deposits expire after ten seconds; one second more allows for a budget that counts in whole seconds. */
const depositTtlMs = 11_000

/** One attempt as the retry budget counts it. A retry is charged when it is decided, before its backoff. */
interface BudgetEntry {
  readonly atMs: number
  readonly retry: boolean
}

function budgetEntries(attempts: readonly Attempt[], provider: string): readonly BudgetEntry[] {
  return attempts.flatMap((attempt, index) => {
    if (attempt.provider !== provider) return []
    const retry = attempt.reason === 'retry'
    return [{ atMs: (retry ? attempts[index - 1]?.endedAtMs : undefined) ?? attempt.startedAtMs, retry }]
  })
}

/** Counts the retries beyond the budget. The oldest deposits are spent first, the reserve last. */
function unpaidRetries(entries: readonly BudgetEntry[], limits: SimulationLimits): number {
  const deposits: { readonly atMs: number; left: number }[] = []
  const reserve: number[] = []
  let unpaid = 0
  for (const { atMs, retry } of entries) {
    while (deposits[0] !== undefined && atMs - deposits[0].atMs >= depositTtlMs) deposits.shift()
    if (!retry) {
      deposits.push({ atMs, left: limits.retryRatio })
      continue
    }
    if (spend(deposits)) continue
    while (reserve[0] !== undefined && atMs - reserve[0] >= 1_000) reserve.shift()
    // A budget that counts in whole seconds may give the reserve of two seconds within one.
    if (reserve.length >= 2 * limits.retryReservePerSecond) unpaid++
    else reserve.push(atMs)
  }
  return unpaid
}

function spend(deposits: { left: number }[]): boolean {
  const balance = deposits.reduce((sum, { left }) => sum + left, 0)
  // The balance is a sum of fractions, so a rounding error must not refuse it.
  if (balance < 1 - 1e-9) return false
  let due = 1
  for (const deposit of deposits) {
    const entries = Math.min(deposit.left, due)
    deposit.left -= entries
    due -= entries
    if (due <= 0) break
  }
  return true
}

export const retriesWithinBudget: Invariant = {
  name: 'retries stay within the retry budget',
  check: ({ clients, upstreams, limits }) =>
    Object.keys(upstreams).flatMap((provider) => {
      const entries = clients.flatMap(({ receipts }) => budgetEntries(receipts[0]?.attempts ?? [], provider))
      const unpaid = unpaidRetries(
        entries.sort((a, b) => a.atMs - b.atMs),
        limits,
      )
      return unpaid === 0 ? [] : [`${unpaid} retries at ${provider} beyond the budget`]
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
