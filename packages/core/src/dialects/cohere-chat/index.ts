import type { Dialect } from '../dialect.ts'
import { cohereRerank } from '../rerank/forms.ts'
import { fromCohereEmbeddings, toCohereEmbeddings } from './embeddings.ts'
import { fromCohereError } from './error.ts'
import { fromCohereModels } from './models.ts'
import { toCohereRequest } from './request.ts'
import { fromCohereResponse } from './response.ts'
import { type CohereStreamState, onCohereEvent, startCohereStream } from './stream.ts'

/** Cohere's v2 chat, embeddings and rerank, towards providers only. */
export const cohereChat: Dialect<CohereStreamState> = {
  id: 'cohere-chat',
  framing: 'sse',
  upstream: {
    toRequest: toCohereRequest,
    fromResponse: fromCohereResponse,
    isForwardable: () => false,
    startStream: startCohereStream,
    onEvent: onCohereEvent,
    onEnd: () => [],
  },
  fromError: fromCohereError,
  codecs: { embeddings: { toRequest: toCohereEmbeddings, fromResponse: fromCohereEmbeddings }, rerank: cohereRerank },
  models: { fromResponse: fromCohereModels },
}
