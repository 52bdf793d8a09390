import { invalidResponse } from '../../errors/provider-error.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../../operations/embeddings.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject } from '../../wire/json.ts'
import type { DecodeContext, EncodedRequest, EncodeTarget } from '../dialect.ts'
import { textsOf, toVector } from '../shared/embedding-texts.ts'

/** Cohere requires an input type; a document to be searched is the most common. */
const defaultInputType = 'search_document'

/** Writes a request for `POST /v2/embed`. @throws InvalidRequestError when the input is token ids */
export function toCohereEmbeddings(request: EmbeddingRequest, target: EncodeTarget): EncodedRequest {
  return {
    body: {
      model: target.model,
      texts: textsOf(request),
      input_type: request.inputType ?? defaultInputType,
      embedding_types: ['float'],
      ...(request.dimensions !== undefined && { output_dimension: request.dimensions }),
    },
    dropped: [...(request.user === undefined ? [] : ['user']), ...Object.keys(request.extras ?? {})],
  }
}

/** v2 names lists of vectors by their type, v1 gives one bare list. */
function listOf(body: JsonObject): readonly JsonValue[] | undefined {
  const byType = readObject(body, 'embeddings')
  return byType === undefined ? readArray(body, 'embeddings') : readArray(byType, 'float')
}

function usageOf(body: JsonObject): EmbeddingResponse['usage'] {
  const billed = readObject(readObject(body, 'meta') ?? {}, 'billed_units')
  const texts = billed && readNumber(billed, 'input_tokens')
  const images = billed && readNumber(billed, 'image_tokens')
  if (texts === undefined && images === undefined) return undefined
  const inputTokens = (texts ?? 0) + (images ?? 0)
  return { inputTokens, totalTokens: inputTokens }
}

/** Reads an answer of v2 or v1. @throws ProviderError `invalid_response` when it has no vectors */
export function fromCohereEmbeddings(body: unknown, context: DecodeContext): EmbeddingResponse {
  const list = isJsonObject(body) ? listOf(body) : undefined
  if (!isJsonObject(body) || list === undefined) throw invalidResponse('The answer has no embeddings.')
  return { model: context.model, vectors: list.map(toVector), usage: usageOf(body) }
}
