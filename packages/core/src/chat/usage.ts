/** How a provider says that it served a call, as far as prices depend on it. */
export interface ServedAs {
  /** The service tier: `flex`, `priority`, `batch`, `fast`, …; `undefined` for the standard one. */
  readonly tier?: string | undefined
  /** Where inference was kept: `us`, `eu`, …; `undefined` when it was not kept anywhere. */
  readonly geo?: string | undefined
}

/**
 * What an answer consumed, counted as OpenAI counts: `inputTokens` includes cached and cache-write tokens,
 * `outputTokens` includes reasoning tokens. The parts are kept apart because they are priced apart.
 */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly totalTokens: number
  /** Input tokens read from the provider's prompt cache; part of `inputTokens`. */
  readonly cachedInputTokens?: number | undefined
  /** Input tokens written to the provider's prompt cache; part of `inputTokens`. */
  readonly cacheWriteTokens?: number | undefined
  /** Those of `cacheWriteTokens` kept for an hour (Anthropic prices them apart). */
  readonly cacheWriteOneHourTokens?: number | undefined
  /** Output tokens spent on reasoning; part of `outputTokens`. */
  readonly reasoningTokens?: number | undefined
  readonly audioInputTokens?: number | undefined
  readonly audioOutputTokens?: number | undefined
  readonly imageInputTokens?: number | undefined
  readonly imageOutputTokens?: number | undefined
  /** What some providers of rerank bill by: one query over up to 100 documents (Cohere). */
  readonly searchUnits?: number | undefined
  /** Searches of the web that the provider's own tool made. */
  readonly webSearches?: number | undefined
  /** The tokens that are charged, where the provider charges others than it counts (Cohere). */
  readonly billedInputTokens?: number | undefined
  readonly billedOutputTokens?: number | undefined
  readonly served?: ServedAs | undefined
  /** What the provider says that the call cost, in billionths of a dollar. */
  readonly toldNanoUsd?: number | undefined
}

/** A count that a provider states can be one: a whole number, not negative, that sums hold exactly. */
export function isCount(value: number): boolean {
  return value >= 0 && value <= 1e12 && Math.floor(value) === value
}
