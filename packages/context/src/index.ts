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
export { countTokens, createTokenCounter, type TokenCounter, type TokenCounterOptions } from './tokens/token-counter.ts'
export type { TokenFamilyName } from './tokens/token-family.ts'
