import type { ClientChat, Dialect } from '../dialect.ts'
import { fromOpenAiError, toOpenAiErrorBody } from '../openai-chat/error.ts'
import { toResponsesRequest } from './request.ts'
import { fromResponsesRequest } from './request-decode.ts'
import { fromResponsesResponse, repairResponseObject } from './response-decode.ts'
import { toResponsesResponse } from './response-object.ts'
import { onResponsesEvent, type ResponsesStreamState, startResponsesStream } from './stream.ts'
import {
  afterForwardedEvents,
  endResponsesStream,
  onResponsesChunk,
  type ResponsesEncodeState,
  startResponsesEncoder,
  toResponsesErrorEvent,
} from './stream-encode.ts'

/** OpenAI Responses as clients speak it; the last event carries the whole response, so there is no end mark. */
export const openAiResponsesClient: ClientChat<ResponsesEncodeState> = {
  fromRequest: fromResponsesRequest,
  toResponse: toResponsesResponse,
  startStream: startResponsesEncoder,
  onChunk: onResponsesChunk,
  onEnd: endResponsesStream,
  endMark: '',
  toErrorBody: toOpenAiErrorBody,
  afterForwarded: afterForwardedEvents,
  toErrorEvent: toResponsesErrorEvent,
}

/** OpenAI Responses, both ways. */
export const openAiResponses: Dialect<ResponsesStreamState, ResponsesEncodeState> = {
  id: 'openai-responses',
  framing: 'sse',
  upstream: {
    toRequest: toResponsesRequest,
    fromResponse: fromResponsesResponse,
    repair: repairResponseObject,
    startStream: startResponsesStream,
    onEvent: onResponsesEvent,
    onEnd: () => [],
  },
  client: openAiResponsesClient,
  fromError: fromOpenAiError,
}
