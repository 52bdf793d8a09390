import type { ChatRequest } from '../chat/request.ts'
import { costOf } from './cost-of.ts'
import type { ModelPrice } from './price.ts'

/** A call before it is made. */
export interface ExpectedTokens {
  /** All input, cached or not. */
  readonly inputTokens: number
  /** Those that the provider is expected to have in its prompt cache. */
  readonly cachedInputTokens?: number | undefined
  readonly expectedOutputTokens: number
}

/**
 * What a call will probably cost, in nano-dollars: what cost routing compares.
 *
 * @returns `null` when the price is not known.
 */
export function estimateCost(expected: ExpectedTokens, price: ModelPrice | null): number | null {
  const { inputTokens, cachedInputTokens, expectedOutputTokens: outputTokens } = expected
  const usage = { inputTokens, cachedInputTokens, outputTokens, totalTokens: inputTokens + outputTokens }
  return costOf(usage, price)?.nanoUsd ?? null
}

/** An assumption: a larger `maxTokens` is usually a limit and not an expectation. */
const usualOutputTokens = 512

/** An assumption as well, in powers of two: reasoning is billed as output, and there is mostly more of it than of the answer. */
const reasoningTokens: Readonly<Record<'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh', number>> = {
  none: 0,
  minimal: 128,
  low: 512,
  medium: 2_048,
  high: 8_192,
  xhigh: 16_384,
}

/**
 * How many tokens an answer will probably have, over all its choices: 512, and what the asked reasoning effort usually takes, but
 * never more than `maxTokens`. A guess for comparing targets, not for billing.
 */
export function expectedOutputTokens({ maxTokens, n = 1, reasoning }: Pick<ChatRequest, 'maxTokens' | 'n' | 'reasoning'>): number {
  const budget = reasoning?.budgetTokens ?? (reasoning?.effort === undefined ? 0 : reasoningTokens[reasoning.effort])
  return n * Math.min(maxTokens ?? Number.POSITIVE_INFINITY, usualOutputTokens + budget)
}
