import { failurePolicies } from '../errors/failure.table.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import { fallbackKindOf, type RoutePlan, type Tier } from './plan.ts'
import type { Target } from './target.ts'

/** What decides whether a target is worth a try now. */
export interface Readiness {
  /** Its circuit lets calls through. */
  readonly circuitAllows: (target: Target) => boolean
  /** It neither rests after a refusal nor has all its slots taken. */
  readonly hasCapacity: (target: Target) => boolean
  /** It can take this request, as far as we know. */
  readonly fits: (target: Target) => boolean
  /** `undefined` when it is not known. */
  readonly contextLength: (target: Target) => number | undefined
  readonly rank: (tier: Tier) => readonly Target[]
}

/** What has just failed, and how. */
export interface Failed {
  readonly target: Target
  readonly failure: FailureClass
}

/** The way of one request through its plan. A target that was given out is not given out again. */
export interface TargetQueue {
  /** The best target now: after `failed` has failed with `failure`, only where that failure allows. */
  readonly next: (failed?: Failed) => Target | undefined
  /** A target that was given out and never asked may be given out again. */
  readonly release: (target: Target) => void
  /** How many more there are to go to after any failure. */
  readonly left: () => number
  /** Targets of the plan, in no order. */
  readonly all: () => readonly Target[]
}

/*
 * Better a target that is at ease and fits than one that has to be hoped for; and rather a tired one than none. Within one
 * of these passes the plan's own order holds: tier by tier, then the fallbacks.
 */
function passesOf({ circuitAllows, hasCapacity, fits }: Readiness): readonly ((target: Target) => boolean)[] {
  return [
    (target) => circuitAllows(target) && hasCapacity(target) && fits(target),
    (target) => circuitAllows(target) && fits(target),
    (target) => circuitAllows(target) && hasCapacity(target),
    circuitAllows,
  ]
}

export function createTargetQueue(plan: RoutePlan, readiness: Readiness): TargetQueue {
  const given = new Set<string>()
  const ranked = new Map<Tier, readonly Target[]>()
  const passes = passesOf(readiness)
  const general = [...plan.tiers, ...plan.fallbacks.general]

  const inOrder = (tier: Tier): readonly Target[] => {
    const known = ranked.get(tier)
    if (known !== undefined) return known
    const order = tier.targets.length > 1 ? readiness.rank(tier) : tier.targets
    ranked.set(tier, order)
    return order
  }
  const find = (tiers: readonly Tier[], may: (target: Target) => boolean = () => true): Target | undefined => {
    for (const pass of passes) {
      for (const tier of tiers) {
        const found = inOrder(tier).find((target) => !given.has(target.key) && may(target) && pass(target))
        if (found !== undefined) return found
      }
    }
    return undefined
  }
  const isLarger =
    (than: Target) =>
    (target: Target): boolean =>
      (readiness.contextLength(target) ?? 0) > (readiness.contextLength(than) ?? Number.POSITIVE_INFINITY)

  const choose = (failed?: Failed): Target | undefined => {
    if (failed === undefined) return find(general)
    const own = plan.fallbacks[fallbackKindOf(failed.failure)]
    switch (failurePolicies[failed.failure].nextTarget) {
      case 'no':
        return undefined
      case 'opt-in':
        return find(own)
      case 'larger-context':
        return find(own) ?? find(general, isLarger(failed.target))
      case 'yes':
        return own === plan.fallbacks.general ? find(general) : (find(own) ?? find(general))
    }
  }
  return {
    all: () => general.flatMap((tier) => tier.targets),
    left: () =>
      general.reduce((sum, tier) => sum + tier.targets.filter((target) => !given.has(target.key) && readiness.circuitAllows(target)).length, 0),
    release: ({ key }) => {
      given.delete(key)
    },
    next: (failed) => {
      const target = choose(failed)
      if (target !== undefined) given.add(target.key)
      return target
    },
  }
}
