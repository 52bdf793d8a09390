import type { Usage } from '../../chat/usage.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import type { RerankRequest, RerankResponse, RerankResult } from '../../operations/rerank.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { toldNanoUsd } from '../shared/told-cost.ts'
import { documentText } from './document-text.ts'

/** The text that the provider returned; Together returns `{}` for none, others null. */
function returnedText(result: JsonObject): string | undefined {
  const document = result['document']
  return typeof document === 'string' ? document : isJsonObject(document) ? readString(document, 'text') : undefined
}

/** The text of a result: the provider's, or that of the request where texts were asked for and none came back. */
function textOf(result: JsonObject, index: number, request: RerankRequest): string | undefined {
  if (request.returnDocuments === false) return undefined
  const returned = returnedText(result)
  if (returned !== undefined || request.returnDocuments !== true) return returned
  const document = request.documents[index]
  return document === undefined ? undefined : documentText(document, request.rankFields)
}

function toResult(result: JsonObject, request: RerankRequest): RerankResult {
  const index = readNumber(result, 'index')
  const relevanceScore = readNumber(result, 'relevance_score') ?? readNumber(result, 'relevanceScore')
  if (index === undefined || relevanceScore === undefined) throw invalidResponse('A result has no index or no score.')
  if (!Object.hasOwn(request.documents, index))
    throw invalidResponse(`A result refers to document ${index}, which the request does not have.`)
  const text = textOf(result, index, request)
  return text === undefined ? { index, relevanceScore } : { index, relevanceScore, document: { text } }
}

/** Search units stand in `meta.billed_units` (Cohere) or in `usage` (OpenRouter), tokens in either. */
function usageOf(body: JsonObject): Usage | undefined {
  const usage = readObject(body, 'usage') ?? {}
  const billed = readObject(readObject(body, 'meta') ?? {}, 'billed_units') ?? {}
  const searchUnits = readNumber(billed, 'search_units') ?? readNumber(usage, 'search_units')
  const totalTokens = readNumber(usage, 'total_tokens')
  const inputTokens = readNumber(usage, 'prompt_tokens') ?? totalTokens ?? readNumber(billed, 'input_tokens')
  const told = toldNanoUsd(usage)
  if (searchUnits === undefined && inputTokens === undefined && told === undefined) return undefined
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: 0,
    totalTokens: totalTokens ?? inputTokens ?? 0,
    ...(searchUnits !== undefined && { searchUnits }),
    ...(told !== undefined && { toldNanoUsd: told }),
  }
}

/**
 * Reads an answer of any provider: `results` (Cohere, Jina, Together, OpenRouter, Bedrock, vLLM, llama.cpp) or `data` (Voyage).
 * Scores stay as they are. Some servers ignore the number of results that was asked for.
 *
 * @throws ProviderError `invalid_response`
 */
export function fromRerankResponse(body: unknown, context: DecodeContext, request: RerankRequest): RerankResponse {
  const list = isJsonObject(body) ? (readArray(body, 'results') ?? readArray(body, 'data')) : undefined
  if (!isJsonObject(body) || list === undefined) throw invalidResponse('The answer has no results.')
  const results = list.filter(isJsonObject).map((result) => toResult(result, request))
  const id = readString(body, 'id')
  const usage = usageOf(body)
  return {
    ...(id !== undefined && { id }),
    model: readString(body, 'model') || context.model,
    results: results.sort((a, b) => b.relevanceScore - a.relevanceScore).slice(0, request.topN),
    ...(usage !== undefined && { usage }),
  }
}
