import type { Target } from '../target.ts'
import { byScore, type Strategy, type StrategyContext } from './strategy.ts'

/** A target that nobody has tried yet counts as this quick, so that it is tried. */
const unknownLatencyMs = 1

/**
 * Power of two choices (Mitzenmacher, 2001): of two random targets the better one goes first. Choosing the best of all
 * would send every gateway to the same target at once. Better is the shorter expected wait: latency times calls under way.
 */
export function createLatency(context: StrategyContext): Strategy {
  const costOf = (target: Target): number => {
    const load = context.loadOf(target)
    return Math.max(load.penalisedLatencyMs(), unknownLatencyMs) * (load.inFlight() + 1)
  }
  return ({ targets }) => {
    if (targets.length < 2) return targets
    const one = Math.floor(context.random() * targets.length)
    const step = 1 + Math.floor(context.random() * (targets.length - 1))
    const pair = [targets[one], targets[(one + step) % targets.length]].filter((target) => target !== undefined)
    const [first] = byScore(pair, costOf)
    if (first === undefined) return targets
    const rest = targets.filter((target) => target !== first)
    return [first, ...byScore(rest, costOf)]
  }
}
