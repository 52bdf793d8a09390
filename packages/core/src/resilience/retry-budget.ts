import type { Deps } from '../deps.ts'

export interface RetryBudgetOptions {
  /** Share of a retry that each first attempt pays in, 0 to 1. */
  readonly ratio: number
}

/** docs/resilience.md section 4. */
const depositTtlMs = 10_000
const reservePerSecond = 10
const sliceMs = 1_000

/**
 * Keeps an outage from multiplying load: retries are paid for by first attempts of the last ten seconds, and a small reserve
 * a second that does not add up. Deposits are kept by the second, so memory does not grow with load.
 */
export interface RetryBudget {
  readonly deposit: () => void
  /** Takes one retry; false when there is none. */
  readonly take: () => boolean
  /** Changes the share that later first attempts pay in. */
  readonly setRatio: (ratio: number) => void
}

export function createRetryBudget(options: RetryBudgetOptions, deps: Pick<Deps, 'monotonicNow'>): RetryBudget {
  let { ratio } = options
  let slices: { readonly second: number; tokens: number }[] = []
  let reserve = { second: -1, left: reservePerSecond }

  const fresh = (second: number): typeof slices => {
    slices = slices.filter((slice) => (second - slice.second) * sliceMs < depositTtlMs)
    return slices
  }
  return {
    deposit: () => {
      const second = Math.floor(deps.monotonicNow() / sliceMs)
      const last = slices.at(-1)
      if (last?.second === second) last.tokens += ratio
      else slices = [...fresh(second), { second, tokens: ratio }]
    },
    take: () => {
      const second = Math.floor(deps.monotonicNow() / sliceMs)
      const held = fresh(second)
      const balance = held.reduce((sum, slice) => sum + slice.tokens, 0)
      if (balance >= 1) {
        let due = 1
        for (const slice of held) {
          const paid = Math.min(slice.tokens, due)
          slice.tokens -= paid
          due -= paid
        }
        return true
      }
      if (ratio === 0) return false
      if (reserve.second !== second) reserve = { second, left: reservePerSecond }
      return reserve.left > 0 && reserve.left-- > 0
    },
    setRatio: (next) => {
      ratio = next
    },
  }
}
