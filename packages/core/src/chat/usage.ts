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
  /** What some providers of rerank bill by: one query over up to 100 documents (Cohere). */
  readonly searchUnits?: number | undefined
}
