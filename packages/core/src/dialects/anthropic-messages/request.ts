import type { Tool, ToolChoice } from '../../chat/message.ts'
import { type ChatRequest, type ReasoningRequest, type ResponseFormat, reasoningEfforts } from '../../chat/request.ts'
import { type RequestSource, sourceOf, withSource } from '../../chat/source.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { spliceMember } from '../../wire/splice-member.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { foreignExtras, unnamedFields } from '../shared/extras.ts'
import { breakpointOf, toCacheControl } from './blocks.ts'
import { fromAnthropicMessage, fromSystem } from './messages-decode.ts'
import { toAnthropicMessages, toSystem } from './messages-encode.ts'
import { thinkingOf } from './thinking-budget.ts'

const known: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'stream',
  'tools',
  'tool_choice',
  'thinking',
  'metadata',
  'service_tier',
  'output_config',
  'output_format',
])

function fromTool(tool: JsonValue, index: number): Tool {
  const path = `tools[${index}]`
  if (!isJsonObject(tool)) throw new InvalidRequestError(`${path} must be an object, found ${typeof tool}.`, path)
  const type = readString(tool, 'type')
  if (type !== undefined && type !== 'custom') return { type: 'vendor', dialect: 'anthropic-messages', definition: tool }
  const name = readString(tool, 'name')
  if (name === undefined) throw new InvalidRequestError(`${path}.name is missing: a tool needs a name.`, `${path}.name`)
  return {
    type: 'function',
    name,
    description: readString(tool, 'description'),
    parameters: readObject(tool, 'input_schema'),
    strict: typeof tool['strict'] === 'boolean' ? tool['strict'] : undefined,
    ...breakpointOf(tool),
  }
}

function fromToolChoice(choice: JsonObject | undefined): ToolChoice | undefined {
  switch (choice?.['type']) {
    case 'auto':
    case 'none':
      return choice['type']
    case 'any':
      return 'required'
    case 'tool':
      return { name: readString(choice, 'name') ?? '' }
    default:
      return undefined
  }
}

function fromThinking(body: JsonObject): ReasoningRequest | undefined {
  const thinking = readObject(body, 'thinking')
  const type = thinking?.['type']
  const effort = readObject(body, 'output_config')?.['effort']
  const known = reasoningEfforts.find((candidate) => candidate === effort)
  if (thinking === undefined && known === undefined) return undefined
  return {
    mode: type === 'enabled' || type === 'disabled' || type === 'adaptive' ? type : undefined,
    budgetTokens: thinking && readNumber(thinking, 'budget_tokens'),
    effort: known,
  }
}

function fromFormat(body: JsonObject): ResponseFormat | undefined {
  const format = readObject(readObject(body, 'output_config') ?? {}, 'format') ?? readObject(body, 'output_format')
  const schema = format && readObject(format, 'schema')
  return schema === undefined ? undefined : { type: 'json_schema', name: 'response', schema, strict: true }
}

/** Reads a client's Messages body. @throws InvalidRequestError naming the field */
export function fromAnthropicRequest(body: JsonObject): ChatRequest {
  const messages = readArray(body, 'messages')
  if (messages === undefined) throw new InvalidRequestError('messages is missing: a list of messages is needed.', 'messages')
  const extras = unnamedFields(body, known)
  const choice = readObject(body, 'tool_choice')
  const request: ChatRequest = {
    model: readString(body, 'model') ?? '',
    messages: [...fromSystem(body['system']), ...messages.flatMap((message, index) => fromAnthropicMessage(message, `messages[${index}]`))],
    stream: body['stream'] === true,
    maxTokens: readNumber(body, 'max_tokens'),
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topK: readNumber(body, 'top_k'),
    stop: readArray(body, 'stop_sequences')?.filter((word) => typeof word === 'string'),
    tools: readArray(body, 'tools')?.map(fromTool),
    toolChoice: fromToolChoice(choice),
    parallelToolCalls: choice?.['disable_parallel_tool_use'] === true ? false : undefined,
    reasoning: fromThinking(body),
    responseFormat: fromFormat(body),
    user: readString(readObject(body, 'metadata') ?? {}, 'user_id'),
    ...(extras !== undefined && { extras: { dialect: 'anthropic-messages', fields: extras } }),
  }
  return withSource(request, { dialect: 'anthropic-messages', body })
}

function toTool(tool: Tool): JsonObject | undefined {
  if (tool.type === 'vendor') return tool.dialect === 'anthropic-messages' ? tool.definition : undefined
  return {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    input_schema: { ...tool.parameters, type: 'object', ...(tool.parameters?.['properties'] === undefined && { properties: {} }) },
    ...toCacheControl(tool),
  }
}

function toChoice(request: ChatRequest): JsonObject {
  const single = request.parallelToolCalls === false && { disable_parallel_tool_use: true }
  const choice = request.toolChoice ?? (single ? 'auto' : undefined)
  if (choice === undefined || request.tools === undefined || request.tools.length === 0) return {}
  if (typeof choice === 'object') return { tool_choice: { type: 'tool', name: choice.name, ...single } }
  if (choice === 'none') return { tool_choice: { type: 'none' } }
  return { tool_choice: { type: choice === 'required' ? 'any' : 'auto', ...single } }
}

function toSampling(request: ChatRequest, thinking: boolean): JsonObject {
  // Thinking requires the default sampling. OpenAI's temperature ends at 2, Anthropic's at 1.
  const temperature = request.temperature === undefined || thinking ? {} : { temperature: Math.min(1, request.temperature) }
  return {
    ...temperature,
    ...(request.topP !== undefined && !thinking && { top_p: request.topP }),
    ...(request.topK !== undefined && !thinking && { top_k: request.topK }),
    ...(request.stop !== undefined && request.stop.length > 0 && { stop_sequences: request.stop.filter((word) => word.trim() !== '') }),
  }
}

function toFormat(request: ChatRequest, target: EncodeTarget): JsonObject {
  const format = request.responseFormat
  if (format?.type !== 'json_schema' || target.capabilities.jsonSchema !== 'native') return {}
  return { output_config: { format: { type: 'json_schema', schema: format.schema } } }
}

function built(request: ChatRequest, target: EncodeTarget): JsonObject {
  const thinking = thinkingOf(request)
  const system = toSystem(request.messages)
  const tools = request.tools?.map(toTool).filter((tool) => tool !== undefined) ?? []
  return {
    ...(request.extras?.dialect === 'anthropic-messages' ? request.extras.fields : {}),
    model: target.model,
    max_tokens: thinking.maxTokens,
    ...(system !== undefined && { system }),
    messages: toAnthropicMessages(request.messages),
    ...(tools.length > 0 && { tools }),
    ...toChoice(request),
    ...toSampling(request, thinking.active),
    ...thinking.fields,
    ...toFormat(request, target),
    ...(request.user !== undefined && { metadata: { user_id: request.user } }),
    ...(target.stream && { stream: true }),
  }
}

function droppedOf(request: ChatRequest, target: EncodeTarget): readonly string[] {
  const nativeSchema = request.responseFormat?.type === 'json_schema' && target.capabilities.jsonSchema === 'native'
  const thinking = thinkingOf(request).active
  const named = droppedParameters(request, [
    'seed',
    'presencePenalty',
    'frequencyPenalty',
    'logprobs',
    'topLogprobs',
    'logitBias',
    'serviceTier',
    'metadata',
    'verbosity',
    'promptCacheKey',
    ...(request.n !== undefined && request.n > 1 ? (['n'] as const) : []),
    ...(nativeSchema || request.responseFormat?.type === 'text' ? [] : (['responseFormat'] as const)),
    ...(thinking ? (['temperature', 'topP', 'topK'] as const) : []),
  ])
  return [...named, ...foreignExtras(request, 'anthropic-messages')]
}

function hasForeignThinking(request: ChatRequest): boolean {
  return request.messages.some(
    (message) =>
      message.role === 'assistant' &&
      (message.reasoning?.some((block) => block.origin !== 'anthropic-messages') ||
        message.toolCalls?.some((call) => call.signature !== undefined)),
  )
}

/** The client's own bytes with the target's model, where they are at hand. */
function ownBytes({ bytes }: RequestSource, { model }: EncodeTarget): Uint8Array<ArrayBuffer> | undefined {
  return bytes === undefined ? undefined : spliceMember(bytes, 'model', { value: model })
}

/** Writes a request for Anthropic. A client's own body is sent with the target's model in it. */
export function toAnthropicRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const source = sourceOf(request)
  if (source?.dialect !== 'anthropic-messages') return { body: built(request, target), dropped: droppedOf(request, target) }
  const isForeign = hasForeignThinking(request)
  const bytes = isForeign || (source.body['stream'] === true) !== target.stream ? undefined : ownBytes(source, target)
  if (bytes !== undefined) return { body: source.body, dropped: [], bytes }
  const messages = isForeign && { messages: toAnthropicMessages(request.messages) }
  const { stream: _stream, ...body } = source.body
  return { body: { ...body, ...messages, model: target.model, ...(target.stream && { stream: true }) }, dropped: [] }
}
