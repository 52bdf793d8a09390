import type { EmbeddingRequest, EmbeddingResponse } from '../../embedding/embedding.ts'
import { badAnswer } from '../../errors/provider-error.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonValue, readArray, readNumber, readObject } from '../../wire/json.ts'
import type { DecodeContext, EncodedRequest, EncodeTarget } from '../dialect.ts'

function isText(input: string | readonly number[]): input is string {
  return typeof input === 'string'
}

/** Texts only: Cohere has its own tokens. @throws InvalidRequestError */
export function textsOf(request: EmbeddingRequest): readonly string[] {
  const texts = request.input.filter(isText)
  if (texts.length === request.input.length) return texts
  throw new InvalidRequestError('input: this provider embeds texts, not token ids.', 'input')
}

export function toCohereEmbeddings(request: EmbeddingRequest, target: EncodeTarget): EncodedRequest {
  return {
    body: {
      model: target.model,
      texts: textsOf(request),
      input_type: request.inputType ?? 'search_document',
      embedding_types: ['float'],
      ...(request.dimensions !== undefined && { output_dimension: request.dimensions }),
    },
    dropped: request.user === undefined ? [] : ['user'],
  }
}

export function toVector(value: JsonValue): readonly number[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []
}

/** v2 names vectors by type; v1 gives a bare list. @throws ProviderError `bad_answer` */
export function fromCohereEmbeddings(body: unknown, context: DecodeContext): EmbeddingResponse {
  const embeddings = isJsonObject(body) ? body['embeddings'] : undefined
  const list = isJsonObject(embeddings) ? (readArray(embeddings, 'float') ?? readArray(embeddings, 'float_')) : Array.isArray(embeddings) ? embeddings : undefined
  if (!isJsonObject(body) || list === undefined) throw badAnswer('The answer has no embeddings.')
  const billed = readObject(readObject(body, 'meta') ?? {}, 'billed_units')
  const inputTokens = billed && readNumber(billed, 'input_tokens')
  return { model: context.model, vectors: list.map(toVector), usage: inputTokens === undefined ? undefined : { inputTokens, totalTokens: inputTokens } }
}
