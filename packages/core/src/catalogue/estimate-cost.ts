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
