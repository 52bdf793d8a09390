import type { ChatParameterName, ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import { toStopSequences } from '../claude/stop-sequences.ts'
import { toOutputLimit } from '../claude/thinking.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { wordsOf } from './model-traits.ts'
import type { BedrockThinking } from './thinking.ts'

const unknown = [
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'logprobs',
  'topLogprobs',
  'logitBias',
  'user',
  'verbosity',
  'promptCacheKey',
] as const

/** What `requestMetadata` may hold (Converse's reference, 2026-08): it marks the call in AWS's own logs. */
const metadataText = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/

function toMetadata({ metadata }: ChatRequest): JsonObject | undefined {
  const entries = Object.entries(metadata ?? {})
  const fits = entries.every(
    ([name, value]) => name !== '' && metadataText.test(name) && typeof value === 'string' && metadataText.test(value),
  )
  return fits && entries.length > 0 && entries.length <= 16 ? { requestMetadata: { ...metadata } } : undefined
}

const tiers: ReadonlySet<string> = new Set(['default', 'flex', 'priority'])

function toTier({ serviceTier }: ChatRequest): JsonObject {
  return serviceTier !== undefined && tiers.has(serviceTier) ? { serviceTier: { type: serviceTier } } : {}
}

/** The parameters that this model has no word for in this request. */
function refusedParameters(model: string, thinking: BedrockThinking): readonly ChatParameterName[] {
  const noTopK: readonly ChatParameterName[] = wordsOf(model).topK === undefined ? ['topK'] : []
  return thinking.ownSampling ? [...noTopK, 'temperature', 'topP', 'maxTokens'] : noTopK
}

function toInference(request: ChatRequest, refused: ReadonlySet<ChatParameterName>, maxTokens: number | undefined): EncodedRequest {
  const { stop, changed } = toStopSequences(request)
  const config = definedFields({
    maxTokens: refused.has('maxTokens') ? undefined : maxTokens,
    temperature: refused.has('temperature') ? undefined : request.temperature,
    topP: refused.has('topP') ? undefined : request.topP,
    stopSequences: stop.length > 0 ? stop : undefined,
  })
  return { body: Object.keys(config).length === 0 ? {} : { inferenceConfig: config }, dropped: [], changed }
}

/** The schema goes as text. Only some models take one, which the provider's table knows. */
function toFormat({ responseFormat }: ChatRequest): JsonObject {
  if (responseFormat?.type !== 'json_schema') return {}
  const { name, schema, description } = responseFormat
  const jsonSchema = { name, schema: JSON.stringify(schema), ...(description !== undefined && { description }) }
  return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } }
}

function toModelFields(fields: JsonObject): JsonObject {
  return Object.keys(fields).length === 0 ? {} : { additionalModelRequestFields: fields }
}

/** The parameters of a request: what Converse knows itself, and what only the model's family does. */
export function toBedrockParameters(
  request: ChatRequest,
  thinking: BedrockThinking,
  { model, capabilities }: EncodeTarget,
): EncodedRequest {
  const refused = new Set(refusedParameters(model, thinking))
  const topK = request.topK === undefined || refused.has('topK') ? {} : (wordsOf(model).topK?.(request.topK) ?? {})
  const limit = toOutputLimit(request.maxTokens, thinking.budgetTokens, capabilities.limits?.maxTokens)
  const inference = toInference(request, refused, limit.maxTokens)
  const metadata = toMetadata(request)
  const serial = request.parallelToolCalls === false && typeof request.toolChoice !== 'object'
  return {
    body: {
      ...inference.body,
      ...toModelFields({ ...topK, ...thinking.fields }),
      ...toFormat(request),
      ...metadata,
      ...toTier(request),
    },
    dropped: [
      ...droppedParameters(request, [
        ...unknown,
        ...refused,
        ...(request.n !== undefined && request.n > 1 ? (['n'] as const) : []),
        ...(metadata === undefined ? (['metadata'] as const) : []),
        ...(request.serviceTier === 'auto' || tiers.has(request.serviceTier ?? '') ? [] : (['serviceTier'] as const)),
        ...(request.responseFormat?.type === 'json_object' ? (['responseFormat'] as const) : []),
      ]),
      ...(serial ? ['parallel_tool_calls'] : []),
      ...thinking.dropped,
    ],
    changed: [...(inference.changed ?? []), ...limit.changed, ...thinking.changed],
  }
}
