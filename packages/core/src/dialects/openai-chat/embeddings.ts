import { invalidResponse } from '../../errors/provider-error.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../../operations/embeddings.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext, EncodedRequest, EncodeTarget, OperationCodec } from '../dialect.ts'
import { fromBase64Floats } from '../shared/base64-floats.ts'
import { toldNanoUsd } from '../shared/told-cost.ts'

function toEmbeddingRequest(
  request: EmbeddingRequest,
  target: EncodeTarget,
  encodingFormat: EmbeddingRequest['encodingFormat'],
): EncodedRequest {
  const body: JsonObject = {
    model: target.model,
    input: request.input,
    encoding_format: encodingFormat,
    ...(request.dimensions !== undefined && { dimensions: request.dimensions }),
    ...(request.user !== undefined && { user: request.user }),
  }
  return { body, dropped: request.inputType === undefined ? [] : ['input_type'] }
}

function vectorOf(item: JsonObject): readonly number[] {
  const embedding = item['embedding']
  if (typeof embedding === 'string') return fromBase64Floats(embedding)
  if (Array.isArray(embedding)) return embedding.filter((value) => typeof value === 'number')
  throw invalidResponse('An embedding is neither a list of numbers nor base64 text.')
}

/** @throws ProviderError `invalid_response` when there is no list of embeddings. */
function fromEmbeddingResponse(body: unknown, context: DecodeContext): EmbeddingResponse {
  const items = isJsonObject(body) ? readArray(body, 'data')?.filter(isJsonObject) : undefined
  if (!isJsonObject(body) || items === undefined) throw invalidResponse('The answer has no list of embeddings.')
  const ordered = [...items].sort((a, b) => (readNumber(a, 'index') ?? 0) - (readNumber(b, 'index') ?? 0))
  const usage = readObject(body, 'usage')
  const inputTokens = usage && readNumber(usage, 'prompt_tokens')
  return {
    model: readString(body, 'model') || context.model,
    vectors: ordered.map(vectorOf),
    usage:
      usage === undefined || inputTokens === undefined
        ? undefined
        : { inputTokens, totalTokens: readNumber(usage, 'total_tokens') ?? inputTokens, toldNanoUsd: toldNanoUsd(usage) },
  }
}

/** Whether an answer is one of OpenAI's, in order, with its vectors written as they were asked for. */
function isForwardableAnswer(body: unknown, { encodingFormat = 'float' }: EmbeddingRequest): boolean {
  if (!isJsonObject(body) || body['object'] !== 'list' || readString(body, 'model') === undefined) return false
  const usage = readObject(body, 'usage') ?? {}
  if (readNumber(usage, 'prompt_tokens') === undefined || readNumber(usage, 'total_tokens') === undefined) return false
  return (readArray(body, 'data') ?? []).every((item, index) => {
    if (!isJsonObject(item) || item['object'] !== 'embedding' || item['index'] !== index) return false
    return encodingFormat === 'base64' ? typeof item['embedding'] === 'string' : Array.isArray(item['embedding'])
  })
}

/** OpenAI's `POST /v1/embeddings`: vectors as lists of numbers or in base64, as the client asks. */
export const openAiEmbeddings: OperationCodec<EmbeddingRequest, EmbeddingResponse> = {
  toRequest: (request, target) => toEmbeddingRequest(request, target, request.encodingFormat ?? 'float'),
  fromResponse: fromEmbeddingResponse,
  isForwardable: isForwardableAnswer,
}

/** Servers that follow OpenAI's form: not all of them write base64, so lists of numbers are asked for. */
export const compatibleEmbeddings: OperationCodec<EmbeddingRequest, EmbeddingResponse> = {
  ...openAiEmbeddings,
  toRequest: (request, target) => toEmbeddingRequest(request, target, 'float'),
}
