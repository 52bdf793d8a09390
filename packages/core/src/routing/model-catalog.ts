import type { ChatRequest } from '../chat/request.ts'
import type { Usage } from '../chat/usage.ts'
import type { ModelFacts } from './model-facts.ts'
import type { RoutedRequest } from './routed-request.ts'
import type { Target } from './target.ts'

/** What is known of models and their prices. Money is in billionths of a dollar. */
export interface ModelCatalog {
  readonly facts: (target: Target) => ModelFacts
  /** `null` when the price is not known. */
  readonly costNanoUsd: (target: Pick<Target, 'provider' | 'model'>, usage: Usage) => number | null
  /** What a request is likely to cost; `undefined` when the price is not known. */
  readonly estimateNanoUsd: (target: Target, request: RoutedRequest) => number | undefined
  /** Input tokens of a chat request. */
  readonly countTokens: (request: ChatRequest) => number
}
