import { type EmbeddingRequest, type EmbeddingResponse, embeddings as embeddingsOperation, InvalidRequestError } from '@proxyapi/core'
import { toBase64Floats } from '@proxyapi/core/dialects'
import type { JsonObject } from '@proxyapi/core/wire'
import * as v from 'valibot'
import type { OperationSurface } from './operation-surface.ts'
import { integerWithin, modelName, text } from './surface.ts'

/** OpenAI's own bound on one request. */
const maxInputs = 2048

const schema = v.looseObject({
  model: modelName,
  input: v.union([v.string(), v.array(v.string()), v.array(v.number()), v.array(v.array(v.number()))]),
  encoding_format: v.nullish(v.picklist(['float', 'base64'])),
  dimensions: integerWithin(1, 100_000),
  user: text,
  input_type: v.nullish(v.picklist(['search_document', 'search_query', 'classification', 'clustering'])),
})

const answer = v.looseObject({
  object: v.literal('list'),
  data: v.array(
    v.looseObject({ object: v.literal('embedding'), index: v.number(), embedding: v.union([v.string(), v.array(v.number())]) }),
  ),
  model: v.string(),
  usage: v.looseObject({ prompt_tokens: v.number(), total_tokens: v.number() }),
})

type Body = v.InferOutput<typeof schema>

function inputOf(input: Body['input']): EmbeddingRequest['input'] {
  if (typeof input === 'string') return [input]
  if (input.length === 0) throw new InvalidRequestError('input is empty: at least one text is needed.', 'input')
  if (input.length > maxInputs && typeof input[0] !== 'number')
    throw new InvalidRequestError(`input has ${input.length} entries; allowed: ${maxInputs}.`, 'input')
  // A list of numbers is one text, cut into tokens.
  return typeof input[0] === 'number' ? [input as number[]] : (input as string[] | number[][]) // told apart by the first entry; the schema allows no mixture
}

function fromBody(body: Body): EmbeddingRequest {
  return {
    model: body.model,
    input: inputOf(body.input),
    dimensions: body.dimensions ?? undefined,
    user: body.user ?? undefined,
    inputType: body.input_type ?? undefined,
    encodingFormat: body.encoding_format ?? undefined,
  }
}

function toBody({ vectors, model, usage }: EmbeddingResponse, { encodingFormat }: EmbeddingRequest): JsonObject {
  const { inputTokens, totalTokens } = usage ?? { inputTokens: 0, totalTokens: 0 }
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encodingFormat === 'base64' ? toBase64Floats(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: inputTokens, total_tokens: totalTokens },
  }
}

/** OpenAI Embeddings. */
export const embeddings: OperationSurface<typeof schema, EmbeddingRequest, EmbeddingResponse> = {
  operation: embeddingsOperation,
  path: '/v1/embeddings',
  summary: 'Embeds texts over every provider that has embeddings.',
  schema,
  answer,
  dialect: 'openai-chat',
  fromBody,
  toBody: (response, { request }) => toBody(response, request),
}
