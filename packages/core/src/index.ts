export type { Attempt, AttemptReason, CacheMark, Call, CallMarks, CondensationMark, Principal, RouteOverrides } from './call/call.ts'
export { type CallOptions, type OpenCall, openCall } from './call/open-call.ts'
export type { Receipt } from './call/receipt.ts'
export type { ChatAnswer, ChunkBatch, RawAnswer, StreamAnswer, WholeAnswer } from './chat/answer.ts'
export type { ChatChunk } from './chat/chunk.ts'
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
export type { ChatParameterName, ChatParameters, ChatRequest, ReasoningRequest, ResponseFormat } from './chat/request.ts'
export type { ChatResponse, Choice, TokenLogprob } from './chat/response.ts'
export { toChunks } from './chat/to-chunks.ts'
export type { Usage } from './chat/usage.ts'
export { type Deps, systemDeps } from './deps.ts'
export { anthropicMessages, anthropicMessagesClient } from './dialects/anthropic-messages/index.ts'
export type { Capabilities } from './dialects/capabilities.ts'
export type { ClientChat, ClientContext, ClientError, Dialect } from './dialects/dialect.ts'
export type { DialectId } from './dialects/dialect-id.ts'
export { openAiChat, openAiChatClient } from './dialects/openai-chat/index.ts'
export { openAiResponses, openAiResponsesClient } from './dialects/openai-responses/index.ts'
export { toBase64Floats } from './dialects/shared/base64-floats.ts'
export type { EmbeddingRequest, EmbeddingResponse } from './embedding/embedding.ts'
export { createEngine, type Engine, type EngineOptions, type ListedModel } from './engine/engine.ts'
export type { FailureClass } from './errors/failure-class.ts'
export { InvalidRequestError } from './errors/invalid-request-error.ts'
export { isProviderError, ProviderError } from './errors/provider-error.ts'
export { type ErrorCode, isProxyApiError, ProxyApiError } from './errors/proxy-api-error.ts'
export { type ChatFilter, type ChatHandler, compose } from './filter/handler.ts'
export type { ModelInfo } from './models/model.ts'
export { type AttemptTimeouts, defaultTimeouts, type ProviderOptions } from './providers/options.ts'
export type { ConfiguredModel, Provider } from './providers/provider.ts'
export { providerTable } from './providers/registry.ts'
export type { VirtualModel } from './routing/virtual-model.ts'
export { createFetchTransport } from './transport/fetch-transport.ts'
export type { ByteSource, Transport, TransportAnswer, TransportExchange, TransportRequest } from './transport/transport.ts'
export { isTransportError, TransportError } from './transport/transport-error.ts'
export type { JsonObject, JsonValue } from './wire/json.ts'
