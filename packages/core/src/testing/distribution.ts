import type { Random } from './random.ts'

/** A number or how to draw one. Units are those of the field that holds it. */
export type Distribution =
  | number
  | { readonly type: 'uniform'; readonly min: number; readonly max: number }
  | { readonly type: 'exponential'; readonly mean: number }
  /** `sigma` is the spread of the logarithm: 0.5 is lively, 1 is wild. */
  | { readonly type: 'lognormal'; readonly median: number; readonly sigma: number }
  /** A heavy tail: the smaller `alpha`, the heavier; at 1 and below the mean is infinite. */
  | { readonly type: 'pareto'; readonly min: number; readonly alpha: number; readonly max?: number | undefined }
  /** Draws from `rare` in `share` of cases, else from `usual`. */
  | { readonly type: 'mixture'; readonly usual: Distribution; readonly rare: Distribution; readonly share: number }

function normal(random: Random): number {
  // Box and Muller; 1 - x keeps the logarithm away from zero.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** One draw. */
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
