import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../../operations/embeddings.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject } from '../../wire/json.ts'
import type { DecodeContext, EncodedRequest, EncodeTarget } from '../dialect.ts'
import { textsOf, toVector } from '../shared/embedding-texts.ts'

/*
 * InvokeModel has no common shape. Cohere's models take and give lists, in the words of Cohere's first API; Amazon's Titan
 * takes one text at a time.
 */
function toCohere(request: EmbeddingRequest, texts: readonly string[], model: string): EncodedRequest {
  // The third generation knows one size only.
  const sized = request.dimensions !== undefined && /embed-v[4-9]/.test(model)
  return {
    body: { texts, input_type: request.inputType ?? 'search_document', ...(sized && { output_dimension: request.dimensions }) },
    dropped: request.dimensions === undefined || sized ? [] : ['dimensions'],
  }
}

function toTitan(request: EmbeddingRequest, texts: readonly string[], model: string): EncodedRequest {
  const [text] = texts
  if (text === undefined || texts.length > 1) {
    throw new InvalidRequestError(`input has ${texts.length} texts; ${model} embeds one at a time.`, 'input')
  }
  const sized = request.dimensions !== undefined && !/titan-embed-(g1-)?text-v?0?1/.test(model)
  return {
    body: { inputText: text, ...(sized && { dimensions: request.dimensions }) },
    dropped: [
      ...(request.dimensions === undefined || sized ? [] : ['dimensions']),
      ...(request.inputType === undefined ? [] : ['input_type']),
    ],
  }
}

/** @throws InvalidRequestError for token ids, and for several texts where the model takes one */
export function toBedrockEmbeddings(request: EmbeddingRequest, target: EncodeTarget): EncodedRequest {
  const texts = textsOf(request)
  const { body, dropped } = target.model.includes('cohere.')
    ? toCohere(request, texts, target.model)
    : toTitan(request, texts, target.model)
  return { body, dropped: [...dropped, ...(request.user === undefined ? [] : ['user']), ...Object.keys(request.extras ?? {})] }
}

/** Titan's one vector, Cohere's list, or its list by type. */
function listOf(body: JsonObject): readonly JsonValue[] | undefined {
  const one = readArray(body, 'embedding')
  if (one !== undefined) return [one]
  const byType = readObject(body, 'embeddings')
  return byType === undefined ? readArray(body, 'embeddings') : readArray(byType, 'float')
}

/** Titan counts in the body, all others in a header. */
function usageOf(body: JsonObject, context: DecodeContext): EmbeddingResponse['usage'] {
  const inputTokens = readNumber(body, 'inputTextTokenCount') ?? Number(context.headers?.['x-amzn-bedrock-input-token-count'] ?? Number.NaN)
  return Number.isFinite(inputTokens) ? { inputTokens, totalTokens: inputTokens } : undefined
}

/** @throws ProviderError `invalid_response` when there are no embeddings */
export function fromBedrockEmbeddings(body: unknown, context: DecodeContext): EmbeddingResponse {
  const list = isJsonObject(body) ? listOf(body) : undefined
  if (!isJsonObject(body) || list === undefined) throw invalidResponse('The answer has no embeddings.')
  return { model: context.model, vectors: list.map(toVector), usage: usageOf(body, context) }
}
