import type { EmbeddingRequest, EmbeddingResponse } from '../../embedding/embedding.ts'
import { badAnswer, type UpstreamFault } from '../../errors/provider-error.ts'
import type { ModelPage } from '../../models/model.ts'
import { isJsonObject, readArray, readNumber, readString } from '../../wire/json.ts'
import { textsOf, toVector } from '../cohere-chat/embeddings.ts'
import type { DecodeContext, Dialect, EncodedRequest, EncodeTarget } from '../dialect.ts'
import { retryAfterOf } from '../shared/retry-after.ts'
import { toOllamaRequest } from './request.ts'
import { fromOllamaResponse, type OllamaStreamState, onOllamaEvent, startOllamaStream } from './response.ts'

function fromOllamaError(_status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamFault {
  const error = isJsonObject(body) ? body['error'] : undefined
  const message = typeof error === 'string' ? error : isJsonObject(error) ? (readString(error, 'message') ?? '') : ''
  return { message, retryAfterMs: retryAfterOf(headers) }
}

function toOllamaEmbeddings(request: EmbeddingRequest, target: EncodeTarget): EncodedRequest {
  const body = { model: target.model, input: textsOf(request), ...(request.dimensions !== undefined && { dimensions: request.dimensions }) }
  return { body, dropped: request.user === undefined ? [] : ['user'] }
}

/** `/api/embed` gives a list of vectors, the older `/api/embeddings` one. */
function fromOllamaEmbeddings(body: unknown, context: DecodeContext): EmbeddingResponse {
  const many = isJsonObject(body) ? readArray(body, 'embeddings') : undefined
  const one = isJsonObject(body) ? readArray(body, 'embedding') : undefined
  if (!isJsonObject(body) || (many === undefined && one === undefined)) throw badAnswer('The answer has no embeddings.')
  const inputTokens = readNumber(body, 'prompt_eval_count')
  const vectors = many === undefined ? [toVector(one ?? [])] : many.map(toVector)
  return { model: readString(body, 'model') || context.model, vectors, usage: inputTokens === undefined ? undefined : { inputTokens, totalTokens: inputTokens } }
}

function fromOllamaModels(body: unknown): ModelPage {
  const list = isJsonObject(body) ? readArray(body, 'models') : undefined
  if (list === undefined) throw badAnswer('The model list has no models.')
  return {
    models: list.filter(isJsonObject).flatMap((model) => {
      const id = readString(model, 'model') ?? readString(model, 'name')
      return id === undefined ? [] : [{ id, name: readString(model, 'name') }]
    }),
  }
}

/** Ollama's own API: newline-delimited JSON, arguments as objects. */
export const ollama: Dialect<OllamaStreamState> = {
  id: 'ollama',
  framing: 'ndjson',
  upstream: {
    toRequest: toOllamaRequest,
    fromResponse: fromOllamaResponse,
    isForwardable: () => false,
    startStream: startOllamaStream,
    onEvent: onOllamaEvent,
    onEnd: () => [],
  },
  fromError: fromOllamaError,
  embeddings: { toRequest: toOllamaEmbeddings, fromResponse: fromOllamaEmbeddings },
  models: { fromResponse: fromOllamaModels },
}
