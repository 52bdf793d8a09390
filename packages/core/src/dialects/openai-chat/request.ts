import type { ChatRequest, ReasoningRequest, ResponseFormat } from '../../chat/request.ts'
import { type RequestSource, sourceOf, withSource } from '../../chat/source.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { spliceMember } from '../../wire/splice-member.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { foreignExtras, withExtra } from '../shared/extras.ts'
import { fromOpenAiMessage, toOpenAiMessages } from './messages.ts'
import { encodeParameters, toOpenAiMaxTokens } from './parameters.ts'
import { fromOpenAiTool, fromOpenAiToolChoice, toOpenAiTool } from './tools.ts'

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const

function readEffort(value: JsonValue | undefined, path: string): ReasoningRequest['effort'] {
  if (value === undefined || value === null) return undefined
  const effort = efforts.find((candidate) => candidate === value)
  if (effort === undefined) throw new InvalidRequestError(`${path} is ${JSON.stringify(value)}; allowed: ${efforts.join(', ')}.`, path)
  return effort
}

/** OpenAI's `reasoning_effort`, OpenRouter's `reasoning: {effort, max_tokens}` and Anthropic's `thinking`, as clients write them here. */
function readReasoning(body: JsonObject): ReasoningRequest | undefined {
  const router = readObject(body, 'reasoning')
  const thinking = readObject(body, 'thinking')
  const mode = thinking?.['type']
  const reasoning: ReasoningRequest = {
    effort: readEffort(body['reasoning_effort'], 'reasoning_effort') ?? readEffort(router?.['effort'], 'reasoning.effort'),
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

/** Several fields make up one: they are read once, from the whole body. */
const readTogether = (): void => undefined

/** How each named field of the body is read. Only the fields that a body has are looked at. */
const readers: ReadonlyMap<string, (draft: Draft, value: JsonValue) => void> = new Map<string, (draft: Draft, value: JsonValue) => void>([
  ['model', (draft, value) => void (draft.model = asString(value) ?? '')],
  ['messages', readTogether],
  ['stream', (draft, value) => void (draft.stream = value === true)],
  ['stream_options', readTogether],
  ['max_tokens', (draft, value) => void (draft.maxTokens ??= asNumber(value))],
  ['max_completion_tokens', (draft, value) => void (draft.maxTokens = asNumber(value) ?? draft.maxTokens)],
  ['temperature', (draft, value) => void (draft.temperature = asNumber(value))],
  ['top_p', (draft, value) => void (draft.topP = asNumber(value))],
  ['top_k', (draft, value) => void (draft.topK = asNumber(value))],
  ['n', (draft, value) => void (draft.n = asNumber(value))],
  ['stop', (draft, value) => void (draft.stop = readStop(value))],
  ['seed', (draft, value) => void (draft.seed = asNumber(value))],
  ['presence_penalty', (draft, value) => void (draft.presencePenalty = asNumber(value))],
  ['frequency_penalty', (draft, value) => void (draft.frequencyPenalty = asNumber(value))],
  ['logprobs', (draft, value) => void (draft.logprobs = asFlag(value))],
  ['top_logprobs', (draft, value) => void (draft.topLogprobs = asNumber(value))],
  ['logit_bias', (draft, value) => void (draft.logitBias = readLogitBias(asObject(value)))],
  ['tools', (draft, value) => void (draft.tools = readTools(value))],
  ['tool_choice', (draft, value) => void (draft.toolChoice = fromOpenAiToolChoice(value))],
  ['parallel_tool_calls', (draft, value) => void (draft.parallelToolCalls = asFlag(value))],
  ['reasoning_effort', readTogether],
  ['reasoning', readTogether],
  ['thinking', readTogether],
  ['response_format', (draft, value) => void (draft.responseFormat = readResponseFormat(asObject(value)))],
  ['user', (draft, value) => void (draft.user = asString(value))],
  ['service_tier', (draft, value) => void (draft.serviceTier = asString(value))],
  ['metadata', (draft, value) => void (draft.metadata = asObject(value))],
  ['verbosity', (draft, value) => void (draft.verbosity = asString(value))],
  ['prompt_cache_key', (draft, value) => void (draft.promptCacheKey = asString(value))],
])

function readTools(value: JsonValue): ChatRequest['tools'] {
  return Array.isArray(value) ? value.map((tool: JsonValue, index) => fromOpenAiTool(tool, `tools[${index}]`)) : undefined
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
  let extras: Record<string, JsonValue> | undefined
  for (const key in body) {
    const value = body[key]
    if (value === undefined) continue
    const read = readers.get(key)
    if (read === undefined) extras = withExtra(extras, key, value)
    else if (value !== null) read(draft, value)
  }
  if (hasReasoning(body)) draft.reasoning = readReasoning(body)
  if (extras !== undefined) draft.extras = { dialect: 'openai-chat', fields: extras }
  return withSource(draft, { dialect: 'openai-chat', body })
}

function streamFields(body: JsonObject, stream: boolean): JsonObject {
  if (!stream) return {}
  return { stream: true, stream_options: { ...readObject(body, 'stream_options'), include_usage: true } }
}

function hasForeignHistory(request: ChatRequest): boolean {
  return request.messages.some(
    (message) =>
      message.role === 'assistant' && (message.reasoning !== undefined || message.toolCalls?.some((call) => call.signature !== undefined)),
  )
}

/** Usage is always asked for: streams are metered by it. */
const usageAsked = '"stream_options":{"include_usage":true}'

/**
 * The client's own bytes with the target's model; `undefined` where more than the model has to change, or where the bytes
 * are not at hand.
 */
function ownBytes(
  request: ChatRequest,
  { body, bytes }: RequestSource,
  { model, stream, capabilities }: EncodeTarget,
): Uint8Array<ArrayBuffer> | undefined {
  if (bytes === undefined || body['stream_options'] !== undefined || (body['stream'] === true) !== stream) return undefined
  if (capabilities.reasoningHistory === undefined && hasForeignHistory(request)) return undefined
  return spliceMember(bytes, 'model', { value: model, appended: stream ? usageAsked : undefined })
}

/** The client's own body with the target's model. Unknown and nested fields are kept. */
function fromOwnSource(request: ChatRequest, body: JsonObject, target: EncodeTarget): JsonObject {
  const { stream: _stream, stream_options: _options, ...rest } = body
  const history = target.capabilities.reasoningHistory
  const messages = history === undefined && hasForeignHistory(request) ? { messages: toOpenAiMessages(request.messages, history) } : {}
  return { ...rest, ...messages, model: target.model, ...streamFields(body, target.stream) }
}

function built(request: ChatRequest, target: EncodeTarget): JsonObject {
  const tools = request.tools?.map(toOpenAiTool).filter((tool) => tool !== undefined)
  return {
    ...(request.extras?.dialect === 'openai-chat' ? request.extras.fields : {}),
    model: target.model,
    messages: toOpenAiMessages(request.messages, target.capabilities.reasoningHistory),
    ...(tools !== undefined && tools.length > 0 && { tools }),
    ...toOpenAiMaxTokens(request),
    ...encodeParameters(request),
    ...streamFields({}, target.stream),
  }
}

/** Writes a request for a provider of this dialect. */
export function toOpenAiRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const source = sourceOf(request)
  if (source?.dialect !== 'openai-chat') return { body: built(request, target), dropped: foreignExtras(request, 'openai-chat') }
  const bytes = ownBytes(request, source, target)
  return bytes === undefined
    ? { body: fromOwnSource(request, source.body, target), dropped: [] }
    : { body: source.body, dropped: [], bytes }
}
