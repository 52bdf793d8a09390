import type { ChatParameterName, ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { EncodedRequest } from '../dialect.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { type ModelTraits, traitsOf } from './model-traits.ts'
import { type Thinking, toBedrockThinking } from './thinking.ts'

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

/** The sampling parameters that this model would refuse in this request. */
function refusedSampling(request: ChatRequest, traits: ModelTraits, thinking: Thinking): readonly ChatParameterName[] {
  if (thinking.ownSampling) return ['temperature', 'topP', 'maxTokens']
  const noTopK: readonly ChatParameterName[] = traits.topK === undefined ? ['topK'] : []
  if (thinking.budgetTokens !== undefined) return [...(request.temperature === 1 ? [] : (['temperature'] as const)), 'topP', 'topK']
  return traits.oneSampling && request.temperature !== undefined ? [...noTopK, 'topP'] : noTopK
}

function toMaxTokens({ maxTokens }: ChatRequest, { budgetTokens = 0 }: Thinking): number | undefined {
  return maxTokens === undefined || maxTokens > budgetTokens ? maxTokens : budgetTokens + maxTokens
}

function toInference(request: ChatRequest, refused: ReadonlySet<ChatParameterName>, thinking: Thinking): JsonObject {
  const stop = request.stop?.filter((word) => word !== '') ?? []
  const config = definedFields({
    maxTokens: refused.has('maxTokens') ? undefined : toMaxTokens(request, thinking),
    // Converse's range ends at 1, OpenAI's at 2.
    temperature: refused.has('temperature') || request.temperature === undefined ? undefined : Math.min(1, request.temperature),
    topP: refused.has('topP') ? undefined : request.topP,
    stopSequences: stop.length > 0 ? stop : undefined,
  })
  return Object.keys(config).length === 0 ? {} : { inferenceConfig: config }
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
export function toBedrockParameters(request: ChatRequest, model: string): EncodedRequest {
  const traits = traitsOf(model)
  const thinking = toBedrockThinking(request, model)
  const refused = new Set(refusedSampling(request, traits, thinking))
  const topK = request.topK === undefined || refused.has('topK') ? {} : (traits.topK?.(request.topK) ?? {})
  const metadata = toMetadata(request)
  const serial = request.parallelToolCalls === false && typeof request.toolChoice !== 'object'
  return {
    body: {
      ...toInference(request, refused, thinking),
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
  }
}
