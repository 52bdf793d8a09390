import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { type RerankRequest, type RerankResponse, searchUnitsOf } from '../../operations/rerank.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget, OperationCodec } from '../dialect.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { documentText } from './document-text.ts'
import { fromRerankResponse } from './response.ts'

/** What a provider's rerank takes: all of them speak the form of Cohere and differ in a few words. */
export interface RerankForm {
  /** The word for the number of results; `undefined` is `top_n`. */
  readonly topN?: 'top_k' | undefined
  /** Objects are taken as documents; where not, they are sent as texts. */
  readonly objects?: boolean | undefined
  /** The provider has `return_documents`; where not, documents come from the request. */
  readonly returnDocuments?: boolean | undefined
  /** The provider has `max_tokens_per_doc`. */
  readonly maxTokens?: boolean | undefined
  /** The provider has `user`. */
  readonly user?: boolean | undefined
  /** The fields without a neutral name that the provider knows; `all` for servers of unknown kind. */
  readonly extras?: readonly string[] | 'all' | undefined
  /** The body names the model; `false` where the path does. */
  readonly namesModel?: boolean | undefined
  /** Fields that every body carries. */
  readonly fixed?: ((model: string) => JsonObject) | undefined
  /** The provider bills by search unit and does not state it in its answers. */
  readonly billsUnstatedUnits?: boolean | undefined
}

function takenExtras(extras: JsonObject, taken: RerankForm['extras']): JsonObject {
  if (taken === 'all') return extras
  return Object.fromEntries(Object.entries(extras).filter(([name]) => taken?.includes(name) === true))
}

function droppedFields(request: RerankRequest, form: RerankForm): readonly string[] {
  const { extras = {} } = request
  const taken = takenExtras(extras, form.extras)
  return [
    ...(request.maxTokensPerDocument !== undefined && form.maxTokens !== true ? ['max_tokens_per_doc'] : []),
    ...(request.user !== undefined && form.user !== true ? ['user'] : []),
    ...Object.keys(extras).filter((name) => !Object.hasOwn(taken, name)),
  ]
}

function toRerankRequest(request: RerankRequest, model: string, form: RerankForm): EncodedRequest {
  if (request.documents.length === 0) throw new InvalidRequestError('documents is empty: at least one document is needed.', 'documents')
  const body = definedFields({
    ...takenExtras(request.extras ?? {}, form.extras),
    ...form.fixed?.(model),
    model: form.namesModel === false ? undefined : model,
    query: request.query,
    documents: form.objects === true ? request.documents : request.documents.map((one) => documentText(one, request.rankFields)),
    [form.topN ?? 'top_n']: request.topN,
    return_documents: form.returnDocuments === true ? request.returnDocuments : undefined,
    rank_fields: form.objects === true ? request.rankFields : undefined,
    max_tokens_per_doc: form.maxTokens === true ? request.maxTokensPerDocument : undefined,
    user: form.user === true ? request.user : undefined,
  })
  return { body, dropped: droppedFields(request, form) }
}

function withUnits(response: RerankResponse, request: RerankRequest): RerankResponse {
  if (response.usage?.searchUnits !== undefined) return response
  const tokens = response.usage ?? { inputTokens: 0, outputTokens: 0, totalTokens: 0 }
  return { ...response, usage: { ...tokens, searchUnits: searchUnitsOf(request) } }
}

/** The rerank of a provider from what its form takes. */
export function createRerankCodec(form: RerankForm): OperationCodec<RerankRequest, RerankResponse> {
  return {
    toRequest: (request: RerankRequest, target: EncodeTarget) => toRerankRequest(request, target.model, form),
    fromResponse: (body, context, request) => {
      const response = fromRerankResponse(body, context, request)
      return form.billsUnstatedUnits === true ? withUnits(response, request) : response
    },
  }
}
