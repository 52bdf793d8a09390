import { fits, misfitOf } from './model-facts.ts'
import type { RoutePlan, Tier } from './plan.ts'
import type { RoutedRequest } from './routed-request.ts'
import type { RouterContext } from './router-context.ts'
import type { Target } from './target.ts'
import { createTargetQueue, type Obstacle, type TargetQueue, type TargetReadiness } from './target-queue.ts'

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

  whyNot(target: Target): Obstacle | undefined {
    const { key, provider } = target
    const { health, slots, deps, catalog } = this.context
    const { breaker, cooldownMs } = health.of(key)
    if (!breaker.wouldAdmit()) return { why: 'circuit_open', untilMs: deps.now() + breaker.remainingMs() }
    const ms = cooldownMs()
    if (ms > 0) return { why: 'cooling_down', untilMs: deps.now() + ms }
    if (slots.of(provider.name).isFull()) return { why: 'saturated' }
    const why = misfitOf(catalog.facts(target), this.request)
    return why === undefined ? undefined : { why }
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
