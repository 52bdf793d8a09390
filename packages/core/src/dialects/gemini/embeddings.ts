import type { EmbeddingRequest, EmbeddingResponse } from '../../embedding/embedding.ts'
import { badAnswer } from '../../errors/provider-error.ts'
import { isJsonObject, readArray, readObject } from '../../wire/json.ts'
import { textsOf, toVector } from '../cohere-chat/embeddings.ts'
import type { DecodeContext, EncodedRequest, EncodeTarget } from '../dialect.ts'

const taskTypes = {
  search_document: 'RETRIEVAL_DOCUMENT',
  search_query: 'RETRIEVAL_QUERY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
} as const

/** Writes a request for `batchEmbedContents`. */
export function toGeminiEmbeddings(request: EmbeddingRequest, target: EncodeTarget): EncodedRequest {
  const requests = textsOf(request).map((text) => ({
    model: `models/${target.model}`,
    content: { parts: [{ text }] },
    ...(request.inputType !== undefined && { taskType: taskTypes[request.inputType] }),
    ...(request.dimensions !== undefined && { outputDimensionality: request.dimensions }),
  }))
  return { body: { requests }, dropped: request.user === undefined ? [] : ['user'] }
}

/** Reads the batch's list, or the one vector of `embedContent`. @throws ProviderError `bad_answer` */
export function fromGeminiEmbeddings(body: unknown, context: DecodeContext): EmbeddingResponse {
  const one = isJsonObject(body) ? readObject(body, 'embedding') : undefined
  const many = isJsonObject(body) ? readArray(body, 'embeddings')?.filter(isJsonObject) : undefined
  const list = many ?? (one === undefined ? undefined : [one])
  if (list === undefined) throw badAnswer('The answer has no embeddings.')
  return { model: context.model, vectors: list.map((embedding) => toVector(embedding['values'] ?? [])) }
}
