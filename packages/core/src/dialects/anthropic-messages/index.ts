import type { ClientChat, Dialect } from '../dialect.ts'
import { fromAnthropicError, toAnthropicErrorBody, toAnthropicErrorEvent } from './error.ts'
import { fromAnthropicModels } from './models.ts'
import { toAnthropicRequest } from './request.ts'
import { fromAnthropicRequest } from './request-decode.ts'
import { fromAnthropicResponse, isForwardableMessage, toAnthropicResponse } from './response.ts'
import { type AnthropicStreamState, onAnthropicEvent, startAnthropicStream } from './stream.ts'
import {
  type AnthropicEncodeState,
  anthropicEndMark,
  endAnthropicStream,
  onAnthropicChunk,
  startAnthropicEncoder,
} from './stream-encode.ts'

/** Anthropic Messages as clients speak it. */
export const anthropicMessagesClient: ClientChat<AnthropicEncodeState> = {
  fromRequest: fromAnthropicRequest,
  toResponse: toAnthropicResponse,
  startStream: startAnthropicEncoder,
  onChunk: onAnthropicChunk,
  onEnd: endAnthropicStream,
  endMark: anthropicEndMark,
  toErrorBody: toAnthropicErrorBody,
  toErrorEvent: toAnthropicErrorEvent,
}

/** Anthropic Messages, both ways. */
export const anthropicMessages: Dialect<AnthropicStreamState, AnthropicEncodeState> = {
  id: 'anthropic-messages',
  framing: 'sse',
  upstream: {
    toRequest: toAnthropicRequest,
    fromResponse: fromAnthropicResponse,
    isForwardable: isForwardableMessage,
    startStream: startAnthropicStream,
    onEvent: onAnthropicEvent,
    onEnd: () => [],
  },
  client: anthropicMessagesClient,
  fromError: fromAnthropicError,
  models: { fromResponse: fromAnthropicModels },
}
