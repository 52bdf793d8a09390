import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { RerankRequest, RerankResponse, RerankResult } from '../../operations/rerank.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray } from '../../wire/json.ts'
import { readCount, readFlag, readName, readText, requireText } from '../shared/client-fields.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { unnamedFields } from '../shared/extras.ts'

const known: ReadonlySet<string> = new Set([
  'model',
  'query',
  'documents',
  'top_n',
  'return_documents',
  'max_tokens_per_doc',
  'rank_fields',
  'user',
])

function isDocument(value: JsonValue): value is string | JsonObject {
  return typeof value === 'string' || isJsonObject(value)
}

function documentsOf(body: JsonObject): RerankRequest['documents'] {
  const documents = readArray(body, 'documents')
  if (documents === undefined) throw new InvalidRequestError('documents is missing or not a list of texts or objects.', 'documents')
  if (documents.length === 0) throw new InvalidRequestError('documents is empty: at least one document is needed.', 'documents')
  const wrong = documents.findIndex((document) => !isDocument(document))
  if (wrong >= 0) throw new InvalidRequestError(`documents[${wrong}] is neither a text nor an object.`, `documents[${wrong}]`)
  return documents.filter(isDocument)
}

function rankFieldsOf(body: JsonObject): readonly string[] | undefined {
  const fields = body['rank_fields']
  if (fields === undefined || fields === null) return undefined
  if (Array.isArray(fields) && fields.every((field) => typeof field === 'string')) return fields
  throw new InvalidRequestError('rank_fields is not a list of texts.', 'rank_fields')
}

/** Reads the body of `POST /v1/rerank` (Cohere's v2 form, with the fields that Jina and Cohere's v1 add). @throws InvalidRequestError */
export function fromClientRerank(body: JsonObject): RerankRequest {
  return {
    model: readName(body, 'model'),
    query: requireText(body, 'query'),
    documents: documentsOf(body),
    topN: readCount(body, 'top_n'),
    returnDocuments: readFlag(body, 'return_documents'),
    maxTokensPerDocument: readCount(body, 'max_tokens_per_doc'),
    rankFields: rankFieldsOf(body),
    user: readText(body, 'user'),
    extras: unnamedFields(body, known),
  }
}

function toWireResult({ index, relevanceScore, document }: RerankResult): JsonObject {
  const result = { index, relevance_score: relevanceScore }
  return document === undefined ? result : { ...result, document: { text: document.text } }
}

/** Writes the answer of `POST /v1/rerank`. Search units and tokens appear where the provider counts them. */
export function toClientRerank(response: RerankResponse, newId: () => string): JsonObject {
  const { usage } = response
  const counted = usage !== undefined && (usage.totalTokens > 0 || usage.searchUnits === undefined)
  return definedFields({
    id: response.id ?? newId(),
    model: response.model,
    results: response.results.map(toWireResult),
    meta: definedFields({
      api_version: { version: '2' },
      billed_units: usage?.searchUnits === undefined ? undefined : { search_units: usage.searchUnits },
    }),
    usage: counted ? { prompt_tokens: usage.inputTokens, total_tokens: usage.totalTokens } : undefined,
  })
}
