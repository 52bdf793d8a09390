import type { ChatRequest } from '../chat/request.ts'
import { createItinerary, type Itinerary } from './target-queue.ts'
import { fits, type Needs, needsOf } from './model-facts.ts'
import type { RoutePlan } from './plan.ts'
import type { RouterWorld } from './router-context.ts'

/** The way of a request through its plan, as the targets' health and the request's needs have it. */
export function planItinerary(plan: RoutePlan, request: ChatRequest, world: RouterWorld): Itinerary {
  const { health, slots, knowledge, strategies } = world
  let needs: Needs | undefined
  return createItinerary(plan, {
    passable: ({ key }) => health.of(key).breaker.wouldAdmit(),
    atEase: ({ key, provider }) => health.of(key).restingMs() === 0 && !slots.of(provider.name).isFull(),
    fits: (target) => {
      const facts = knowledge.facts(target)
      if (facts.contextLength === undefined && facts.vision !== false && facts.tools !== false) return true
      needs ??= needsOf(request, knowledge.countTokens(request))
      return fits(facts, needs)
    },
    contextLength: (target) => knowledge.facts(target).contextLength,
    rank: (tier) => strategies[tier.strategy](tier, request),
  })
}
