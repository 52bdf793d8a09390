/** Scales the median of absolute deviations to the standard deviation of a normal distribution. */
const normalScale = 1.4826

/** A spread under this share of the median is taken for this: what hardly ever varies would else be unusual at once. */
const leastSpread = 0.05

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? 0
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper
}

function sortedCopy(values: readonly number[]): readonly number[] {
  return [...values].sort((a, b) => a - b)
}

/**
 * How far a value lies from what is usual, in robust standard deviations (median and median of absolute deviations), so that past outages do not
 * become usual. Negative below the median. `floor` is the least spread, in the signal's unit.
 */
export function robustDeviation(value: number, usual: readonly number[], floor: number): number {
  const center = median(sortedCopy(usual))
  const deviations = median(sortedCopy(usual.map((each) => Math.abs(each - center))))
  return (value - center) / Math.max(normalScale * deviations, leastSpread * Math.abs(center), floor)
}
