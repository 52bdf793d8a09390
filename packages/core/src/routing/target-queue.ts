import type { LeftOutTarget, RouteOutcome } from '../call/annotations.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import { fallbackKindOf, type RoutePlan, type Tier } from './plan.ts'
import type { Target } from './target.ts'

/** What stands in a target's way now. */
export type Obstacle = Pick<LeftOutTarget, 'why' | 'untilMs'>

/** What decides whether a target is worth an attempt now. */
export interface TargetReadiness {
  /** Its circuit lets calls through. */
  readonly circuitAllows: (target: Target) => boolean
  /** It neither cools down after a refusal nor has all its slots taken. */
  readonly hasCapacity: (target: Target) => boolean
  /** It can take this request, as far as we know. */
  readonly fits: (target: Target) => boolean
  /** What stands in its way; `undefined` when nothing does. */
  readonly whyNot: (target: Target) => Obstacle | undefined
  /** `undefined` when it is not known. */
  readonly contextLength: (target: Target) => number | undefined
  readonly rank: (tier: Tier) => readonly Target[]
}

/** Which target has just failed, and how. */
export interface FailedTarget {
  readonly target: Target
  readonly failure: FailureClass
}

/** The targets of one request's plan, each handed out once, and what was passed over. */
export interface TargetQueue extends RouteOutcome {
  /** The best target now; after `failed`, only where that failure allows another. */
  next(failed?: FailedTarget): Target | undefined
  /** Puts a target back that was handed out and not asked. */
  release(target: Target): void
  /** How many more targets there are after a failure. */
  remaining(): number
  /** Every target of the plan, in no order. */
  all(): readonly Target[]
}

/*
 * Prefers targets whose circuit is closed, that have capacity and fit the request; then relaxes one condition at a time. Within a
 * pass the plan's own order holds: tier by tier, then the fallbacks.
 */
const passes: readonly ((target: Target, ready: TargetReadiness) => boolean)[] = [
  (target, ready) => ready.circuitAllows(target) && ready.hasCapacity(target) && ready.fits(target),
  (target, ready) => ready.circuitAllows(target) && ready.fits(target),
  (target, ready) => ready.circuitAllows(target) && ready.hasCapacity(target),
  (target, ready) => ready.circuitAllows(target),
]

const anyTarget = (): boolean => true

/* A class: every request has one; its tables are only created when a tier has more than one target (bench/router.mjs). */
class PlannedTargets implements TargetQueue {
  private readonly plan: RoutePlan
  private readonly ready: TargetReadiness
  private readonly handedOut: Target[] = []
  private passedOver: LeftOutTarget[] | undefined = undefined
  private ranked: Map<Tier, readonly Target[]> | undefined = undefined

  constructor(plan: RoutePlan, ready: TargetReadiness) {
    this.plan = plan
    this.ready = ready
  }

  get strategy(): string {
    return this.plan.general[0]?.strategy ?? ''
  }

  get leftOut(): readonly LeftOutTarget[] {
    return this.passedOver ?? []
  }

  all(): readonly Target[] {
    return this.plan.general.flatMap((tier) => tier.targets)
  }

  remaining(): number {
    if (this.plan.only !== undefined && this.handedOut.length > 0) return 0
    let count = 0
    for (const { targets } of this.plan.general)
      for (const target of targets) if (!this.isHandedOut(target) && this.ready.circuitAllows(target)) count++
    return count
  }

  release({ key }: Target): void {
    const index = this.handedOut.findIndex((target) => target.key === key)
    if (index !== -1) this.handedOut.splice(index, 1)
  }

  next(failed?: FailedTarget): Target | undefined {
    const target = this.choose(failed)
    if (target !== undefined) this.handedOut.push(target)
    return target
  }

  private choose(failed: FailedTarget | undefined): Target | undefined {
    const { fallbacks, general, only } = this.plan
    if (only !== undefined) return this.handedOut.length === 0 && this.ready.circuitAllows(only) ? only : undefined
    if (failed === undefined) return this.find(general)
    const own = fallbacks[fallbackKindOf(failed.failure)]
    switch (failurePolicies[failed.failure].nextTarget) {
      case 'no':
        return undefined
      case 'opt-in':
        return this.find(own)
      case 'larger-context':
        return this.find(own) ?? this.find(general, (target) => this.isLarger(target, failed.target))
      case 'yes':
        return own === fallbacks.general ? this.find(general) : (this.find(own) ?? this.find(general))
    }
  }

  private find(tiers: readonly Tier[], may: (target: Target) => boolean = anyTarget): Target | undefined {
    for (const [number, pass] of passes.entries())
      for (const tier of tiers)
        for (const target of this.inOrder(tier))
          if (!this.isHandedOut(target) && may(target) && pass(target, this.ready)) return this.chosen(target, tiers, number)
    return undefined
  }

  /** Notes what a choice passed over, where it passed over anything: the first target in the first pass had nothing before it. */
  private chosen(target: Target, tiers: readonly Tier[], passNumber: number): Target {
    const [first] = tiers[0] === undefined ? [] : this.inOrder(tiers[0])
    if (passNumber > 0 || target !== first) this.notePassedOver(tiers, target)
    return target
  }

  /** Notes what stood before a target that was chosen and was not taken: asked for only when something did. */
  private notePassedOver(tiers: readonly Tier[], chosen: Target): void {
    this.passedOver ??= []
    for (const target of tiers.flatMap((tier) => this.inOrder(tier))) {
      if (target === chosen) return
      const { provider, model } = target
      const isNoted = this.passedOver.some((one) => one.provider === provider.name && one.model === model)
      const obstacle = isNoted || this.isHandedOut(target) ? undefined : this.ready.whyNot(target)
      if (obstacle !== undefined) this.passedOver.push({ provider: provider.name, model, ...obstacle })
    }
  }

  private isHandedOut({ key }: Target): boolean {
    for (const target of this.handedOut) if (target.key === key) return true
    return false
  }

  private inOrder(tier: Tier): readonly Target[] {
    if (tier.targets.length < 2) return tier.targets
    this.ranked ??= new Map()
    const known = this.ranked.get(tier)
    if (known !== undefined) return known
    const order = this.ready.rank(tier)
    this.ranked.set(tier, order)
    return order
  }

  private isLarger(target: Target, than: Target): boolean {
    return (this.ready.contextLength(target) ?? 0) > (this.ready.contextLength(than) ?? Number.POSITIVE_INFINITY)
  }
}

export function createTargetQueue(plan: RoutePlan, ready: TargetReadiness): TargetQueue {
  return new PlannedTargets(plan, ready)
}
