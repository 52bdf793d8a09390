import type { ChatRequest, ResponseFormat } from '../../chat/request.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import { toOpenAiToolChoice } from './tools.ts'

function toResponseFormat(format: ResponseFormat): JsonObject {
  if (format.type !== 'json_schema') return { type: format.type }
  const { name, description, schema, strict } = format
  return {
    type: 'json_schema',
    json_schema: { name, schema, ...(description !== undefined && { description }), ...(strict !== undefined && { strict }) },
  }
}

/** Reasoning models refuse the older `max_tokens` and many compatible vendors refuse this name; the quirks of their rows rename it. */
export function toOpenAiMaxTokens(request: ChatRequest): JsonObject {
  return request.maxTokens === undefined ? {} : { max_completion_tokens: request.maxTokens }
}

/** Every parameter of `request` that has a word in this dialect, under that word; reasoning is `toReasoningFields`. */
export function encodeParameters(request: ChatRequest): JsonObject {
  const fields: Readonly<Record<string, JsonValue | undefined>> = {
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    n: request.n,
    stop: request.stop,
    seed: request.seed,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    logprobs: request.logprobs,
    top_logprobs: request.topLogprobs,
    logit_bias: request.logitBias,
    response_format: request.responseFormat && toResponseFormat(request.responseFormat),
    tool_choice: request.toolChoice && toOpenAiToolChoice(request.toolChoice, request),
    parallel_tool_calls: request.parallelToolCalls,
    user: request.user,
    service_tier: request.serviceTier,
    metadata: request.metadata,
    verbosity: request.verbosity,
    prompt_cache_key: request.promptCacheKey,
  }
  const set: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) set[name] = value
  return set
}
