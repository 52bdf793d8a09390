import { invalidResponse } from '../../errors/provider-error.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../../operations/embeddings.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readString } from '../../wire/json.ts'
import type { DecodeContext, EncodedRequest, EncodeTarget } from '../dialect.ts'
import { textsOf, toVector } from '../shared/embedding-texts.ts'

/** Writes a request for `POST /api/embed`. @throws InvalidRequestError when the input is token ids */
export function toOllamaEmbeddings(request: EmbeddingRequest, target: EncodeTarget): EncodedRequest {
  return {
    body: {
      model: target.model,
      input: textsOf(request),
      ...(request.dimensions !== undefined && { dimensions: request.dimensions }),
    },
    dropped: [
      ...(request.user === undefined ? [] : ['user']),
      ...(request.inputType === undefined ? [] : ['input_type']),
      ...Object.keys(request.extras ?? {}),
    ],
  }
}

/** `/api/embed` gives a list of vectors, the older `/api/embeddings` just one. */
function vectorsOf(body: JsonObject): EmbeddingResponse['vectors'] | undefined {
  const single = readArray(body, 'embedding')
  return readArray(body, 'embeddings')?.map(toVector) ?? (single && [toVector(single)])
}

/** Reads an answer of either path. @throws ProviderError `invalid_response` when it has no vectors */
export function fromOllamaEmbeddings(body: unknown, context: DecodeContext): EmbeddingResponse {
  const vectors = isJsonObject(body) ? vectorsOf(body) : undefined
  if (!isJsonObject(body) || vectors === undefined) throw invalidResponse('The answer has no embeddings.')
  const inputTokens = readNumber(body, 'prompt_eval_count')
  return {
    model: readString(body, 'model') || context.model,
    vectors,
    usage: inputTokens === undefined ? undefined : { inputTokens, totalTokens: inputTokens },
  }
}
