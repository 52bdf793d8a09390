import type { ChatParameterName, ChatRequest, ReasoningRequest, ResponseFormat } from '../../chat/request.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import type { EncodedRequest } from '../dialect.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { droppedParameters } from '../shared/dropped.ts'

const withoutWord: readonly ChatParameterName[] = ['logitBias', 'user', 'serviceTier', 'metadata', 'verbosity', 'promptCacheKey']

const levels = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'high' } as const

/** Only gpt-oss knows levels; others answer `think value "low" is not supported for this model` (ollama/server/routes.go, 0.12). */
function knowsLevels(model: string): boolean {
  return model.toLowerCase().includes('gpt-oss')
}

/** `undefined` leaves the decision to the model. */
function toThink(reasoning: ReasoningRequest | undefined, model: string): JsonValue | undefined {
  if (reasoning === undefined) return undefined
  const { mode, effort, budgetTokens } = reasoning
  if (mode === 'disabled' || effort === 'none' || budgetTokens === 0) return false
  if (effort !== undefined) return knowsLevels(model) ? levels[effort] : true
  return mode === 'enabled' || budgetTokens !== undefined ? true : undefined
}

function toFormat(format: ResponseFormat | undefined): JsonValue | undefined {
  if (format === undefined || format.type === 'text') return undefined
  return format.type === 'json_object' ? 'json' : format.schema
}

/** The `options` of a request; `given` are options that only Ollama knows (`num_ctx`, `min_p`). */
function toOptions(request: ChatRequest, given: JsonObject): JsonObject | undefined {
  const options = definedFields({
    ...given,
    num_predict: request.maxTokens ?? given['num_predict'],
    temperature: request.temperature ?? given['temperature'],
    top_p: request.topP ?? given['top_p'],
    top_k: request.topK ?? given['top_k'],
    seed: request.seed ?? given['seed'],
    stop: request.stop === undefined || request.stop.length === 0 ? given['stop'] : request.stop,
    presence_penalty: request.presencePenalty ?? given['presence_penalty'],
    frequency_penalty: request.frequencyPenalty ?? given['frequency_penalty'],
  })
  return Object.keys(options).length > 0 ? options : undefined
}

/** The parameters in Ollama's words, and the names of those that it does not have. `options` are the caller's own, kept under ours. */
export function toOllamaParameters(request: ChatRequest, model: string, options: JsonObject): EncodedRequest {
  const body = definedFields({
    format: toFormat(request.responseFormat),
    think: toThink(request.reasoning, model),
    logprobs: request.logprobs === true ? true : undefined,
    top_logprobs: request.logprobs === true && request.topLogprobs ? request.topLogprobs : undefined,
    options: toOptions(request, options),
  })
  const budget = request.reasoning?.budgetTokens
  const dropped = [
    ...droppedParameters(request, withoutWord),
    ...(request.n !== undefined && request.n > 1 ? ['n'] : []),
    ...(budget !== undefined && budget > 0 ? ['thinking.budget_tokens'] : []),
  ]
  return { body, dropped }
}
