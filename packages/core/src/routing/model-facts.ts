import type { RoutedRequest } from './routed-request.ts'

/** What is known of a target's model before it is asked. `undefined` is unknown and excludes nothing. */
export interface ModelFacts {
  /** Tokens of prompt and answer together. */
  readonly contextLength?: number | undefined
  readonly vision?: boolean | undefined
  readonly tools?: boolean | undefined
}

/** Our estimate may be too high by this share before a target is skipped for it: the provider has the last word. */
const tolerance = 0.9

/** Whether a model can take a request, as far as we know. Tokens are counted only when the window is at risk. */
export function fits(facts: ModelFacts, request: RoutedRequest): boolean {
  const { contextLength, vision, tools } = facts
  if (contextLength === undefined && vision !== false && tools !== false) return true
  const { hasImages, hasTools, maxInputTokens } = request.profile()
  if (hasImages && vision === false) return false
  if (hasTools && tools === false) return false
  if (contextLength === undefined || maxInputTokens * tolerance <= contextLength) return true
  return request.inputTokens() * tolerance <= contextLength
}
