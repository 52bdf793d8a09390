import type { FailureClass } from '../errors/failure-class.ts'
import type { StrategyName } from './strategies/strategy-name.ts'
import type { Target } from './target.ts'

/** Targets of equal rank, and the strategy that orders them. */
export interface Tier {
  /** Tells tiers of different plans apart, for strategies that take turns. */
  readonly name: string
  readonly strategy: StrategyName
  readonly targets: readonly Target[]
}

/** When a fallback is open: after any failure that may go elsewhere, or after one kind only. */
export type FallbackKind = 'general' | 'context_length' | 'content_policy' | 'rate_limit' | 'budget'

/** Model names to go on with, by what has failed. */
export type FallbackChains = { readonly [Kind in FallbackKind]?: readonly string[] | undefined }

/** Where a request may go: tiers in order, and what opens after which failure. */
export interface RoutePlan {
  readonly tiers: readonly Tier[]
  readonly fallbacks: Readonly<Record<FallbackKind, readonly Tier[]>>
  /** The tiers and then the general fallbacks. */
  readonly general: readonly Tier[]
  /** The target, where the whole plan has one: then there is nothing to choose. */
  readonly only: Target | undefined
}

export function createPlan(tiers: readonly Tier[], fallbacks: RoutePlan['fallbacks']): RoutePlan {
  const general = [...tiers, ...fallbacks.general]
  const { context_length, content_policy, rate_limit, budget } = fallbacks
  const all = [general, context_length, content_policy, rate_limit, budget].flat().flatMap(({ targets }) => targets)
  return { tiers, fallbacks, general, only: all.length === 1 ? all[0] : undefined }
}

/** The failures that open a chain of their own before the general one. */
export function fallbackKindOf(failure: FailureClass): FallbackKind {
  switch (failure) {
    case 'context_length':
    case 'content_policy':
    case 'rate_limit':
      return failure
    case 'quota':
    case 'budget':
      return 'budget'
    default:
      return 'general'
  }
}
