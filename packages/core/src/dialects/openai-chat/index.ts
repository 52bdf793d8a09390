import type { ClientChat, Dialect } from '../dialect.ts'
import { compatibleEmbeddings } from './embeddings.ts'
import { fromOpenAiError, toOpenAiErrorBody } from './error.ts'
import { fromOpenAiModels } from './models.ts'
import { withOwnCallNames } from './own-call-names.ts'
import { repairResponse } from './repair.ts'
import { fromOpenAiRequest } from './request-decode.ts'
import { toOpenAiRequest } from './request-encode.ts'
import { fromOpenAiResponse, toOpenAiResponse } from './response.ts'
import { type OpenAiStreamState, onOpenAiEvent, startOpenAiStream } from './stream.ts'
import { type OpenAiEncodeState, onOpenAiChunk, openAiEndMark, startOpenAiEncoder, toOpenAiErrorEvent } from './stream-encode.ts'

/** Chat Completions as clients speak it. */
export const openAiChatClient: ClientChat<OpenAiEncodeState> = {
  fromRequest: fromOpenAiRequest,
  toResponse: toOpenAiResponse,
  startStream: startOpenAiEncoder,
  onChunk: onOpenAiChunk,
  onEnd: () => openAiEndMark,
  endMark: openAiEndMark,
  toErrorBody: toOpenAiErrorBody,
  toErrorEvent: toOpenAiErrorEvent,
}

/** OpenAI Chat Completions, both ways; also the language of Azure, Grok, Mistral, Groq, DeepSeek, OpenRouter and many more. */
export const openAiChat: Dialect<OpenAiStreamState, OpenAiEncodeState> = {
  id: 'openai-chat',
  framing: 'sse',
  upstream: {
    toRequest: toOpenAiRequest,
    fromResponse: fromOpenAiResponse,
    repair: repairResponse,
    withOwnCallNames,
    startStream: startOpenAiStream,
    onEvent: onOpenAiEvent,
    onEnd: () => [],
  },
  client: openAiChatClient,
  fromError: fromOpenAiError,
  codecs: { embeddings: compatibleEmbeddings },
  models: { fromResponse: fromOpenAiModels },
}
