import { costOf } from './cost-of.ts'
import type { ModelPrice } from './price.ts'

/** A call before it is made. */
export interface ExpectedUse {
  /** All input, cached or not. */
  readonly inputTokens: number
  /** Those that the provider is expected to have in its prompt cache. */
  readonly cachedInputTokens?: number | undefined
  readonly expectedOutputTokens: number
  /** Counted where a price of search units is known, and where there are no tokens. */
  readonly searchUnits?: number | undefined
}

/**
 * What a call will probably cost, in nano-dollars: what cost routing compares.
 *
 * @returns `null` when the price is not known.
 */
export function estimateCost(expected: ExpectedUse, price: ModelPrice | null): number | null {
  const { inputTokens, cachedInputTokens, expectedOutputTokens: outputTokens, searchUnits } = expected
  const usage = { inputTokens, cachedInputTokens, outputTokens, totalTokens: inputTokens + outputTokens, searchUnits }
  return costOf(usage, price)?.nanoUsd ?? null
}
