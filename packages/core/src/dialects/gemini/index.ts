import type { Dialect } from '../dialect.ts'
import { fromGeminiEmbeddings, toGeminiEmbeddings } from './embeddings.ts'
import { fromGeminiError } from './error.ts'
import { fromGeminiModels } from './models.ts'
import { toGeminiRequest } from './request.ts'
import { fromGeminiResponse } from './response.ts'
import { type GeminiStreamState, onGeminiEnd, onGeminiEvent, startGeminiStream } from './stream.ts'

/** Google's `generateContent`, for Gemini and Vertex. */
export const gemini: Dialect<GeminiStreamState> = {
  id: 'gemini',
  framing: 'sse',
  upstream: {
    toRequest: toGeminiRequest,
    fromResponse: fromGeminiResponse,
    isForwardable: () => false,
    startStream: startGeminiStream,
    onEvent: onGeminiEvent,
    onEnd: onGeminiEnd,
  },
  fromError: fromGeminiError,
  codecs: { embeddings: { toRequest: toGeminiEmbeddings, fromResponse: fromGeminiEmbeddings } },
  models: { fromResponse: fromGeminiModels },
}
