import type { ChatRequest } from '../chat/request.ts'
import { createTargetQueue, type TargetQueue } from './target-queue.ts'
import { fits, type Needs, needsOf } from './model-facts.ts'
import type { RoutePlan } from './plan.ts'
import type { RouterContext } from './router-context.ts'

/** The way of a request through its plan, as the targets' health and the request's needs have it. */
export function queueTargets(plan: RoutePlan, request: ChatRequest, world: RouterContext): TargetQueue {
  const { health, slots, catalog, strategies } = world
  let needs: Needs | undefined
  return createTargetQueue(plan, {
    circuitAllows: ({ key }) => health.of(key).breaker.wouldAdmit(),
    hasCapacity: ({ key, provider }) => health.of(key).cooldownMs() === 0 && !slots.of(provider.name).isFull(),
    fits: (target) => {
      const facts = catalog.facts(target)
      if (facts.contextLength === undefined && facts.vision !== false && facts.tools !== false) return true
      needs ??= needsOf(request, catalog.countTokens(request))
      return fits(facts, needs)
    },
    contextLength: (target) => catalog.facts(target).contextLength,
    rank: (tier) => strategies[tier.strategy](tier, request),
  })
}
