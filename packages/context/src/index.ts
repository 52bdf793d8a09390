export type { AnswerFacts, CacheKinds, FetchAbort, FetchAnswer, FetchedAnswer, StreamFolding } from './cache/answer.ts'
export type { Digest } from './cache/key/canonical-text.ts'
export { createRequestKey, neutralFields } from './cache/key/request-key.ts'
export { parseBodyControls } from './cache/policy/body-controls.ts'
export { parseCacheControl } from './cache/policy/cache-control.ts'
export { CacheInputError } from './cache/policy/cache-input-error.ts'
export { bothDirectives, type CacheDirectives } from './cache/policy/directives.ts'
export { createResponseCache } from './cache/response-cache.ts'
export type {
  CacheFigures,
  CacheRequest,
  CacheResult,
  CacheSelector,
  ResponseCache,
  ResponseCacheOptions,
} from './cache/response-cache-types.ts'
export type { SemanticMatcher } from './cache/semantic-matcher.ts'
export { type CacheEntry, type EntryMeta, type EntrySelector, isSelected, type KeyedEntry } from './cache/store/entry.ts'
export { type Compressor, createEnvelopeCodec, type EnvelopeCodec, jsonCodec, type ValueCodec } from './cache/store/envelope.ts'
export { sizeOf } from './cache/store/size-of.ts'
export type { CacheStore, StoreFigures } from './cache/store/store.ts'
export type { LevelFigures } from './cache/store/tiered-store.ts'
export type { ConversationResult } from './condense/condense-conversation.ts'
export { CondenseError } from './condense/condense-error.ts'
export type { CondenseRequest, CondenseResult } from './condense/condense-request.ts'
export { type Condenser, createCondenser } from './condense/create-condenser.ts'
export { type ConversationCondenser, createConversationCondenser } from './condense/create-conversation-condenser.ts'
export { createModelCondenser } from './condense/create-model-condenser.ts'
export type { ConversationMessage, ConversationPart, ConversationRole } from './condense/message.ts'
export type { Preservation } from './condense/preservation.ts'
export type { SliceDeps } from './condense/steps.ts'
export type { Complete } from './condense/write-summary.ts'
export type { Deps } from './deps.ts'
export type { Collection, MemoryEvent } from './memory/memory-event.ts'
export { createMemoryManager, type MemoryFigures, type MemoryManager } from './memory/memory-manager.ts'
export type { MemoryManagerOptions } from './memory/memory-options.ts'
export type { MemoryReading } from './memory/memory-reading.ts'
export type { Shedder } from './memory/shedding.ts'
export { createSemanticIndex, type SemanticFigures, type SemanticIndex } from './semantic/semantic-index.ts'
export { createSemanticLookup, type SemanticLookup, type SemanticQuestion } from './semantic/semantic-lookup.ts'
export { createSummaryCache, type SummaryCache } from './summary-cache/create-summary-cache.ts'
export { type CachedRequest, type CachedResult, type CondenseAny, withSummaryCache } from './summary-cache/with-summary-cache.ts'
export {
  type CountableConversation,
  type CountableMessage,
  countConversation,
  countConversationInSlices,
} from './tokens/count-conversation.ts'
export { tokenUpperBound } from './tokens/token-bound.ts'
export { countTokens, createTokenCounter, type TokenCounter } from './tokens/token-counter.ts'
