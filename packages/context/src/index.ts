export type {
  AnswerFacts,
  AnswerOf,
  BatchOf,
  CacheKinds,
  FetchAnswer,
  FetchedAnswer,
  StreamFolding,
  StreamLike,
  WholeLike,
} from './cache/answer.ts'
export { createRequestKey, type Digest, type KeyOptions, type KeyParts, neutralFields } from './cache/key/request-key.ts'
export type { WarmingOptions, WarmingResult } from './cache/maintenance/warming.ts'
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
  CacheRequest,
  CacheResult,
  CacheSelector,
  ResponseCache,
  ResponseCacheOptions,
} from './cache/response-cache-types.ts'
export type { MatchedEntry, SemanticMatcher } from './cache/semantic-matcher.ts'
export type { StoredAnswer } from './cache/single-flight/shared-fetch.ts'
export type { CacheEntry, EntryMeta, EntrySelector } from './cache/store/entry.ts'
export {
  type Compressor,
  createEnvelopeCodec,
  type EnvelopeCodec,
  type EnvelopeOptions,
  jsonCodec,
  type ValueCodec,
} from './cache/store/envelope.ts'
export type { LevelStateChange } from './cache/store/guarded-store.ts'
export { sizeOf } from './cache/store/size-of.ts'
export type { CacheStore, StoreFigures } from './cache/store/store.ts'
export type { LevelFigures, RemovedEntries } from './cache/store/tiered-store.ts'
export type { AnalysisFigures } from './condense/analysis-cache.ts'
export type { ConversationRequest, ConversationResult } from './condense/condense-conversation.ts'
export { CondenseError, type CondenseErrorCode } from './condense/condense-error.ts'
export type { CondenseRequest, CondenseResult } from './condense/condense-request.ts'
export { type Condenser, type CondenserOptions, createCondenser, type SlicedOptions } from './condense/create-condenser.ts'
export {
  type ConversationCondenser,
  type ConversationCondenserOptions,
  createConversationCondenser,
} from './condense/create-conversation-condenser.ts'
export {
  createModelCondenser,
  type ModelCondenser,
  type ModelCondenserOptions,
  type ModelFallback,
  type ModelRequest,
  type ModelResult,
} from './condense/create-model-condenser.ts'
export type { ConversationMessage, ConversationPart, ConversationRole, ConversationToolCall } from './condense/message.ts'
export type { Kept, Preservation } from './condense/preservation.ts'
export type { SliceDeps } from './condense/steps.ts'
export type { Complete } from './condense/write-summary.ts'
export type { Deps } from './deps.ts'
export type { LeakSuspicion } from './memory/heap-trend.ts'
export type { Collection, MemoryEvent } from './memory/memory-event.ts'
export { createMemoryManager, type MemoryFigures, type MemoryManager } from './memory/memory-manager.ts'
export type { MemoryManagerOptions } from './memory/memory-options.ts'
export type { MemoryReading } from './memory/memory-reading.ts'
export type { MemoryPressure } from './memory/pressure.ts'
export type { Shed, Shedder } from './memory/shedding.ts'
export {
  createSemanticIndex,
  type SemanticFigures,
  type SemanticIndex,
  type SemanticIndexOptions,
  type SemanticMatch,
} from './semantic/semantic-index.ts'
export {
  createSemanticLookup,
  type Embed,
  type SemanticEvent,
  type SemanticLookup,
  type SemanticLookupOptions,
  type SemanticQuestion,
  type SemanticScope,
} from './semantic/semantic-lookup.ts'
export type { SemanticMessage, SemanticRequest } from './semantic/split-question.ts'
export type { SemanticEntry } from './semantic/vector-partition.ts'
export {
  createSummaryCache,
  type SummaryCache,
  type SummaryCacheDeps,
  type SummaryCacheFigures,
  type SummaryCacheOptions,
  type SummaryCodec,
} from './summary-cache/create-summary-cache.ts'
export {
  type CachedRequest,
  type CachedResult,
  type CondenseAny,
  type WithSummaryCacheOptions,
  withSummaryCache,
} from './summary-cache/with-summary-cache.ts'
export { type CountableMessage, type CountablePart, type CountableTool, countConversation } from './tokens/count-conversation.ts'
export { tokenUpperBound } from './tokens/token-bound.ts'
export { countTokens, createTokenCounter, type TokenCounter, type TokenCounterOptions } from './tokens/token-counter.ts'
export type { TokenFamilyName } from './tokens/token-family.ts'
