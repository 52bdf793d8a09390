import type { ChatRequest, ReasoningRequest, ResponseFormat } from '../../chat/request.ts'
import { sourceOf, withSource } from '../../chat/source.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { foreignExtras, unnamedFields } from '../shared/extras.ts'
import { fromOpenAiMessage, toOpenAiMessages } from './messages.ts'
import { encodeParameters, toOpenAiMaxTokens } from './parameters.ts'
import { fromOpenAiTool, fromOpenAiToolChoice, toOpenAiTool } from './tools.ts'

const known: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'tools',
  'tool_choice',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'n',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'reasoning_effort',
  'reasoning',
  'thinking',
  'response_format',
  'parallel_tool_calls',
  'user',
  'service_tier',
  'metadata',
  'verbosity',
  'prompt_cache_key',
])

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

function flag(body: JsonObject, key: string): boolean | undefined {
  const value = body[key]
  return typeof value === 'boolean' ? value : undefined
}

function readSampling(body: JsonObject): Partial<ChatRequest> {
  return {
    maxTokens: readNumber(body, 'max_completion_tokens') ?? readNumber(body, 'max_tokens'),
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topK: readNumber(body, 'top_k'),
    n: readNumber(body, 'n'),
    stop: readStop(body['stop']),
    seed: readNumber(body, 'seed'),
    presencePenalty: readNumber(body, 'presence_penalty'),
    frequencyPenalty: readNumber(body, 'frequency_penalty'),
    logprobs: flag(body, 'logprobs'),
    topLogprobs: readNumber(body, 'top_logprobs'),
    logitBias: readLogitBias(readObject(body, 'logit_bias')),
  }
}

function readTools(body: JsonObject): Partial<ChatRequest> {
  const choice = body['tool_choice']
  return {
    tools: readArray(body, 'tools')?.map((tool, index) => fromOpenAiTool(tool, `tools[${index}]`)),
    toolChoice: choice === undefined || choice === null ? undefined : fromOpenAiToolChoice(choice),
    parallelToolCalls: flag(body, 'parallel_tool_calls'),
  }
}

/** Reads a client's Chat Completions body. @throws InvalidRequestError naming the field. */
export function fromOpenAiRequest(body: JsonObject): ChatRequest {
  const messages = readArray(body, 'messages')
  if (messages === undefined) throw new InvalidRequestError('messages is missing: a list of messages is needed.', 'messages')
  const extras = unnamedFields(body, known)
  const request: ChatRequest = {
    model: readString(body, 'model') ?? '',
    messages: messages.map((message, index) => fromOpenAiMessage(message, `messages[${index}]`)),
    stream: body['stream'] === true,
    ...readSampling(body),
    ...readTools(body),
    reasoning: readReasoning(body),
    responseFormat: readResponseFormat(readObject(body, 'response_format')),
    user: readString(body, 'user'),
    serviceTier: readString(body, 'service_tier'),
    metadata: readObject(body, 'metadata'),
    verbosity: readString(body, 'verbosity'),
    promptCacheKey: readString(body, 'prompt_cache_key'),
    ...(extras !== undefined && { extras: { dialect: 'openai-chat', fields: extras } }),
  }
  return withSource(request, { dialect: 'openai-chat', body })
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
  if (source?.dialect === 'openai-chat') return { body: fromOwnSource(request, source.body, target), dropped: [] }
  return { body: built(request, target), dropped: foreignExtras(request, 'openai-chat') }
}
