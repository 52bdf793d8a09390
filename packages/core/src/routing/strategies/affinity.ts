import { hash53 } from '../../hash53.ts'
import { byScore, type Strategy } from './strategy.ts'

/** 2^53: the range of `hash53`. */
const hashRange = 9_007_199_254_740_992

/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998) of the prompt's beginning: every target draws a number from the
 * prefix and its own name, and the lowest draw goes first. Equal prefixes meet at one target, where the provider's prompt
 * cache has them; when a target leaves, only its own prefixes move, and they spread over all others.
 * A weight w makes the draw -ln(u)/w, so that shares follow weights.
 */
export const affinity: Strategy = (tier, request) => {
  if (tier.targets.length < 2) return tier.targets
  const prefix = hash53(request.affinityKey())
  return byScore(tier.targets, ({ key, provider }) => {
    const draw = (hash53(key, prefix) + 1) / hashRange
    return -Math.log(draw) / Math.max(provider.weight, Number.EPSILON)
  })
}
