/** Pays for hedges: each request brings a share of one, and what is saved up is small, so that a lull buys no burst. */
export interface HedgeBudget {
  readonly deposit: () => void
  readonly take: () => boolean
  /** Changes the share that later requests pay in. */
  readonly setRatio: (ratio: number) => void
}

const maxSaved = 10

/** `ratio` is the share of extra attempts that hedging may cost, 0 to 1. */
export function createHedgeBudget(initialRatio: number): HedgeBudget {
  let ratio = initialRatio
  let saved = 0
  return {
    deposit: () => {
      saved = Math.min(maxSaved, saved + ratio)
    },
    take: () => {
      if (saved < 1) return false
      saved--
      return true
    },
    setRatio: (next) => {
      ratio = next
    },
  }
}
