import type { ChatParameterName, ChatRequest, ResponseFormat } from '../../chat/request.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import type { EncodedRequest } from '../dialect.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { type ReasoningWish, toReasoningWish } from '../shared/reasoning-wish.ts'

const withoutWord: readonly ChatParameterName[] = ['logitBias', 'user', 'serviceTier', 'metadata', 'verbosity', 'promptCacheKey']

/** `undefined` leaves the decision to the model; a level is for those who know levels. */
function toThink({ say, effort }: ReasoningWish): JsonValue | undefined {
  switch (say) {
    case 'unsaid':
      return undefined
    case 'off':
      return false
    case 'on':
    case 'budget':
      return true
    case 'effort':
      return effort
  }
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
export function toOllamaParameters(request: ChatRequest, { reasoning }: Capabilities, options: JsonObject): EncodedRequest {
  const wish = toReasoningWish(request.reasoning, reasoning)
  const body = definedFields({
    format: toFormat(request.responseFormat),
    think: toThink(wish),
    logprobs: request.logprobs === true ? true : undefined,
    top_logprobs: request.logprobs === true && request.topLogprobs ? request.topLogprobs : undefined,
    options: toOptions(request, options),
  })
  const dropped = [
    ...droppedParameters(request, withoutWord),
    ...(request.n !== undefined && request.n > 1 ? ['n'] : []),
    ...(wish.fate === 'dropped' ? ['reasoning_effort'] : []),
  ]
  return { body, dropped, changed: wish.fate === 'changed' ? ['reasoning_effort'] : [] }
}
