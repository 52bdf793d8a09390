import type { ChatChunk } from '../chat/chunk.ts'
import type { DialectId } from '../chat/dialect-id.ts'
import type { ModelPage } from '../chat/model-info.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatResponse } from '../chat/response.ts'
import type { UpstreamError } from '../errors/provider-error.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../operations/embeddings.ts'
import type { ModerationRequest, ModerationResponse } from '../operations/moderations.ts'
import type { RerankRequest, RerankResponse } from '../operations/rerank.ts'
import type { JsonObject } from '../wire/json.ts'
import type { WireEvent } from '../wire/wire-event.ts'
import type { Capabilities } from './capabilities.ts'
import type { CallNames } from './shared/renamed-calls.ts'

/** The target that a request is encoded for. */
export interface EncodeTarget {
  /** The provider's own name of the model. */
  readonly model: string
  readonly capabilities: Capabilities
  readonly stream: boolean
  /** Something in the body will be changed: the client's own bytes are of no use. */
  readonly isBodyNeeded?: boolean | undefined
}

/** A request body in a wire language, and what became of its parameters (in the client's OpenAI spelling). */
export interface EncodedRequest {
  readonly body: JsonObject
  /** Parameters that it had no place for. */
  readonly dropped: readonly string[]
  /** Parameters that it carries with another value or in another form than the client's; `undefined` when there are none. */
  readonly changed?: readonly string[] | undefined
  /** The same body as bytes: the client's own, where only some pieces had to change. */
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined
  /** Headers that the body needs. What the provider's row and configuration say goes before them. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What a decoder needs from outside, since it has no clock and no randomness. */
export interface DecodeContext {
  /** The model that was asked, for providers that do not repeat it. */
  readonly model: string
  readonly newId: () => string
  /** Lower-cased response headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The time, for answers that do not say when they were made; `undefined` writes 0. */
  readonly nowSeconds?: (() => number) | undefined
}

/** A pure step of a stream decoder. */
export interface DecodeStep<State> {
  readonly state: State
  readonly chunks: readonly ChatChunk[]
  /** True when the event's own bytes are valid and complete for a client of the same dialect. */
  readonly forward: boolean
  /** The event's data in a form that is, where its own bytes are not: only the wrong pieces are written anew. */
  readonly rewritten?: string | undefined
  /** True when the dialect's end mark was seen: whatever follows is ignored. */
  readonly done?: boolean | undefined
}

/** How a dialect's chat is spoken towards a provider. Pure: no I/O, no clock, no randomness. */
export interface UpstreamChat<State> {
  readonly toRequest: (request: ChatRequest, target: EncodeTarget) => EncodedRequest
  /** @throws ProviderError `invalid_response` when the body is no answer of this dialect. */
  readonly fromResponse: (body: unknown, context: DecodeContext) => ChatResponse
  /** Whether a whole body, already read by `fromResponse`, may go to a client of the same dialect as it is; `undefined` is never. */
  readonly isForwardable?: ((body: unknown) => boolean) | undefined
  /**
   * The form in which a whole body goes to a client of the same dialect: itself where nothing is wrong with it, else a copy with only
   * the wrong pieces written anew. Stands in the place of `isForwardable`.
   */
  readonly repair?: ((body: unknown, response: ChatResponse, context: DecodeContext) => JsonObject | undefined) | undefined
  /** A client's own body with other names of its tools and ids of its calls; `undefined` sends it on as it is. */
  readonly withOwnCallNames?: ((body: JsonObject, callNames: CallNames) => JsonObject) | undefined
  startStream(context: DecodeContext): State
  /** @throws ProviderError `invalid_response` for an event that breaks the dialect's grammar beyond skipping. */
  onEvent(state: State, event: WireEvent): DecodeStep<State>
  /** Returns the chunks that remain when the body ends. The caller judges a stream without a finish. */
  onEnd(state: State): readonly ChatChunk[]
}

/** What a client encoder needs from outside. */
export interface ClientContext {
  readonly newId: () => string
  readonly nowSeconds: number
  /** The client asked for usage at the end of the stream (OpenAI `stream_options.include_usage`). */
  readonly includeUsage: boolean
  /** The model as the client named it, for answers that carry none. */
  readonly model: string
  /** What the client asked, for answers that repeat it. */
  readonly request?: ChatRequest | undefined
}

export interface EncodeStep<State> {
  readonly state: State
  /** Whole SSE events to write now; '' for none. */
  readonly text: string
}

/** An error as a client of a dialect sees it. */
export interface ClientError {
  readonly status: number
  readonly type: string
  readonly message: string
  readonly code: string | null
  readonly param: string | null
  readonly requestId?: string | undefined
}

/** The headers of a client's request. */
export interface HeaderReader {
  /** `undefined` when it was not sent. Names are in lower case. */
  header(name: string): string | undefined
}

/** How a dialect's chat is spoken towards a client. Pure as well. */
export interface ClientChat<State> {
  /** @throws InvalidRequestError naming the field. `body` has passed the edge's schema. */
  readonly fromRequest: (body: JsonObject, headers?: HeaderReader) => ChatRequest
  readonly toResponse: (response: ChatResponse, context: ClientContext) => JsonObject
  startStream(context: ClientContext): State
  onChunk(state: State, chunk: ChatChunk): EncodeStep<State>
  /** The state after a provider's own events were sent on, by the last of them, where the dialect numbers its events. */
  afterForwarded?(state: State, lastSent: string): State
  /** After the last chunk of a stream that ended well: the events that end it, end mark included. */
  onEnd(state: State): string
  /** The end mark alone, for a stream whose own bytes were sent on (OpenAI's `[DONE]`; '' where there is none). */
  readonly endMark: string
  readonly toErrorBody: (error: ClientError) => JsonObject
  /** The one event that ends a broken stream: never followed by an end mark. */
  toErrorEvent(error: ClientError, state: State): string
}

/** How an operation without a stream is spoken towards a provider. Pure. */
export interface OperationCodec<Request, Response> {
  /** @throws InvalidRequestError when the provider has no way to serve the request. */
  readonly toRequest: (request: Request, target: EncodeTarget) => EncodedRequest
  /**
   * `request` is the one that was encoded: some answers refer to its parts by position.
   * @throws ProviderError `invalid_response`
   */
  readonly fromResponse: (body: unknown, context: DecodeContext, request: Request) => Response
  /** Whether a whole body, already read by `fromResponse`, is fit for a client of the dialect as it is; `undefined` is never. */
  readonly isForwardable?: ((body: unknown, request: Request) => boolean) | undefined
  /** The form in which a whole body goes to a client of the dialect, in the place of `isForwardable`. */
  readonly repair?: ((body: unknown, response: Response, context: DecodeContext) => JsonObject | undefined) | undefined
}

/** The operations of a dialect besides chat. */
export interface OperationCodecs {
  readonly embeddings?: OperationCodec<EmbeddingRequest, EmbeddingResponse> | undefined
  readonly rerank?: OperationCodec<RerankRequest, RerankResponse> | undefined
  readonly moderations?: OperationCodec<ModerationRequest, ModerationResponse> | undefined
}

/*
 * The members that take a state are written as methods, not as function properties: methods are compared bivariantly, so
 * a dialect with a state of its own fits `Dialect` without a cast, and only its own functions ever see that state.
 */

/** One wire language, as a value. */
export interface Dialect<UpstreamState = unknown, ClientState = unknown> {
  readonly id: DialectId
  readonly framing: 'sse' | 'ndjson' | 'aws-event-stream'
  readonly upstream: UpstreamChat<UpstreamState>
  readonly client?: ClientChat<ClientState> | undefined
  /** Reads a refusal (status >= 400) or an error body inside a 200. */
  readonly fromError: (status: number, headers: Readonly<Record<string, string>>, body: unknown) => UpstreamError
  readonly codecs?: OperationCodecs | undefined
  readonly models?: {
    readonly fromResponse: (body: unknown) => ModelPage
  }
}
