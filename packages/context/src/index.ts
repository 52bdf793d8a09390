export type { Shed, Shedder } from './memory/clean-up.ts'
export type { MemoryDeps } from './memory/deps.ts'
export type { LeakSuspicion } from './memory/heap-trend.ts'
export type { Collection, MemoryEvent } from './memory/memory-event.ts'
export { createMemoryManager, type MemoryFigures, type MemoryManager } from './memory/memory-manager.ts'
export type { MemoryManagerOptions } from './memory/memory-options.ts'
export type { MemoryReading } from './memory/memory-reading.ts'
export type { MemoryPressure } from './memory/pressure.ts'
export type { SemanticDeps } from './semantic/deps.ts'
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
export type { SemanticEntry } from './semantic/vector-shelf.ts'
export { type CountableMessage, type CountablePart, type CountableTool, countConversation } from './tokens/count-conversation.ts'
export { countTokens, createTokenCounter, type TokenCounter, type TokenCounterOptions } from './tokens/token-counter.ts'
export type { TokenFamilyName } from './tokens/token-family.ts'
