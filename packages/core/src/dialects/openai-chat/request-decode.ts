import { type ChatRequest, type ReasoningRequest, type ResponseFormat, reasoningEfforts } from '../../chat/request.ts'
import { withSource } from '../../chat/source.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { withExtra } from '../shared/extras.ts'
import { fromOpenAiMessage } from './messages-decode.ts'
import { fromOpenAiTool, fromOpenAiToolChoice } from './tools.ts'

function readEffort(value: JsonValue | undefined): ReasoningRequest['effort'] {
  return reasoningEfforts.find((candidate) => candidate === value)
}

/** OpenAI's `reasoning_effort`, OpenRouter's `reasoning: {effort, max_tokens}` and Anthropic's `thinking`, as clients write them here. */
function readReasoning(body: JsonObject): ReasoningRequest | undefined {
  const router = readObject(body, 'reasoning')
  const thinking = readObject(body, 'thinking')
  const mode = thinking?.['type']
  const reasoning: ReasoningRequest = {
    effort: readEffort(body['reasoning_effort']) ?? readEffort(router?.['effort']),
    budgetTokens: (router && readNumber(router, 'max_tokens')) ?? (thinking && readNumber(thinking, 'budget_tokens')),
    mode: mode === 'enabled' || mode === 'disabled' || mode === 'adaptive' ? mode : undefined,
  }
  return Object.values(reasoning).some((value) => value !== undefined) ? reasoning : undefined
}

function readResponseFormat(format: JsonObject | undefined): ResponseFormat | undefined {
  if (format === undefined) return undefined
  const type = format['type']
  if (type === 'text' || type === 'json_object') return { type }
  const definition = readObject(format, 'json_schema')
  const schema = definition && readObject(definition, 'schema')
  if (type !== 'json_schema' || definition === undefined) {
    throw new InvalidRequestError(
      `response_format.type is ${JSON.stringify(type)}; allowed: text, json_object, json_schema.`,
      'response_format.type',
    )
  }
  return {
    type,
    name: readString(definition, 'name') ?? 'response',
    description: readString(definition, 'description'),
    schema: schema ?? {},
    strict: typeof definition['strict'] === 'boolean' ? definition['strict'] : undefined,
  }
}

function readStop(stop: JsonValue | undefined): readonly string[] | undefined {
  if (typeof stop === 'string') return [stop]
  return Array.isArray(stop) ? stop.filter((word) => typeof word === 'string') : undefined
}

function readLogitBias(bias: JsonObject | undefined): Readonly<Record<string, number>> | undefined {
  if (bias === undefined) return undefined
  return Object.fromEntries(Object.entries(bias).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
}

type Draft = { -readonly [Key in keyof ChatRequest]: ChatRequest[Key] }

const asNumber = (value: JsonValue): number | undefined => (typeof value === 'number' ? value : undefined)
const asString = (value: JsonValue): string | undefined => (typeof value === 'string' ? value : undefined)
const asFlag = (value: JsonValue): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
const asObject = (value: JsonValue): JsonObject | undefined => (isJsonObject(value) ? value : undefined)

/** A named field of the body: which neutral field it is, and how its value is read. */
interface FieldReader {
  readonly field: Exclude<keyof ChatRequest, 'messages' | 'extras'>
  readonly read: (value: JsonValue) => unknown
}

/** Fields that are read together with others, from the whole body. */
const readTogether: ReadonlySet<string> = new Set([
  'messages',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'reasoning_effort',
  'reasoning',
  'thinking',
])

const fieldReaders: ReadonlyMap<string, FieldReader> = new Map<string, FieldReader>([
  ['model', { field: 'model', read: (value) => asString(value) ?? '' }],
  ['stream', { field: 'stream', read: (value) => value === true }],
  ['temperature', { field: 'temperature', read: asNumber }],
  ['top_p', { field: 'topP', read: asNumber }],
  ['top_k', { field: 'topK', read: asNumber }],
  ['n', { field: 'n', read: asNumber }],
  ['stop', { field: 'stop', read: readStop }],
  ['seed', { field: 'seed', read: asNumber }],
  ['presence_penalty', { field: 'presencePenalty', read: asNumber }],
  ['frequency_penalty', { field: 'frequencyPenalty', read: asNumber }],
  ['logprobs', { field: 'logprobs', read: asFlag }],
  ['top_logprobs', { field: 'topLogprobs', read: asNumber }],
  ['logit_bias', { field: 'logitBias', read: (value) => readLogitBias(asObject(value)) }],
  ['tools', { field: 'tools', read: readTools }],
  ['tool_choice', { field: 'toolChoice', read: fromOpenAiToolChoice }],
  ['parallel_tool_calls', { field: 'parallelToolCalls', read: asFlag }],
  ['response_format', { field: 'responseFormat', read: (value) => readResponseFormat(asObject(value)) }],
  ['user', { field: 'user', read: asString }],
  ['service_tier', { field: 'serviceTier', read: asString }],
  ['metadata', { field: 'metadata', read: asObject }],
  ['verbosity', { field: 'verbosity', read: asString }],
  ['prompt_cache_key', { field: 'promptCacheKey', read: asString }],
])

/** Reads the fields that a body has into a draft; returns those that no neutral field names. */
function readFields(body: JsonObject, draft: Record<string, unknown>): Record<string, JsonValue> | undefined {
  let extras: Record<string, JsonValue> | undefined
  for (const key in body) {
    const value = body[key]
    if (value === undefined || readTogether.has(key)) continue
    const reader = fieldReaders.get(key)
    if (reader === undefined) extras = withExtra(extras, key, value)
    else if (value !== null) draft[reader.field] = reader.read(value)
  }
  return extras
}

function readTools(value: JsonValue): ChatRequest['tools'] {
  return Array.isArray(value) ? value.map((tool: JsonValue, index) => fromOpenAiTool(tool, `tools[${index}]`)) : undefined
}

/** Reasoning fields with an effort that only one vendor knows: it stays among the extras, and a provider of this dialect gets it as it is. */
function unknownEfforts(body: JsonObject): Readonly<Record<string, JsonValue>> {
  const { reasoning_effort: effort, reasoning } = body
  const isUnknown = (word: JsonValue | undefined): boolean => word !== undefined && word !== null && readEffort(word) === undefined
  return {
    ...(effort !== undefined && isUnknown(effort) && { reasoning_effort: effort }),
    ...(isJsonObject(reasoning) && isUnknown(reasoning['effort']) && { reasoning }),
  }
}

function hasReasoning(body: JsonObject): boolean {
  return body['reasoning_effort'] !== undefined || body['reasoning'] !== undefined || body['thinking'] !== undefined
}

/** Reads a client's Chat Completions body. @throws InvalidRequestError naming the field. */
export function fromOpenAiRequest(body: JsonObject): ChatRequest {
  const messages = readArray(body, 'messages')
  if (messages === undefined) throw new InvalidRequestError('messages is missing: a list of messages is needed.', 'messages')
  const draft: Draft = {
    model: '',
    messages: messages.map((message, index) => fromOpenAiMessage(message, `messages[${index}]`)),
    stream: false,
  }
  // Each row of the table reads a value of its own field's type.
  let extras = readFields(body, draft as unknown as Record<string, unknown>)
  const maxTokens = readNumber(body, 'max_completion_tokens') ?? readNumber(body, 'max_tokens')
  if (maxTokens !== undefined) draft.maxTokens = maxTokens
  if (hasReasoning(body)) {
    draft.reasoning = readReasoning(body)
    extras = { ...extras, ...unknownEfforts(body) }
  }
  if (extras !== undefined && Object.keys(extras).length > 0) draft.extras = { dialect: 'openai-chat', fields: extras }
  return withSource(draft, { dialect: 'openai-chat', body })
}
