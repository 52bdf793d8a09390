import type { PricedUsage } from '../catalogue/cost-of.ts'
import type { ModelOverrides } from '../catalogue/model-overrides.ts'
import type { ModelPrice } from '../catalogue/price.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { Usage } from '../chat/usage.ts'
import type { ModelFacts } from './model-facts.ts'
import type { RoutedRequest } from './routed-request.ts'
import type { Target } from './target.ts'

/** What is known of models and their prices. Money is in billionths of a dollar. */
export interface ModelCatalog {
  readonly facts: (target: Target) => ModelFacts
  /** `null` when the price is not known. */
  readonly priceUsage: (target: Pick<Target, 'provider' | 'model'>, usage: Usage) => PricedUsage | null
  /** What a request is likely to cost; `undefined` when the price is not known. */
  readonly estimateNanoUsd: (target: Target, request: RoutedRequest) => number | undefined
  /** `null` when it is not known. */
  readonly priceOf?: ((target: Pick<Target, 'provider' | 'model'>) => ModelPrice | null) | undefined
  /** What the configuration says of a model beyond, or against, what is known of it. */
  readonly overridesOf?: ((target: Pick<Target, 'provider' | 'model'>) => ModelOverrides | undefined) | undefined
  /** Input tokens of a chat request. */
  readonly countTokens: (request: ChatRequest) => number
}
