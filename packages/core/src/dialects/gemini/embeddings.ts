import { invalidResponse } from '../../errors/provider-error.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../../operations/embeddings.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject } from '../../wire/json.ts'
import type { DecodeContext, EncodedRequest, EncodeTarget } from '../dialect.ts'
import { textsOf, toVector } from '../shared/embedding-texts.ts'

const taskTypes = {
  search_document: 'RETRIEVAL_DOCUMENT',
  search_query: 'RETRIEVAL_QUERY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
} as const

/** Writes a request for `batchEmbedContents`. @throws InvalidRequestError when the input is token ids */
export function toGeminiEmbeddings(request: EmbeddingRequest, target: EncodeTarget): EncodedRequest {
  const requests = textsOf(request).map((text) => ({
    model: target.model.includes('/') ? target.model : `models/${target.model}`,
    content: { parts: [{ text }] },
    ...(request.inputType !== undefined && { taskType: taskTypes[request.inputType] }),
    ...(request.dimensions !== undefined && { outputDimensionality: request.dimensions }),
  }))
  return { body: { requests }, dropped: [...(request.user === undefined ? [] : ['user']), ...Object.keys(request.extras ?? {})] }
}

/** The list of a batch, or the one vector of `embedContent`. */
function listOf(body: JsonObject): readonly JsonObject[] | undefined {
  const one = readObject(body, 'embedding')
  return readArray(body, 'embeddings')?.filter(isJsonObject) ?? (one && [one])
}

/** @throws ProviderError `invalid_response` when there are no embeddings */
export function fromGeminiEmbeddings(body: unknown, context: DecodeContext): EmbeddingResponse {
  const list = isJsonObject(body) ? listOf(body) : undefined
  if (!isJsonObject(body) || list === undefined) throw invalidResponse('The answer has no embeddings.')
  const inputTokens = readNumber(readObject(body, 'usageMetadata') ?? {}, 'promptTokenCount')
  return {
    model: context.model,
    vectors: list.map((embedding) => toVector(embedding['values'] ?? [])),
    usage: inputTokens === undefined ? undefined : { inputTokens, totalTokens: inputTokens },
  }
}
