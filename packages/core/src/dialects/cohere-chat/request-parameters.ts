import type { ChatParameterName, ChatRequest, ReasoningRequest, ResponseFormat } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import type { EncodedRequest } from '../dialect.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { isReasoningOff } from '../shared/reasoning-wish.ts'

/** Reasoning tokens for OpenAI's efforts; the highest is Cohere's own default, no bound at all. */
const budgets = { minimal: 512, low: 1_024, medium: 4_096, high: 16_384, xhigh: undefined, max: undefined } as const

/** Ranges of docs.cohere.com/reference/chat, 2026-05; temperatures end at 1 (docs.cohere.com/docs/temperature). */
const maxTemperature = 1
const smallestP = 0.01
const largestP = 0.99
const largestK = 500
const largestPenalty = 1
const maxStopSequences = 5

const withoutWord: readonly ChatParameterName[] = ['logitBias', 'user', 'serviceTier', 'metadata', 'verbosity', 'promptCacheKey']

function between(value: number | undefined, low: number, high: number): number | undefined {
  return value === undefined ? undefined : Math.min(high, Math.max(low, value))
}

/** A negative penalty rewards repetition, for which Cohere has no word. */
function penalty(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : Math.min(largestPenalty, value)
}

function toFormat(format: ResponseFormat | undefined): JsonObject | undefined {
  if (format === undefined || format.type === 'text') return undefined
  return { type: 'json_object', ...(format.type === 'json_schema' && { json_schema: format.schema }) }
}

function budgetOf(reasoning: ReasoningRequest): number | undefined {
  if (reasoning.budgetTokens !== undefined) return reasoning.budgetTokens
  return reasoning.effort === undefined || reasoning.effort === 'none' ? undefined : budgets[reasoning.effort]
}

/** `undefined` leaves the decision to the model, which is Cohere's default. */
function toThinking(reasoning: ReasoningRequest | undefined): JsonObject | undefined {
  if (reasoning === undefined) return undefined
  const { mode, effort, budgetTokens } = reasoning
  if (isReasoningOff(reasoning)) return { type: 'disabled' }
  if (mode !== 'enabled' && effort === undefined && budgetTokens === undefined) return undefined
  return definedFields({ type: 'enabled', token_budget: budgetOf(reasoning) })
}

function droppedOf(request: ChatRequest): readonly string[] {
  const { n, topLogprobs, stop, presencePenalty, frequencyPenalty } = request
  return [
    ...droppedParameters(request, withoutWord),
    ...(n !== undefined && n > 1 ? ['n'] : []),
    ...(topLogprobs !== undefined && topLogprobs > 0 ? ['top_logprobs'] : []),
    ...(stop !== undefined && stop.length > maxStopSequences ? ['stop'] : []),
    ...(presencePenalty !== undefined && presencePenalty < 0 ? ['presence_penalty'] : []),
    ...(frequencyPenalty !== undefined && frequencyPenalty < 0 ? ['frequency_penalty'] : []),
  ]
}

/** What a number became, by the field it is written to and the name that clients know. */
const ranged = [
  ['temperature', 'temperature', 'temperature'],
  ['topP', 'p', 'top_p'],
  ['topK', 'k', 'top_k'],
  ['presencePenalty', 'presence_penalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty', 'frequency_penalty'],
] as const

function changedOf(request: ChatRequest, body: JsonObject): readonly string[] {
  const { effort, budgetTokens } = request.reasoning ?? {}
  const isBudget = body['thinking'] !== undefined && effort !== undefined && effort !== 'none' && budgetTokens === undefined
  const clamped = ranged.filter(([name, field]) => body[field] !== undefined && body[field] !== request[name])
  return [...clamped.map(([, , name]) => name), ...(isBudget ? ['reasoning_effort'] : [])]
}

/** A model that does not think needs no word for that it should not. */
function thinkingOf({ reasoning }: ChatRequest, { reasoning: support }: Capabilities): JsonObject | undefined {
  return support?.mode === 'never' ? undefined : toThinking(reasoning)
}

/** The parameters in Cohere's words and ranges, and the names of those that it does not have. */
export function toCohereParameters(request: ChatRequest, capabilities: Capabilities): EncodedRequest {
  const { stop, reasoning } = request
  const isLost = reasoning !== undefined && capabilities.reasoning?.mode === 'never' && !isReasoningOff(reasoning)
  const body = definedFields({
    max_tokens: request.maxTokens,
    temperature: between(request.temperature, 0, maxTemperature),
    p: between(request.topP, smallestP, largestP),
    k: between(request.topK, 0, largestK),
    seed: request.seed,
    stop_sequences: stop === undefined || stop.length === 0 ? undefined : stop.slice(0, maxStopSequences),
    presence_penalty: penalty(request.presencePenalty),
    frequency_penalty: penalty(request.frequencyPenalty),
    logprobs: request.logprobs === true ? true : undefined,
    response_format: toFormat(request.responseFormat),
    thinking: thinkingOf(request, capabilities),
  })
  const dropped = [...droppedOf(request), ...(isLost ? ['reasoning_effort'] : [])]
  return { body, dropped, changed: changedOf(request, body) }
}
