import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { takesToolsWithJson } from './model-traits.ts'
import { toGeminiSchema } from './schema.ts'
import { toGeminiThinking } from './thinking.ts'

const unknown = ['logitBias', 'user', 'serviceTier', 'metadata', 'verbosity', 'promptCacheKey'] as const

function wantsJson({ responseFormat }: ChatRequest): boolean {
  return responseFormat !== undefined && responseFormat.type !== 'text'
}

function toFormat({ responseFormat }: ChatRequest): JsonObject {
  if (responseFormat === undefined || responseFormat.type === 'text') return {}
  return {
    responseMimeType: 'application/json',
    ...(responseFormat.type === 'json_schema' && { responseJsonSchema: toGeminiSchema(responseFormat.schema) }),
  }
}

/** OpenAI's seeds have 64 bits, Gemini's 32: a larger one is folded, always in the same way. */
function toSeed(seed: number | undefined): number | undefined {
  return seed === undefined ? undefined : Math.trunc(seed) | 0
}

function toSampling(request: ChatRequest): JsonObject {
  const stop = request.stop?.filter((word) => word !== '') ?? []
  return definedFields({
    maxOutputTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    candidateCount: request.n === 1 ? undefined : request.n,
    stopSequences: stop.length > 0 ? stop : undefined,
    seed: toSeed(request.seed),
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    responseLogprobs: request.logprobs === true ? true : undefined,
    logprobs: request.logprobs === true ? request.topLogprobs : undefined,
  })
}

/** The parameters of a request: nearly all stand in `generationConfig`. */
export function toGeminiParameters(request: ChatRequest, { model, capabilities }: EncodeTarget): EncodedRequest {
  // Before the third generation a model that may call functions answers in words only.
  const unformatted = wantsJson(request) && (request.tools ?? []).length > 0 && !takesToolsWithJson(model)
  const thinking = toGeminiThinking(request.reasoning, capabilities.reasoning)
  const config = { ...toSampling(request), ...(unformatted ? {} : toFormat(request)), ...thinking.fields }
  const serial = request.parallelToolCalls === false && typeof request.toolChoice !== 'object'
  return {
    body: Object.keys(config).length === 0 ? {} : { generationConfig: config },
    dropped: [
      ...droppedParameters(request, unknown),
      ...(unformatted ? ['response_format'] : []),
      ...(serial ? ['parallel_tool_calls'] : []),
      ...thinking.dropped,
    ],
    changed: thinking.changed,
  }
}
