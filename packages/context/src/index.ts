export type { AnswerFacts, AnswerOf, BatchOf, CacheKinds, Produce, Produced, StreamFolding, StreamLike, WholeLike } from './cache/answer.ts'
export type { CacheDeps } from './cache/deps.ts'
export type { StoredAnswer } from './cache/flight/flight.ts'
export type { Digest } from './cache/key/request-key.ts'
export { parseBodyControls } from './cache/policy/body-controls.ts'
export { parseCacheControl } from './cache/policy/cache-control.ts'
export { CacheInputError } from './cache/policy/cache-input-error.ts'
export type { CacheabilityPolicy } from './cache/policy/cacheability.ts'
export { bothDirectives, type CacheDirectives } from './cache/policy/directives.ts'
export type { FreshnessOptions } from './cache/policy/freshness.ts'
export { createResponseCache } from './cache/response-cache.ts'
export type {
  CacheClient,
  CacheFigures,
  CacheQuestion,
  CacheResult,
  CacheSelector,
  ResponseCache,
  ResponseCacheOptions,
} from './cache/response-cache-types.ts'
export type { CacheEntry, CacheLevel, EntryMeta, EntrySelector } from './cache/store/entry.ts'
export { type Compressor, createSealer, jsonCodec, type Sealer, type SealerOptions, type ValueCodec } from './cache/store/envelope.ts'
export type { LevelStateChange } from './cache/store/guarded-store.ts'
export { sizeOf } from './cache/store/size-of.ts'
export type { CacheStore, StoreFigures } from './cache/store/store.ts'
export type { LevelFigures, RemovedEntries } from './cache/store/tiered-store.ts'
export type { WarmingOptions, WarmingResult } from './cache/upkeep/warming.ts'
export { type CountableMessage, type CountablePart, type CountableTool, countConversation } from './tokens/count-conversation.ts'
export { countTokens, createTokenCounter, type TokenCounter, type TokenCounterOptions } from './tokens/token-counter.ts'
export type { TokenFamilyName } from './tokens/token-family.ts'
