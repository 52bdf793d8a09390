import { fits } from './model-facts.ts'
import type { RoutePlan, Tier } from './plan.ts'
import type { RoutedRequest } from './routed-request.ts'
import type { RouterContext } from './router-context.ts'
import type { Target } from './target.ts'
import { createTargetQueue, type TargetQueue, type TargetReadiness } from './target-queue.ts'

/* A class: every request has one (bench/router.mjs). */
class RequestReadiness implements TargetReadiness {
  private readonly request: RoutedRequest
  private readonly context: RouterContext

  constructor(request: RoutedRequest, context: RouterContext) {
    this.request = request
    this.context = context
  }

  circuitAllows({ key }: Target): boolean {
    return this.context.health.of(key).breaker.wouldAdmit()
  }

  hasCapacity({ key, provider }: Target): boolean {
    return this.context.health.of(key).cooldownMs() === 0 && !this.context.slots.of(provider.name).isFull()
  }

  fits(target: Target): boolean {
    return fits(this.context.catalog.facts(target), this.request)
  }

  contextLength(target: Target): number | undefined {
    return this.context.catalog.facts(target).contextLength
  }

  rank(tier: Tier): readonly Target[] {
    return this.context.strategies[tier.strategy](tier, this.request)
  }
}

/** The targets of a plan, chosen by their health and by what the request needs. */
export function queueTargets(plan: RoutePlan, request: RoutedRequest, context: RouterContext): TargetQueue {
  return createTargetQueue(plan, new RequestReadiness(request, context))
}
