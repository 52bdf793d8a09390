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

/** Why a model can't take a request, as far as we know; `undefined` when it can. Tokens are counted only when the window is at risk. */
export function misfitOf(facts: ModelFacts, request: RoutedRequest): 'context' | 'capability' | undefined {
  const { contextLength, vision, tools } = facts
  if (contextLength === undefined && vision !== false && tools !== false) return undefined
  const { hasImages, hasTools, maxInputTokens } = request.profile()
  if ((hasImages && vision === false) || (hasTools && tools === false)) return 'capability'
  if (contextLength === undefined || maxInputTokens * tolerance <= contextLength) return undefined
  return request.inputTokens() * tolerance <= contextLength ? undefined : 'context'
}

/** Whether a model can take a request, as far as we know. */
export function fits(facts: ModelFacts, request: RoutedRequest): boolean {
  return misfitOf(facts, request) === undefined
}
