import type { ChatRequest, ReasoningEffort } from './request.ts'

/** An assumption: a larger `maxTokens` is usually a guard and not an expectation. */
const usualOutputTokens = 512

/** An assumption as well, in powers of two: reasoning is billed as output, and usually exceeds the answer. */
const reasoningTokens: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: 128,
  low: 512,
  medium: 2_048,
  high: 8_192,
  xhigh: 16_384,
  max: 32_768,
}

/**
 * How many tokens an answer will probably have, over all its choices: 512, plus what the requested reasoning effort usually takes,
 * but never more than `maxTokens`. A guess for comparing targets, not for billing.
 */
export function expectedOutputTokens({ maxTokens, n = 1, reasoning }: Pick<ChatRequest, 'maxTokens' | 'n' | 'reasoning'>): number {
  const budget = reasoning?.budgetTokens ?? (reasoning?.effort === undefined ? 0 : reasoningTokens[reasoning.effort])
  return n * Math.min(maxTokens ?? Number.POSITIVE_INFINITY, usualOutputTokens + budget)
}
