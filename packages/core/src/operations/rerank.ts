import type { Operation } from '../call/operation.ts'
import type { WholeAnswer } from '../chat/answer.ts'
import type { Usage } from '../chat/usage.ts'
import type { JsonObject } from '../wire/json.ts'

/** A request to order documents by their relevance to a query, in neutral form. */
export interface RerankRequest {
  readonly model: string
  readonly query: string
  /** Texts, or objects whose fields hold the texts. Never empty. */
  readonly documents: readonly (string | JsonObject)[]
  /** How many results to return; more than there are documents returns all; `undefined` returns all. */
  readonly topN?: number | undefined
  /** Results carry the text of their document. */
  readonly returnDocuments?: boolean | undefined
  /** Longer documents are cut at this many tokens by the provider. */
  readonly maxTokensPerDocument?: number | undefined
  /** The fields of object documents that are ranked, in order; `undefined` ranks the whole object. */
  readonly rankFields?: readonly string[] | undefined
  readonly user?: string | undefined
  /** Fields that have no neutral name; sent to providers that take unknown fields. */
  readonly extras?: JsonObject | undefined
}

export interface RerankResult {
  /** Position of the document in the list of the request. */
  readonly index: number
  /** As the provider states it: some are logits, negative or above 1. Never rescaled. */
  readonly relevanceScore: number
  readonly document?: { readonly text: string } | undefined
}

/** The documents in order of relevance. */
export interface RerankResponse {
  readonly id?: string | undefined
  readonly model: string
  /** In the order of the provider, best first. */
  readonly results: readonly RerankResult[]
  readonly usage?: Usage | undefined
}

/** A rerank answer, which is always whole. */
export type RerankAnswer = WholeAnswer<RerankResponse>

/** English prose; an estimate for what providers price by tokens and do not report. */
const charactersPerToken = 4

/** Documents that one search unit covers (cohere.com/pricing; docs.aws.amazon.com/bedrock/latest/userguide/rerank-pricing.html, 2026-10). */
const documentsPerUnit = 100

/** The search units that a request is billed, unless its documents are so long that the provider cuts them. */
export function searchUnitsOf({ documents }: Pick<RerankRequest, 'documents'>): number {
  return Math.ceil(documents.length / documentsPerUnit)
}

function charactersOf({ query, documents }: RerankRequest): number {
  let sum = query.length
  for (const document of documents) sum += typeof document === 'string' ? document.length : JSON.stringify(document).length
  return sum
}

/** UTF-8 needs at most three bytes for one UTF-16 unit, and a text never has more tokens than bytes. */
const maxTokensPerUnit = 3
/** What a provider puts around each pair of query and document. */
const frameTokens = 256

/** Each document is read together with the query, which some vendors bill each time. */
function maxInputTokens(request: RerankRequest): number {
  const { query, documents } = request
  return (charactersOf(request) + query.length * documents.length) * maxTokensPerUnit + (documents.length + 1) * frameTokens
}

/** Documents in the order of their relevance to a query. */
export const rerank: Operation<RerankRequest, RerankAnswer> = {
  name: 'rerank',
  modelOf: ({ model }) => model,
  withModel: (request, model) => ({ ...request, model }),
  userOf: ({ user }) => user,
  isStream: () => false,
  producedCharactersOf: () => 0,
  maxInputTokensOf: (request) => (request.extras === undefined ? maxInputTokens(request) : undefined),
  usageOf: ({ response }) => response.usage,
  answeringModelOf: ({ response }) => response.model,
  // Each document has the model's window to itself.
  profileOf: (request) => ({
    hasImages: false,
    hasTools: false,
    maxInputTokens: 0,
    expectedOutputTokens: 0,
    searchUnits: searchUnitsOf(request),
  }),
  countTokens: (request) => Math.ceil(charactersOf(request) / charactersPerToken),
  affinityKeyOf: ({ model }) => model,
  determinism: 'always',
}
