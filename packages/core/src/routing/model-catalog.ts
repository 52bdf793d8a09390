import type { ChatRequest } from '../chat/request.ts'
import type { Usage } from '../chat/usage.ts'
import type { ModelFacts } from './model-facts.ts'
import type { Target } from './target.ts'

/** What is known of models and their prices, as the router asks for it. Money in billionths of a dollar. */
export interface ModelCatalog {
  readonly facts: (target: Target) => ModelFacts
  /** `null` when the price is not known. */
  readonly costNanoUsd: (target: Target, usage: Usage) => number | null
  /** What a request is likely to cost; `undefined` when the price is not known. */
  readonly estimateNanoUsd: (target: Target, request: ChatRequest) => number | undefined
  readonly countTokens: (request: ChatRequest) => number
}
