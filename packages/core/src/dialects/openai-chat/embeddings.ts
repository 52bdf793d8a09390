import { badAnswer } from '../../errors/provider-error.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../../operations/embeddings.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext, EncodedRequest, EncodeTarget } from '../dialect.ts'
import { fromBase64Floats } from '../shared/base64-floats.ts'

export function toOpenAiEmbeddings(request: EmbeddingRequest, target: EncodeTarget): EncodedRequest {
  const body: JsonObject = {
    model: target.model,
    input: request.input,
    encoding_format: 'float',
    ...(request.dimensions !== undefined && { dimensions: request.dimensions }),
    ...(request.user !== undefined && { user: request.user }),
  }
  return { body, dropped: request.inputType === undefined ? [] : ['input_type'] }
}

function vectorOf(item: JsonObject): readonly number[] {
  const embedding = item['embedding']
  if (typeof embedding === 'string') return fromBase64Floats(embedding)
  if (Array.isArray(embedding)) return embedding.filter((value) => typeof value === 'number')
  throw badAnswer('An embedding is neither a list of numbers nor base64 text.')
}

/** @throws ProviderError `bad_answer` when there is no list of embeddings. */
export function fromOpenAiEmbeddings(body: unknown, context: DecodeContext): EmbeddingResponse {
  const items = isJsonObject(body) ? readArray(body, 'data')?.filter(isJsonObject) : undefined
  if (!isJsonObject(body) || items === undefined) throw badAnswer('The answer has no list of embeddings.')
  const ordered = [...items].sort((a, b) => (readNumber(a, 'index') ?? 0) - (readNumber(b, 'index') ?? 0))
  const usage = readObject(body, 'usage')
  const inputTokens = usage && readNumber(usage, 'prompt_tokens')
  return {
    model: readString(body, 'model') || context.model,
    vectors: ordered.map(vectorOf),
    usage:
      inputTokens === undefined ? undefined : { inputTokens, totalTokens: (usage && readNumber(usage, 'total_tokens')) ?? inputTokens },
  }
}
