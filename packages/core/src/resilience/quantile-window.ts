/** The latest samples of something, and their quantiles. Exact over the window, which is all that policy needs. */
export interface QuantileWindow {
  readonly record: (value: number) => void
  readonly count: () => number
  /** `undefined` while there are fewer than `minSamples`. `share` is 0 to 1. */
  readonly quantile: (share: number) => number | undefined
}

const windowSize = 128
const minSamples = 20
/** Sorting on every question would cost more than the answer is worth: it is kept for this many new samples. */
const staleAfter = 8

export function createQuantileWindow(): QuantileWindow {
  const samples: number[] = []
  let next = 0
  let sorted: readonly number[] = []
  let age = staleAfter
  return {
    record: (value) => {
      samples[next] = value
      next = (next + 1) % windowSize
      // A new highest value is noticed at once: it is what limits are made of.
      age = value > (sorted.at(-1) ?? 0) ? staleAfter : age + 1
    },
    count: () => samples.length,
    quantile: (share) => {
      if (samples.length < minSamples) return undefined
      if (age >= staleAfter) {
        sorted = samples.toSorted((a, b) => a - b)
        age = 0
      }
      return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
    },
  }
}
