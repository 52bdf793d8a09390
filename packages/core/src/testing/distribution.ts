import type { Random } from './random.ts'

/** A fixed number, or how to draw one. The unit is that of the field. */
export type Distribution =
  | number
  | { readonly type: 'uniform'; readonly min: number; readonly max: number }
  | { readonly type: 'exponential'; readonly mean: number }
  /** `sigma` is the standard deviation of the logarithm; latencies often have about 0.5. */
  | { readonly type: 'lognormal'; readonly median: number; readonly sigma: number }
  /** A heavy tail: a smaller `alpha` is heavier, and the mean is infinite at 1 and below. */
  | { readonly type: 'pareto'; readonly min: number; readonly alpha: number; readonly max?: number | undefined }
  /** Draws from `rare` in a `share` of the cases, otherwise from `usual`. */
  | { readonly type: 'mixture'; readonly usual: Distribution; readonly rare: Distribution; readonly share: number }

function normal(random: Random): number {
  // Box-Muller transform; 1 - x avoids the logarithm of zero.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Draws one number. */
export function draw(distribution: Distribution, random: Random): number {
  if (typeof distribution === 'number') return distribution
  switch (distribution.type) {
    case 'uniform':
      return distribution.min + random() * (distribution.max - distribution.min)
    case 'exponential':
      return -Math.log(1 - random()) * distribution.mean
    case 'lognormal':
      return distribution.median * Math.exp(distribution.sigma * normal(random))
    case 'pareto':
      return Math.min(distribution.max ?? Number.POSITIVE_INFINITY, distribution.min / (1 - random()) ** (1 / distribution.alpha))
    case 'mixture':
      return draw(random() < distribution.share ? distribution.rare : distribution.usual, random)
  }
}
