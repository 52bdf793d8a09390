export type { AbortSource } from './call/abort-source.ts'
export type { AttemptScope } from './call/attempt-scope.ts'
export { type AttemptTimeouts, defaultTimeouts } from './call/attempt-timeouts.ts'
export type {
  Attempt,
  AttemptReason,
  CacheDirectives,
  CacheOutcome,
  Call,
  CallAnnotations,
  CondensationOutcome,
  Principal,
  RouteOverrides,
  SharedWork,
} from './call/call.ts'
export { type CallDeps, type CallOptions, type OpenCall, openCall } from './call/open-call.ts'
export {
  type AnyOperation,
  type Awaitable,
  type ChatHandler,
  compose,
  type Filter,
  type FilterFor,
  type Handler,
  type Operation,
  onlyFor,
  type RouteProfile,
  type TargetHandler,
} from './call/operation.ts'
export type { Receipt } from './call/receipt.ts'
export { createReceiptQueue, type ReceiptQueue } from './call/receipt-queue.ts'
export {
  type CatalogueEntry,
  catalogueOf,
  type ListedForCatalogue,
  publicModelIds,
  publicTypes,
  toCatalogueEntry,
} from './catalogue/catalogue-entry.ts'
export { type Cost, type CostOptions, costOf } from './catalogue/cost-of.ts'
export { type ExpectedTokens, estimateCost } from './catalogue/estimate-cost.ts'
export type { ModelKey } from './catalogue/find-model.ts'
export type { ModelOverrides } from './catalogue/model-overrides.ts'
export type { LongContextRates, ModelPrice, RateCard, Rates } from './catalogue/price.ts'
export { type PricedModel, priceOf } from './catalogue/price-of.ts'
export {
  type CataloguePage,
  type CatalogueQuery,
  type CatalogueSortKey,
  catalogueSortKeys,
  searchCatalogue,
} from './catalogue/search-catalogue.ts'
export type { TokenClasses } from './catalogue/token-classes.ts'
export { type BlastRadius, createFaultInjector, type FaultInjector, type FaultPlan } from './chaos/fault-injector.ts'
export { type FaultSeverity, type FaultType, faultTypes, type InjectedFault } from './chaos/injected-fault.ts'
export { createSeededRandom } from './chaos/seeded-random.ts'
export type { AnyAnswer, ChatAnswer, ChunkBatch, RawAnswer, StreamAnswer, WholeAnswer } from './chat/answer.ts'
export type { ChatChunk } from './chat/chunk.ts'
export type { DialectId } from './chat/dialect-id.ts'
export { expectedOutputTokens } from './chat/expected-output.ts'
export type { Finish, FinishReason } from './chat/finish-reason.ts'
export { fromChunks } from './chat/from-chunks.ts'
export type {
  AssistantMessage,
  AudioPart,
  CacheBreakpoint,
  FilePart,
  FunctionTool,
  ImagePart,
  MediaSource,
  Message,
  ReasoningBlock,
  SystemMessage,
  TextPart,
  Tool,
  ToolCall,
  ToolChoice,
  ToolMessage,
  ToolResultPart,
  UserMessage,
  UserPart,
  VendorTool,
} from './chat/message.ts'
export type { ModelInfo } from './chat/model-info.ts'
export type { ChatParameterName, ChatParameters, ChatRequest, ReasoningRequest, ResponseFormat } from './chat/request.ts'
export type { ChatResponse, Choice, TokenLogprob } from './chat/response.ts'
export { keepBytes } from './chat/source.ts'
export { toChunks } from './chat/to-chunks.ts'
export type { Usage } from './chat/usage.ts'
export { type Deps, systemDeps } from './deps.ts'
export { anthropicMessages, anthropicMessagesClient } from './dialects/anthropic-messages/index.ts'
export type { Capabilities } from './dialects/capabilities.ts'
export type { ClientChat, ClientContext, ClientError, Dialect } from './dialects/dialect.ts'
export { fromClientModeration, toClientModeration } from './dialects/moderations/client.ts'
export { openAiChat, openAiChatClient } from './dialects/openai-chat/index.ts'
export { openAiResponses, openAiResponsesClient } from './dialects/openai-responses/index.ts'
export { fromClientRerank, toClientRerank } from './dialects/rerank/client.ts'
export { toBase64Floats } from './dialects/shared/base64-floats.ts'
export { createEngine, type Engine, type ListedModel } from './engine/engine.ts'
export type { EngineOptions } from './engine/engine-options.ts'
export { createEngineState, type EngineState, type EngineStateOptions } from './engine/engine-state.ts'
export type { ProviderReport, TargetReport } from './engine/health-report.ts'
export { type ErrorCodeMeaning, type ErrorFault, meaningOf } from './errors/error-code.table.ts'
export type { FailurePolicy } from './errors/failure.table.ts'
export type { FailureClass } from './errors/failure-class.ts'
export { InvalidRequestError } from './errors/invalid-request-error.ts'
export { failurePolicyOf, isProviderError, ProviderError } from './errors/provider-error.ts'
export { type ErrorCode, isProxyApiError, ProxyApiError } from './errors/proxy-api-error.ts'
export { toProxyApiError } from './errors/to-proxy-api-error.ts'
export { chat } from './operations/chat.ts'
export { type EmbeddingAnswer, type EmbeddingRequest, type EmbeddingResponse, embeddings } from './operations/embeddings.ts'
export {
  defaultModerationModel,
  type ModerationAnswer,
  type ModerationRequest,
  type ModerationResponse,
  type ModerationResult,
  moderations,
} from './operations/moderations.ts'
export { type RerankAnswer, type RerankRequest, type RerankResponse, type RerankResult, rerank } from './operations/rerank.ts'
export type { CredentialName, CredentialSet, EnvOption, ProviderDefinition, ProviderEnv } from './providers/definition.ts'
export type { ProviderOptions } from './providers/options.ts'
export type { ConfiguredModel, Provider, Recovery } from './providers/provider.ts'
export { providerRow, providerTable, providerTypes } from './providers/registry.ts'
export type { CircuitBreakerOptions, CircuitState } from './resilience/circuit-breaker.ts'
export {
  createFairQueue,
  type FairQueue,
  type FairQueueOptions,
  type QueueEntry,
  type QueueRejection,
} from './resilience/fair-queue.ts'
export type { Release } from './resilience/tenant-slots.ts'
export type { EngineEvent, OnEngineEvent, ShedReason } from './routing/engine-event.ts'
export type { ModelCatalog } from './routing/model-catalog.ts'
export type { ModelFacts } from './routing/model-facts.ts'
export type { FallbackChains, FallbackKind } from './routing/plan.ts'
export {
  defaultRouting,
  type HedgeOptions,
  type RetryOptions,
  type RoutingOptions,
  type RoutingSettings,
  type SlotOptions,
} from './routing/routing-options.ts'
export { isStrategyName, type StrategyName, strategyNames } from './routing/strategies/strategy-name.ts'
export type { Target } from './routing/target.ts'
export type { TargetFilter, TargetFilterContext } from './routing/target-filter.ts'
export type { VirtualModel } from './routing/virtual-model.ts'
export { type BatchWatcher, watchBatches } from './stream/watch-batches.ts'
export { createFetchTransport } from './transport/fetch-transport.ts'
export type { ByteSource, Transport, TransportAnswer, TransportExchange, TransportRequest } from './transport/transport.ts'
export { isTransportError, TransportError } from './transport/transport-error.ts'
export type { JsonObject, JsonValue } from './wire/json.ts'
