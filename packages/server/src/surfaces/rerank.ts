import { type RerankRequest, type RerankResponse, rerank as rerankOperation } from '@proxyapi/core'
import { fromClientRerank, toClientRerank } from '@proxyapi/core/dialects'
import type { JsonObject } from '@proxyapi/core/wire'
import * as v from 'valibot'
import type { OperationSurface } from './operation-surface.ts'
import { flag, integerWithin, modelName, text } from './surface.ts'

/** Gross types only: the codec reads documents itself and names what is wrong in them. */
const schema = v.looseObject({
  model: modelName,
  query: v.string(),
  documents: v.array(v.union([v.string(), v.looseObject({})])),
  top_n: integerWithin(0, 1_000_000),
  return_documents: flag,
  max_tokens_per_doc: integerWithin(1, 10_000_000),
  rank_fields: v.nullish(v.array(v.string())),
  user: text,
})

const answer = v.looseObject({
  id: v.string(),
  model: v.string(),
  results: v.array(
    v.looseObject({ index: v.number(), relevance_score: v.number(), document: v.optional(v.looseObject({ text: v.string() })) }),
  ),
  meta: v.looseObject({ billed_units: v.optional(v.looseObject({ search_units: v.number() })) }),
  usage: v.optional(v.looseObject({ prompt_tokens: v.number(), total_tokens: v.number() })),
})

type RerankSurface = OperationSurface<typeof schema, RerankRequest, RerankResponse>

function at(path: string): RerankSurface {
  return {
    operation: rerankOperation,
    path,
    summary: "Orders documents by their relevance to a query, in Cohere's and Jina's form, over every provider that has rerank.",
    schema,
    answer,
    fromBody: (body) => fromClientRerank(body as JsonObject), // parsed JSON that the schema has seen is an object
    toBody: (response, { newId }) => toClientRerank(response, newId),
  }
}

/** Rerank at the paths of Jina, Cohere and TEI. */
export const reranks: readonly RerankSurface[] = ['/v1/rerank', '/v2/rerank', '/rerank'].map(at)
