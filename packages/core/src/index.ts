export type { AbortSource } from './call/abort-source.ts'
export type {
  CacheDirectives,
  CacheOutcome,
  CallAnnotations,
  CondensationOutcome,
  GuardrailOutcome,
  LimitStanding,
  LimitStandings,
  Principal,
  RouteOverrides,
} from './call/annotations.ts'
export type { Attempt, AttemptScope, UsageEstimate } from './call/attempt.ts'
export type { AttemptTimeouts } from './call/attempt-timeouts.ts'
export type { Call } from './call/call.ts'
export type { CallOptions } from './call/call-options.ts'
export type { OpenCall } from './call/open-call.ts'
export {
  type ChatHandler,
  type Filter,
  type FilterFor,
  type Handler,
  type Operation,
  onlyFor,
  type TargetHandler,
} from './call/operation.ts'
export type { Receipt } from './call/receipt.ts'
export type { Deadlines, ModelLimits, Recovery } from './call/target-limits.ts'
export type { PricedUsage } from './catalogue/cost-of.ts'
export type { ModelOverrides } from './catalogue/model-overrides.ts'
export type { AnyAnswer, ChatAnswer, ChunkBatch, StreamAnswer, WholeAnswer } from './chat/answer.ts'
export type { ChatChunk } from './chat/chunk.ts'
export type { FinishReason } from './chat/finish-reason.ts'
export { fromChunks } from './chat/from-chunks.ts'
export type {
  AssistantMessage,
  CacheBreakpoint,
  ImagePart,
  Message,
  SystemMessage,
  TextPart,
  Tool,
  ToolCall,
  ToolChoice,
  ToolMessage,
  UserMessage,
  UserPart,
} from './chat/message.ts'
export type { ModelInfo } from './chat/model-info.ts'
export type { ChatRequest } from './chat/request.ts'
export type { ChatResponse } from './chat/response.ts'
export { toChunks } from './chat/to-chunks.ts'
export type { ServedAs, Usage } from './chat/usage.ts'
export { type Deps, systemDeps } from './deps.ts'
export type { Capabilities } from './dialects/capabilities.ts'
export { createEngine, type Engine, type ListedModel } from './engine/engine.ts'
export type { EngineOptions } from './engine/engine-options.ts'
export type { ProviderReport, TargetReport } from './engine/health-report.ts'
export type { ErrorCode } from './errors/error-code.ts'
export type { FailureClass } from './errors/failure-class.ts'
export { InvalidRequestError } from './errors/invalid-request-error.ts'
export { isProviderError, ProviderError } from './errors/provider-error.ts'
export { isProxyApiError, ProxyApiError } from './errors/proxy-api-error.ts'
export { chat } from './operations/chat.ts'
export { type CountTokensAnswer, countTokens, type TokenCount } from './operations/count-tokens.ts'
export { type EmbeddingAnswer, type EmbeddingRequest, type EmbeddingResponse, embeddings } from './operations/embeddings.ts'
export { type ModerationAnswer, type ModerationRequest, type ModerationResponse, moderations } from './operations/moderations.ts'
export { type RerankAnswer, type RerankRequest, type RerankResponse, rerank } from './operations/rerank.ts'
export { bearer, keyHeader, optionalBearer } from './providers/auth.ts'
export {
  type AuthScheme,
  defineProvider,
  type ProviderDefinition,
  type ProviderEnv,
  type ProviderPaths,
  type WireQuirks,
} from './providers/definition.ts'
export type { ModelListChange, ModelListReport } from './providers/model-discovery.ts'
export type { ProviderOptions } from './providers/options.ts'
export type { ConfiguredModel, Provider } from './providers/provider.ts'
export type { EngineEvent } from './routing/engine-event.ts'
export type { ModelCatalog } from './routing/model-catalog.ts'
export type { RoutingSettings } from './routing/routing-options.ts'
export type { StrategyName } from './routing/strategies/strategy-name.ts'
export type { Target } from './routing/target.ts'
export type { TargetFilter } from './routing/target-filter.ts'
export type { VirtualModel } from './routing/virtual-model.ts'
export { createFetchTransport } from './transport/fetch-transport.ts'
export type { Transport, TransportAnswer, TransportExchange, TransportRequest } from './transport/transport.ts'
export { TransportError } from './transport/transport-error.ts'
