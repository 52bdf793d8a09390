import type { ChatRequest, EmbeddingRequest, ModerationRequest, RerankRequest } from '@proxyapi/core'
import type { DialectId } from '@proxyapi/core/dialects'
import { sourceOf } from '@proxyapi/core/serving'

/** A request as a client would send it again. */
export interface ClientRequest {
  readonly path: string
  readonly body: object
}

const chatPaths: Partial<Readonly<Record<DialectId, string>>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
}

function chatRequest(request: ChatRequest): ClientRequest | undefined {
  const source = sourceOf(request)
  const path = source === undefined ? undefined : chatPaths[source.dialect]
  return source === undefined || path === undefined ? undefined : { path, body: { ...source.body, model: request.model } }
}

function embeddingsRequest({ model, input, dimensions, user, inputType, encodingFormat, extras }: EmbeddingRequest): ClientRequest {
  const body = { ...extras, model, input, dimensions, user, input_type: inputType, encoding_format: encodingFormat }
  return { path: '/v1/embeddings', body }
}

function rerankRequest(request: RerankRequest): ClientRequest {
  const { model, query, documents, topN, returnDocuments, maxTokensPerDocument, rankFields, user, extras } = request
  const own = { top_n: topN, return_documents: returnDocuments, max_tokens_per_doc: maxTokensPerDocument, rank_fields: rankFields, user }
  return { path: '/v1/rerank', body: { ...extras, model, query, documents, ...own } }
}

function moderationRequest({ model, input, user, extras }: ModerationRequest): ClientRequest {
  return { path: '/v1/moderations', body: { ...extras, model, input: input.type === 'texts' ? input.texts : input.parts, user } }
}

/** The request of an operation in the words of its clients; `undefined` where it can't be told: it was changed since, or it is of another kind. */
export function toClientRequest(operation: string, request: object): ClientRequest | undefined {
  // An operation's requests are of its own type.
  switch (operation) {
    case 'chat':
      return chatRequest(request as ChatRequest)
    case 'count_tokens': {
      const asked = chatRequest(request as ChatRequest)
      return asked && { ...asked, path: '/v1/messages/count_tokens' }
    }
    case 'embeddings':
      return embeddingsRequest(request as EmbeddingRequest)
    case 'rerank':
      return rerankRequest(request as RerankRequest)
    case 'moderations':
      return moderationRequest(request as ModerationRequest)
    default:
      return undefined
  }
}
