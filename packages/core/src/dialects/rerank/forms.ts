import { createRerankCodec } from './rerank-codec.ts'

/** Cohere's `POST /v2/rerank` (docs.cohere.com/reference/rerank, 2026-08): texts only, no `return_documents`. */
export const cohereRerank = createRerankCodec({ maxTokens: true, extras: ['priority'] })

/** Voyage's `POST /v1/rerank` (docs.voyageai.com/reference/reranker-api, 2026-08): objects as documents are a 400. */
export const voyageRerank = createRerankCodec({ topN: 'top_k', returnDocuments: true, extras: ['truncation'] })

/** Jina's `POST /v1/rerank` (api.jina.ai/docs, 2026-08): objects hold texts or images. Documents are returned unless told otherwise. */
export const jinaRerank = createRerankCodec({ objects: true, returnDocuments: true, extras: 'all' })

/** Together's `POST /v1/rerank` (docs.together.ai/reference/rerank, 2026-08). */
export const togetherRerank = createRerankCodec({ objects: true, returnDocuments: true })

/** OpenRouter's `POST /api/v1/rerank` (its OpenAPI description, 2026-08): documents always come back. */
export const openRouterRerank = createRerankCodec({ extras: ['provider'] })

/** vLLM, llama.cpp and others that follow Jina's form. Scores may be raw logits. */
export const compatibleRerank = createRerankCodec({ returnDocuments: true, user: true, extras: 'all' })

/** InvokeModel: Cohere's models want the version of their API, Amazon's take the same words without it. */
export const bedrockRerank = createRerankCodec({
  namesModel: false,
  fixed: (model) => (model.includes('cohere.') ? { api_version: 2 } : {}),
  billsUnstatedUnits: true,
})
